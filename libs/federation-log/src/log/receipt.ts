import { FederationLogError } from '../errors.js';
import { fromBase64, readDecimal, toBase64 } from './bytes.js';
import { openCheckpoint, verifyCosignatures, type OpenedCheckpoint } from './checkpoint.js';
import { HASH_BYTES, type TreeHasher } from './hashing.js';
import type { KnownSignature, NoteVerifier } from './note.js';
import { verifyInclusion } from './proofs.js';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** Hashes of an inclusion proof in a tree of at most 2^53 entries. */
const MAX_PROOF = 53;
/** Most characters of a receipt: the largest note, the largest entry, a proof. */
export const MAX_RECEIPT_LENGTH = 262_144;

/** That a log holds an entry (c2sp.org/tlog-proof), not verified. */
export interface Receipt {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, as the log and the witnesses signed it. */
  readonly checkpoint: string;
  /** In Weft the entry itself; nothing binds it until its leaf hash was proved. Null where it is left out. */
  readonly extra: Uint8Array | null;
}

/** A receipt as it is written. */
export function formatReceipt({ index, proof, checkpoint, extra }: Receipt): string {
  const lines = [
    FIRST_LINE,
    ...(extra === null ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...proof.map(toBase64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/**
 * The parts of a receipt in its one written form.
 * @throws FederationLogError MALFORMED that names the line; TOO_LARGE
 */
export function parseReceipt(text: string): Receipt {
  if (text.length > MAX_RECEIPT_LENGTH) {
    throw new FederationLogError('TOO_LARGE', `receipt: at most ${MAX_RECEIPT_LENGTH} characters.`);
  }
  const split = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(split, 0)).split('\n');
  if (first !== FIRST_LINE) throw malformed(`does not start with ${FIRST_LINE}`);
  const [maybeExtra = ''] = lines;
  const extra = maybeExtra.startsWith('extra ') ? fromBase64(maybeExtra.slice(6), 'receipt: extra') : null;
  if (extra !== null) lines.shift();
  const [indexLine = '', ...hashes] = lines;
  const index = indexLine.startsWith('index ') ? readDecimal(indexLine.slice(6)) : null;
  if (index === null) throw malformed('index: a line "index" with a decimal number without leading zeros');
  if (hashes.length > MAX_PROOF) throw malformed(`proof: has ${hashes.length} hashes, at most ${MAX_PROOF}`);
  const proof = hashes.map((hash) => fromBase64(hash, 'receipt: a hash of the proof'));
  if (proof.some(({ length }) => length !== HASH_BYTES)) {
    throw malformed(`proof: a hash has not ${HASH_BYTES} bytes`);
  }
  return { index, proof, checkpoint: text.slice(split + 2), extra };
}

/** Whose signatures a reader of one log trusts. */
export interface LogTrust {
  readonly origin: string;
  readonly logKeys: readonly NoteVerifier[];
  readonly witnesses: readonly NoteVerifier[];
}

/** A checkpoint that the log signed, and who cosigned it. */
export interface WitnessedCheckpoint {
  readonly checkpoint: OpenedCheckpoint;
  /** One of each known witness. Whether they are enough is the reader's policy. */
  readonly cosignatures: readonly KnownSignature[];
}

/**
 * Verifies a signed checkpoint with its cosignatures.
 * @throws FederationLogError MALFORMED, TOO_LARGE, BAD_SIGNATURE, UNKNOWN_KEY (as `openCheckpoint`)
 */
export function openWitnessed(note: string, { origin, logKeys, witnesses }: LogTrust): WitnessedCheckpoint {
  const checkpoint = openCheckpoint(note, origin, logKeys);
  return { checkpoint, cosignatures: verifyCosignatures(checkpoint.note, witnesses) };
}

/** A receipt that was verified. */
export interface VerifiedReceipt extends WitnessedCheckpoint {
  readonly index: number;
}

/**
 * Verifies that the log holds the entry: the checkpoint is signed by the log, and the proof leads to its root.
 * @param leafHash of the entry
 * @param open opens the checkpoint as `openWitnessed` does, or remembers what it opened: many receipts stand under one checkpoint
 * @throws FederationLogError MALFORMED, TOO_LARGE, BAD_SIGNATURE, UNKNOWN_KEY (as `openCheckpoint`); OUT_OF_RANGE or
 *   PROOF_FAILS (as `verifyInclusion`)
 */
export function verifyReceipt(
  hasher: TreeHasher,
  receipt: Receipt,
  leafHash: Uint8Array,
  trust: LogTrust,
  open: typeof openWitnessed = openWitnessed,
): VerifiedReceipt {
  const { checkpoint, cosignatures } = open(receipt.checkpoint, trust);
  const { index, proof } = receipt;
  verifyInclusion(hasher, { index, size: checkpoint.size, leafHash, proof, root: checkpoint.root });
  return { index, checkpoint, cosignatures };
}

function malformed(why: string): FederationLogError {
  return new FederationLogError('MALFORMED', `receipt: ${why}.`);
}
