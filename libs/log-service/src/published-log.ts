import type { CosignedCheckpoints, CosigningState, LogReader } from '#libs/federation-log';

/** What says which checkpoints have their quorum. */
export interface Cosigned {
  readonly checkpoints: CosignedCheckpoints;
  readonly cosigning: { readonly state: CosigningState };
}

/**
 * A log as others read it: up to the newest checkpoint that has its quorum, or up to the newest of all while witnesses are
 * missing, so that nothing is withheld for want of them.
 */
export function publishedLog(store: LogReader, { checkpoints, cosigning }: Cosigned): LogReader {
  return {
    async newest() {
      const { phase, quorum } = cosigning.state;
      if (phase === 'unwitnessed') return store.newest();
      return (await checkpoints.newestCosigned(quorum)) ?? store.newest();
    },
    committed: () => store.committed(),
    entries: (from, limit) => store.entries(from, limit),
    tile: (tile) => store.tile(tile),
    cosignatures: (size) => store.cosignatures(size),
  };
}
