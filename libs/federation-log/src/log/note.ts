import { FederationLogError } from '../errors.js';
import { concat, fromBase64, toBase64, utf8 } from './bytes.js';

/** Most characters of a signed note: a checkpoint with many signatures of the largest kinds. */
export const MAX_NOTE_LENGTH = 131_072;
/** Most signatures of a note (signed-note: at least 16 must be accepted). */
export const MAX_NOTE_SIGNATURES = 64;

const DASH = '— ';
// Control characters other than newline (the specification: those below U+0020; here all that Unicode calls so).
const FORBIDDEN = /[^\P{Cc}\n]|\p{Surrogate}/u;

/** A signature line of a note, not verified. */
export interface NoteSignature {
  readonly name: string;
  /** The first four bytes, high byte first. */
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/** A signed note (c2sp.org/signed-note), not verified. */
export interface SignedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A key that verifies signatures on notes. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  /** Signature type byte. */
  readonly type: number;
  /** Null if it does not verify. */
  verify(text: Uint8Array, signature: Uint8Array): VerifiedSignature | null;
}

/** What a good signature says besides. */
export interface VerifiedSignature {
  /** Seconds since 1970 for a timestamped cosignature; else null. */
  readonly timestamp: number | null;
}

/** A key that signs notes. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  /** Bytes after the key id. */
  sign(text: Uint8Array): Promise<Uint8Array>;
}

/** Whether a key or log may be called this: not empty, no space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= 255 && !/[\p{White_Space}+]/u.test(name) && !FORBIDDEN.test(name);
}

/**
 * The parts of a signed note.
 * @throws FederationLogError MALFORMED that says where; TOO_LARGE
 */
export function parseNote(note: string): SignedNote {
  if (note.length > MAX_NOTE_LENGTH) {
    throw new FederationLogError('TOO_LARGE', `note: at most ${MAX_NOTE_LENGTH} characters.`);
  }
  if (FORBIDDEN.test(note)) throw malformed('holds a control character');
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n')) {
    throw malformed('is a text, an empty line and signature lines, each ended by a newline');
  }
  const lines = note.slice(split + 2, -1).split('\n');
  if (note.length === split + 2) throw malformed('has no signature');
  if (lines.length > MAX_NOTE_SIGNATURES) {
    throw new FederationLogError('TOO_LARGE', `note: at most ${MAX_NOTE_SIGNATURES} signatures.`);
  }
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * One signature line, without its newline.
 * @throws FederationLogError MALFORMED
 */
export function parseSignatureLine(line: string): NoteSignature {
  const [name = '', encoded = '', ...more] = line.startsWith(DASH) ? line.slice(DASH.length).split(' ') : [];
  if (!isKeyName(name) || more.length > 0) throw malformed('has a line that is not "— name signature"');
  const bytes = fromBase64(encoded, `note: the signature of ${name}`);
  if (bytes.length < 5) throw malformed(`has a signature of ${name} that is too short`);
  return { name, keyId: readKeyId(bytes), signature: bytes.slice(4) };
}

/** A signature line, with its newline. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, keyId);
  return `${DASH}${name} ${toBase64(concat(id, signature))}\n`;
}

/** A note as it is written. */
export function formatNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(formatSignatureLine).join('')}`;
}

/**
 * A note of this text with a signature of each signer.
 * @throws FederationLogError MALFORMED if the text does not end in a newline, or has a control character
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!text.endsWith('\n') || FORBIDDEN.test(text)) {
    throw malformed('has a text that does not end in a newline, or with a control character');
  }
  const bytes = utf8(text);
  const signatures = await Promise.all(
    signers.map(async (signer) => ({
      name: signer.name,
      keyId: signer.keyId,
      signature: await signer.sign(bytes),
    })),
  );
  return formatNote({ text, signatures });
}

/** A signature that a known key made over a note. */
export interface KnownSignature extends VerifiedSignature {
  readonly verifier: NoteVerifier;
  readonly line: NoteSignature;
}

/**
 * The signatures of known keys on a note; each key counts once. Those of unknown keys are passed over.
 * @throws FederationLogError BAD_SIGNATURE if a known key's does not verify
 */
export function verifySignatures(note: SignedNote, verifiers: readonly NoteVerifier[]): KnownSignature[] {
  const text = utf8(note.text);
  const known = new Map<NoteVerifier, KnownSignature>();
  for (const line of note.signatures) {
    const verifier = verifiers.find(({ name, keyId }) => name === line.name && keyId === line.keyId);
    if (verifier === undefined) continue;
    const verified = verifier.verify(text, line.signature);
    // SPEC (signed-note): If a signature from a known key fails to verify, clients SHOULD reject the whole note.
    if (verified === null) {
      throw new FederationLogError('BAD_SIGNATURE', `note: the signature of ${line.name} does not verify.`);
    }
    if (!known.has(verifier)) known.set(verifier, { ...verified, verifier, line });
  }
  return [...known.values()];
}

function readKeyId(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

function malformed(why: string): FederationLogError {
  return new FederationLogError('MALFORMED', `note: ${why}.`);
}
