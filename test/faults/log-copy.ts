import {
  createTreeHasher,
  readEntryBundle,
  tilePath,
  updateMirror,
  type MirrorFolder,
  type ReadFile,
  type TrustedLog,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { z } from 'zod';

const TILE_WIDTH = 256;

const entrySchema = z.object({
  type: z.string(),
  subject: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});

/** What is read of an entry. */
export type LogEntry = z.infer<typeof entrySchema>;

/** A copy of a party's log in memory that grows with it; every step is proved to go on from the one before. */
export class LogCopy {
  readonly #files = new Map<string, Uint8Array>();
  readonly #bySubject = new Map<string, LogEntry[]>();
  #read = 0;

  constructor(
    private readonly log: TrustedLog,
    private readonly remote: ReadFile,
  ) {}

  /** Entries about this check, in their order, up to the log's checkpoint now. @throws FederationLogError if the log is not consistent */
  async entriesOf(checkId: string): Promise<readonly LogEntry[]> {
    const { size } = await updateMirror({
      hasher: createTreeHasher(nodeLogCrypto.sha256),
      log: this.log,
      folder: this.#folder,
      remote: this.remote,
      pause: async () => true,
    });
    for (; this.#read < size; this.#read += 1) this.#note(this.#entry(this.#read, size));
    return this.#bySubject.get(checkId) ?? [];
  }

  #entry(place: number, size: number): Uint8Array {
    const index = Math.floor(place / TILE_WIDTH);
    const tile = { level: 'entries', index, width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) } as const;
    const entry = readEntryBundle(this.#files.get(tilePath(tile)) ?? new Uint8Array(), tile)[
      place % TILE_WIDTH
    ];
    if (!entry) throw new Error(`entry ${place} is not in the copy`);
    return entry;
  }

  #note(bytes: Uint8Array): void {
    const entry = entrySchema.parse(JSON.parse(Buffer.from(bytes).toString()));
    if (entry.subject === null) return;
    this.#bySubject.set(entry.subject, [...(this.#bySubject.get(entry.subject) ?? []), entry]);
  }

  readonly #folder: MirrorFolder = {
    read: async (path) => this.#files.get(path) ?? null,
    write: async (path, bytes) => void this.#files.set(path, bytes),
    remove: async (path) => void this.#files.delete(path),
  };
}
