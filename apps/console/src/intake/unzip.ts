import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';
import { MAX_PICTURE_BYTES, MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES, MAX_ZIP_RATIO } from './limits.js';
import type { Found, Refusal, Refused } from './tray.js';

/** Bytes that are read of the file at once. */
const READ = 1024 * 1024;
/** Bytes that the unpacker gets at once: it calls itself anew for each entry that begins in them. */
const PIECE = 16 * 1024;
/** Below this much, how far an entry grew says nothing. */
const RATIO_FROM_BYTES = 8 * 1024 * 1024;

/** What a zip holds: its files, and what was left in it and why. */
export interface Unpacked {
  readonly files: readonly Found[];
  readonly refused: readonly Refused[];
}

class Stop extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.kind);
  }
}

/**
 * Unpacks a zip piece by piece, so that one which is larger than it looks is stopped before it fills the memory. A zip that is
 * refused gives no file at all: nobody is to take half of it for the whole.
 */
export async function unpack(zip: Found): Promise<Unpacked> {
  const work = new Unpacking(zip.name);
  try {
    for (let at = 0; at < zip.file.size; at += READ) {
      const read = new Uint8Array(await zip.file.slice(at, at + READ).arrayBuffer());
      for (let from = 0; from < read.length; from += PIECE)
        work.take(read.subarray(from, from + PIECE), at + from + PIECE >= zip.file.size);
    }
    return work.done();
  } catch (error) {
    const refusal: Refusal =
      error instanceof Stop ? error.refusal : { kind: 'unreadable', detail: String(error) };
    return { files: [], refused: [{ name: zip.name, refusal }] };
  }
}

/** One zip on its way through the unpacker. */
class Unpacking {
  private readonly files: Found[] = [];
  private readonly refused: Refused[] = [];
  private readonly unzip: Unzip;
  private entries = 0;
  private packed = 0;
  private unpacked = 0;
  private open = 0;
  private failure: Error | undefined;

  constructor(private readonly zipName: string) {
    this.unzip = new Unzip((file) => this.begin(file));
    this.unzip.register(UnzipInflate);
  }

  take(piece: Uint8Array, last: boolean): void {
    this.packed += piece.length;
    this.unzip.push(piece, last);
    if (this.failure) throw this.failure;
  }

  /** @throws Stop for a file without one entry, which is no zip, and for one that breaks off within an entry */
  done(): Unpacked {
    if (this.entries === 0) throw new Stop({ kind: 'unreadable', detail: 'no entry' });
    if (this.open > 0) throw new Stop({ kind: 'unreadable', detail: 'breaks off' });
    return { files: this.files, refused: this.refused };
  }

  private begin(file: UnzipFile): void {
    this.entries += 1;
    if (this.entries > MAX_ZIP_ENTRIES) throw new Stop({ kind: 'zip-too-many', entries: this.entries });
    const inner = readName(file.name);
    if (inner.endsWith('/') || isSystemFile(inner)) return;
    const name = `${this.zipName}/${inner}`;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    file.ondata = (error, data, final) => {
      if (error) {
        this.failure ??= error;
        return;
      }
      size += data.length;
      this.count(data.length);
      if (size <= MAX_PICTURE_BYTES) pieces.push(new Uint8Array(data));
      if (!final) return;
      this.open -= 1;
      if (size <= MAX_PICTURE_BYTES) this.files.push({ name, file: new Blob(pieces) });
      else this.refused.push({ name, refusal: { kind: 'too-large', bytes: size } });
    };
    this.open += 1;
    file.start();
  }

  private count(bytes: number): void {
    this.unpacked += bytes;
    if (this.unpacked > MAX_UNPACKED_BYTES) this.failure ??= new Stop({ kind: 'zip-too-large' });
    const ratio = this.unpacked / this.packed;
    if (this.unpacked > RATIO_FROM_BYTES && ratio > MAX_ZIP_RATIO)
      this.failure ??= new Stop({ kind: 'zip-bomb', ratio: Math.round(ratio) });
    if (this.failure) throw this.failure;
  }
}

/** Names without the UTF-8 flag come as one character a byte: UTF-8 all the same, or GB 18030 as Windows in China writes them. */
function readName(name: string): string {
  if (!/[\u0080-\u00ff]/.test(name) || /[\u0100-\uffff]/.test(name)) return name;
  const bytes = Uint8Array.from(name, (character) => character.charCodeAt(0));
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not this one.
    }
  }
  return name;
}

/** What systems leave in folders beside one's own files. */
export function isSystemFile(path: string): boolean {
  return /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i.test(path);
}
