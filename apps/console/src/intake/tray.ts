import { MAX_NAME, MAX_PICTURE_BYTES } from './limits.js';

/** Why a file is not taken. */
export type Refusal =
  | { readonly kind: 'not-a-picture' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'same-as'; readonly name: string }
  | { readonly kind: 'unreadable'; readonly detail: string }
  | { readonly kind: 'zip-too-many'; readonly entries: number }
  | { readonly kind: 'zip-bomb'; readonly ratio: number }
  | { readonly kind: 'zip-too-large' };

/** A picture that is ready to be checked. */
export interface Taken {
  readonly name: string;
  readonly file: Blob;
  /** "sha256:" and 64 hex digits, as the node names the picture. */
  readonly digest: string;
}

/** A file that is not taken, and why. */
export interface Refused {
  readonly name: string;
  readonly refusal: Refusal;
}

/** What was dropped so far. */
export interface Tray {
  readonly taken: readonly Taken[];
  readonly refused: readonly Refused[];
}

export const EMPTY_TRAY: Tray = { taken: [], refused: [] };

/** A file as it was found: in a folder, in a zip, or alone. */
export interface Found {
  readonly name: string;
  readonly file: Blob;
}

/** A tray while it is filled. One more file costs the same however many there are. */
export class FillingTray {
  private taken: Taken[] = [];
  private refused: Refused[] = [];
  private readonly names = new Set<string>();
  /** The number that the next file of a name gets. */
  private readonly numbers = new Map<string, number>();
  private readonly byDigest = new Map<string, Taken>();

  /** As it is now: what comes later is not in it. */
  get tray(): Tray {
    return { taken: [...this.taken], refused: [...this.refused] };
  }

  /**
   * Adds one file, or says why not. The same picture twice is checked once; two pictures of one name get different names.
   */
  async put({ name, file }: Found): Promise<void> {
    const looked = await lookAt(file);
    const own = this.unusedName(plainName(name));
    if ('refusal' in looked) return this.refuse([{ name: own, refusal: looked.refusal }]);
    const { digest } = looked;
    const same = this.byDigest.get(digest);
    if (same) return this.refuse([{ name: own, refusal: { kind: 'same-as', name: same.name } }]);
    const taken = { name: own, file, digest };
    this.taken.push(taken);
    this.names.add(own);
    this.byDigest.set(digest, taken);
  }

  refuse(refused: readonly Refused[]): void {
    this.refused.push(...refused);
  }

  remove(digest: string): void {
    this.keep(
      this.taken.filter((one) => one.digest !== digest),
      this.refused,
    );
  }

  clear(): void {
    this.keep([], []);
  }

  /** Keeps what lies beyond the first so many, for the next batch. */
  keepFrom(count: number): void {
    this.keep(this.taken.slice(count), []);
  }

  private keep(taken: Taken[], refused: Refused[]): void {
    this.taken = taken;
    this.refused = refused;
    this.names.clear();
    this.numbers.clear();
    this.byDigest.clear();
    for (const one of taken) {
      this.names.add(one.name);
      this.byDigest.set(one.digest, one);
    }
  }

  private unusedName(name: string): string {
    if (!this.names.has(name)) return name;
    for (let count = this.numbers.get(name) ?? 2; ; count += 1) {
      const numbered = `${[...name].slice(0, MAX_NAME - 8).join('')} (${count})`;
      if (this.names.has(numbered)) continue;
      this.numbers.set(name, count);
      return numbered;
    }
  }
}

/** The digest of a picture, or why the file is not taken. */
async function lookAt(file: Blob): Promise<{ readonly digest: string } | { readonly refusal: Refusal }> {
  if (file.size === 0) return { refusal: { kind: 'empty' } };
  if (file.size > MAX_PICTURE_BYTES) return { refusal: { kind: 'too-large', bytes: file.size } };
  try {
    if (!opensLikeAPicture(await bytesOf(file.slice(0, 12)))) return { refusal: { kind: 'not-a-picture' } };
    return { digest: await digestOf(file) };
  } catch (error) {
    return { refusal: { kind: 'unreadable', detail: String(error) } };
  }
}

/** A name that the node takes: no control characters, no half characters, its end kept where it is too long. */
export function plainName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '_').trim() || '_';
  const characters = [...plain];
  return characters.length <= MAX_NAME ? plain : `…${characters.slice(1 - MAX_NAME).join('')}`;
}

/** JPEG, PNG, WebP and TIFF by their first bytes. */
function opensLikeAPicture(head: Uint8Array): boolean {
  const hex = [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return (
    hex.startsWith('ffd8ff') ||
    hex.startsWith('89504e470d0a1a0a') ||
    /^52494646.{8}57454250/.test(hex) ||
    /^(49492a00|4d4d002a|49492b00|4d4d002b)/.test(hex)
  );
}

export async function digestOf(file: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}
