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

/**
 * Adds one file to the tray, or says why not. The same picture twice is checked once; two pictures of one name get
 * different names.
 */
export async function put(tray: Tray, found: Found): Promise<Tray> {
  const name = unusedName(tray, plainName(found.name));
  const refuse = (refusal: Refusal): Tray => ({ ...tray, refused: [...tray.refused, { name, refusal }] });
  if (found.file.size === 0) return refuse({ kind: 'empty' });
  if (found.file.size > MAX_PICTURE_BYTES) return refuse({ kind: 'too-large', bytes: found.file.size });
  try {
    if (!opensLikeAPicture(await bytesOf(found.file.slice(0, 12)))) return refuse({ kind: 'not-a-picture' });
    const digest = await digestOf(found.file);
    const same = tray.taken.find((one) => one.digest === digest);
    if (same) return refuse({ kind: 'same-as', name: same.name });
    return { ...tray, taken: [...tray.taken, { name, file: found.file, digest }] };
  } catch (error) {
    return refuse({ kind: 'unreadable', detail: String(error) });
  }
}

/** A name that the node takes: no control characters, no half characters, its end kept where it is too long. */
export function plainName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '_').trim() || '_';
  const characters = [...plain];
  return characters.length <= MAX_NAME ? plain : `…${characters.slice(1 - MAX_NAME).join('')}`;
}

function unusedName({ taken }: Tray, name: string): string {
  const used = new Set(taken.map((one) => one.name));
  if (!used.has(name)) return name;
  for (let count = 2; ; count += 1) {
    const numbered = `${[...name].slice(0, MAX_NAME - 8).join('')} (${count})`;
    if (!used.has(numbered)) return numbered;
  }
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
