import type { CosignedCheckpoints, CosigningState, LogReader, StoredCheckpoint } from '#libs/federation-log';

/** What says which checkpoints have their quorum. */
export interface Cosigned {
  readonly checkpoints: CosignedCheckpoints;
  readonly cosigning: {
    readonly state: Pick<CosigningState, 'phase' | 'quorum'>;
    /** The newest that got its quorum while this process ran. */
    readonly witnessed: StoredCheckpoint | null;
  };
}

/** The newest checkpoint that has its quorum; null if there is none. */
export async function newestWitnessed({
  checkpoints,
  cosigning,
}: Cosigned): Promise<StoredCheckpoint | null> {
  return cosigning.witnessed ?? checkpoints.newestCosigned(cosigning.state.quorum);
}

/**
 * A log as others read it: up to the newest checkpoint that has its quorum, or up to the newest of all while witnesses are
 * missing, so that nothing is withheld for want of them.
 */
export function publishedLog(store: LogReader, cosigned: Cosigned): LogReader {
  return {
    async newest() {
      if (cosigned.cosigning.state.phase === 'unwitnessed') return store.newest();
      return (await newestWitnessed(cosigned)) ?? store.newest();
    },
    committed: () => store.committed(),
    entries: (from, limit) => store.entries(from, limit),
    tile: (tile) => store.tile(tile),
    cosignatures: (size) => store.cosignatures(size),
  };
}
