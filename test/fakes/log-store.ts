import {
  FederationLogError,
  type HashTileId,
  type LastSigned,
  type LogStore,
  type StoredCheckpoint,
  type StoredTile,
  tilePath,
} from '#libs/federation-log';

/** A log in memory; `append` commits an entry. */
export interface FakeLogStore extends LogStore {
  append(entry: Uint8Array): Promise<void>;
}

/** Behaves as the log in PostgreSQL does: the same contract test runs on both. */
export function createFakeLogStore(): FakeLogStore {
  const entries: Uint8Array[] = [];
  const checkpoints: StoredCheckpoint[] = [];
  const tiles = new Map<string, Uint8Array>();
  const cosigned = new Map<string, Map<string, string>>();
  const keyOf = ({ level, index }: HashTileId) => `${level}/${index}`;
  return {
    append: async (entry) => void entries.push(entry.slice()),
    newest: async () => checkpoints.at(-1) ?? null,
    committed: async () => entries.length,
    async entries(from, limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 4_096) throw new RangeError(`limit: ${limit}`);
      return entries.slice(from, from + limit);
    },
    async tile(tile) {
      const hashes = tiles.get(keyOf(tile))?.slice(0, tile.width * 32);
      if (hashes?.length !== tile.width * 32) {
        throw new FederationLogError('DAMAGED', `log: ${tilePath(tile)} is missing.`);
      }
      return hashes;
    },
    async advance(previous, next, grown: readonly StoredTile[]) {
      const head = checkpoints.at(-1);
      if (head?.size !== previous?.size || !sameBytes(head?.root, previous?.root)) return false;
      for (const { tile, bytes } of grown) {
        const before = tiles.get(keyOf(tile));
        if (before && !sameBytes(before, bytes.slice(0, before.length))) throw new Error('a tile only grows');
      }
      for (const { tile, bytes } of grown) tiles.set(keyOf(tile), bytes.slice());
      checkpoints.push(next);
      return true;
    },
    async cosign(size, signer, line) {
      if (!checkpoints.some((one) => one.size === size)) throw new Error(`no checkpoint of ${size} entries`);
      const lines = cosigned.get(`${size}`) ?? new Map<string, string>();
      if (!lines.has(signer)) lines.set(signer, line);
      cosigned.set(`${size}`, lines);
    },
    cosignatures: async (size) =>
      [...(cosigned.get(`${size}`) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line),
  };
}

/** What was signed last, in memory. */
export function createFakeLastSigned(): LastSigned {
  let last: Awaited<ReturnType<LastSigned['read']>> = null;
  return {
    read: async () => last,
    write: async (head) => {
      last = { size: head.size, root: head.root.slice() };
    },
  };
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return Buffer.compare(a ?? Buffer.alloc(0), b ?? Buffer.alloc(0)) === 0;
}
