import {
  formatReceipt,
  nodesFromTiles,
  proveInclusion,
  tilesOf,
  verifyInclusion,
  type LogReader,
  type NodeReader,
  type StoredCheckpoint,
  type TreeHasher,
  type Wait,
} from '#libs/federation-log';
import { newestWitnessed, type Cosigned } from './published-log.js';

/** Longest sleep between two looks for a cosigned checkpoint, should nothing tell of one. */
const LOOK_MS = 200;

/** Which entry: by what it is about, its type, and a digest that it mentions. */
export interface WantedEntry {
  /** UUID of a check or a registration. */
  readonly checkId: string;
  readonly type: string;
  /** Empty for any. */
  readonly digest: string;
}

/** An entry with its place in the log. */
export interface PlacedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

/** A receipt, or why there is none. */
export type GivenReceipt =
  | {
      readonly kind: 'receipt';
      readonly text: string;
      /** Whether its checkpoint has its quorum of cosignatures. */
      readonly witnessed: boolean;
    }
  | { readonly kind: 'missing'; readonly why: 'NO_ENTRY' | 'NOT_SIGNED' };

/** What receipts are made from. */
export interface ReceiptDeskDeps extends Cosigned {
  readonly hasher: TreeHasher;
  readonly store: LogReader;
  readonly cosigning: Cosigned['cosigning'] & { onWitnessed(listener: () => void): () => void };
  /** In their order; null for one that the log does not hold. */
  find(entries: readonly WantedEntry[]): Promise<readonly (PlacedEntry | null)[]>;
  readonly wait: Wait;
  readonly now: () => Date;
}

/** Proves that a log holds entries: the party that signed a statement gives these to whoever got the statement. */
export class ReceiptDesk {
  constructor(private readonly deps: ReceiptDeskDeps) {}

  /**
   * One receipt for each entry, in their order, all under one checkpoint: the first that has its quorum and covers them, or, when
   * the time is up, the newest.
   * @param wanted 1 to 16
   * @param waitMs 0 to 5,000
   */
  async receipts(wanted: readonly WantedEntry[], waitMs: number): Promise<GivenReceipt[]> {
    const found = await this.deps.find(wanted);
    const last = Math.max(-1, ...found.map((one) => one?.index ?? -1));
    const over = last < 0 ? null : await this.checkpointOver(last, waitMs);
    const { checkpoint = null, witnessed = false } = over ?? {};
    const nodes = nodesFromTiles(this.deps.hasher, checkpoint?.size ?? 0, tilesOf(this.deps.store));
    const lines = checkpoint ? (await this.deps.store.cosignatures(checkpoint.size)).join('') : '';
    return Promise.all(
      found.map(async (one): Promise<GivenReceipt> => {
        if (one === null) return { kind: 'missing', why: 'NO_ENTRY' };
        if (checkpoint === null || one.index >= checkpoint.size)
          return { kind: 'missing', why: 'NOT_SIGNED' };
        const text = await this.prove(one, checkpoint, checkpoint.note + lines, nodes);
        return { kind: 'receipt', text, witnessed };
      }),
    );
  }

  private async checkpointOver(
    index: number,
    waitMs: number,
  ): Promise<{ readonly checkpoint: StoredCheckpoint | null; readonly witnessed: boolean }> {
    const { cosigning, store, wait, now } = this.deps;
    const until = now().getTime() + waitMs;
    for (;;) {
      const told = new AbortController();
      const done = cosigning.onWitnessed(() => told.abort());
      try {
        const cosigned = await newestWitnessed(this.deps);
        if (cosigned && cosigned.size > index) return { checkpoint: cosigned, witnessed: true };
        const left = until - now().getTime();
        if (left <= 0) return { checkpoint: await store.newest(), witnessed: false };
        await wait(Math.min(left, LOOK_MS), told.signal);
      } finally {
        done();
      }
    }
  }

  private async prove(
    { index, entry }: PlacedEntry,
    head: StoredCheckpoint,
    note: string,
    nodes: NodeReader,
  ): Promise<string> {
    const { hasher } = this.deps;
    const proof = await proveInclusion(hasher, index, head.size, nodes);
    // A log that would give a receipt that proves nothing is to fail here.
    verifyInclusion(hasher, { index, size: head.size, leafHash: hasher.leaf(entry), proof, root: head.root });
    return formatReceipt({ index, proof, checkpoint: note, extra: entry });
  }
}
