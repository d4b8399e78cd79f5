import { FederationLogError } from '../errors.js';
import { fromBase64, readDecimal, toBase64 } from './bytes.js';
import { HASH_BYTES } from './hashing.js';
import { parseNote, signNote, verifySignatures } from './note.js';
import type { KnownSignature, NoteSigner, NoteVerifier, SignedNote } from './note.js';

/** A tree head (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Whose log it is: `weft/zhejiang`. */
  readonly origin: string;
  /** Entries in the tree. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text of a checkpoint: origin, size and root, a line each. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads a checkpoint's text. Extension lines are passed over: they are not auditable.
 * @throws FederationLogError MALFORMED that names the line
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const extensions = rest.slice(0, -1);
  if (rest.at(-1) !== '' || origin === '' || extensions.includes('')) {
    throw malformed('is three lines or more, none empty, each ended by a newline');
  }
  const count = readDecimal(size);
  if (count === null) throw malformed(`size: not a decimal number up to 2^53 - 1, without leading zeros`);
  const hash = fromBase64(root, 'checkpoint: root');
  if (hash.length !== HASH_BYTES) throw malformed(`root: has ${hash.length} bytes, not ${HASH_BYTES}`);
  return { origin, size: count, root: hash };
}

/** A checkpoint whose log's signature was verified. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly note: SignedNote;
  /** By keys of the log itself. */
  readonly signatures: readonly KnownSignature[];
}

/** Signs a tree head. @throws what the signer throws */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/**
 * The checkpoint of a signed note under a signature of the log.
 * @param origin whose log it must be
 * @param logKeys keys of that log; signatures of others are passed over here
 * @throws FederationLogError MALFORMED, TOO_LARGE; MALFORMED for another origin; BAD_SIGNATURE; UNKNOWN_KEY if no key of
 *   the log signed
 */
export function openCheckpoint(
  note: string,
  origin: string,
  logKeys: readonly NoteVerifier[],
): OpenedCheckpoint {
  const parsed = parseNote(note);
  const checkpoint = parseCheckpoint(parsed.text);
  if (checkpoint.origin !== origin) {
    throw malformed(`origin: is ${checkpoint.origin}, not ${origin}`);
  }
  const signatures = verifySignatures(parsed, logKeys);
  if (signatures.length === 0) {
    throw new FederationLogError('UNKNOWN_KEY', `checkpoint: no known key of ${origin} signed it.`);
  }
  return { ...checkpoint, note: parsed, signatures };
}

/**
 * The cosignatures of known witnesses on a checkpoint; each witness counts once, whatever keys it holds.
 * @throws FederationLogError BAD_SIGNATURE if a known witness's does not verify
 */
export function verifyCosignatures(note: SignedNote, witnesses: readonly NoteVerifier[]): KnownSignature[] {
  const byName = new Map<string, KnownSignature>();
  for (const signature of verifySignatures(note, witnesses)) {
    if (!byName.has(signature.verifier.name)) byName.set(signature.verifier.name, signature);
  }
  return [...byName.values()];
}

function malformed(why: string): FederationLogError {
  return new FederationLogError('MALFORMED', `checkpoint: ${why}.`);
}
