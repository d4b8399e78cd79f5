import { RegistryError } from '#libs/registry';

const MAX_WAITING = 4_096;
const MAX_WAITING_BYTES = 33_554_432;
const MAX_GROUP = 512;
const MAX_GROUP_BYTES = 4_194_304;

/** What is appended. */
interface Appended {
  readonly entry: string;
}

/** Makes entries durable, all or none, in their order. */
export type WriteGroup<E extends Appended> = (entries: readonly E[]) => Promise<void>;

interface Waiting<E> {
  readonly entry: E;
  readonly bytes: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * Entries that come while others are being written wait and are written together: one statement and one forced write
 * to disk for all of them, at most 512 entries or 4 MiB. An entry that comes alone is written at once.
 */
export class GroupedAppends<E extends Appended> {
  private readonly waiting: Waiting<E>[] = [];
  private bytes = 0;
  private writing = false;

  constructor(private readonly write: WriteGroup<E>) {}

  /**
   * Durable when it resolves.
   * @throws RegistryError TOO_MANY while 4,096 entries or 32 MiB wait: that entry is not written; what `write` throws,
   *   and then the entry may be written all the same, as after any commit whose answer was lost
   */
  append(entry: E): Promise<void> {
    const bytes = Buffer.byteLength(entry.entry);
    if (this.waiting.length >= MAX_WAITING || this.bytes + bytes > MAX_WAITING_BYTES) {
      return Promise.reject(
        new RegistryError('TOO_MANY', 'log', 'has too many entries waiting to be written', 'try again soon'),
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry, bytes, resolve, reject });
      this.bytes += bytes;
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const group = this.nextGroup();
      try {
        await this.write(group.map(({ entry }) => entry));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.writing = false;
  }

  private nextGroup(): Waiting<E>[] {
    let [count, bytes] = [0, 0];
    for (const next of this.waiting) {
      if (count === MAX_GROUP || (count > 0 && bytes + next.bytes > MAX_GROUP_BYTES)) break;
      count += 1;
      bytes += next.bytes;
    }
    this.bytes -= bytes;
    return this.waiting.splice(0, count);
  }
}
