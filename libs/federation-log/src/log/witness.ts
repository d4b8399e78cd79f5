import { FederationLogError } from '../errors.js';
import { fromBase64, readDecimal, sameBytes, toBase64 } from './bytes.js';
import { openCheckpoint, parseCheckpoint, type Checkpoint, type OpenedCheckpoint } from './checkpoint.js';
import { HASH_BYTES, type TreeHasher } from './hashing.js';
import { MAX_NOTE_LENGTH, parseNote, type NoteVerifier } from './note.js';
import { verifyConsistency } from './proofs.js';

/** SPEC (tlog-witness): The client MUST NOT send more than 63 consistency proof lines. */
const MAX_PROOF = 63;
/** Most characters of a request. */
export const MAX_ADD_CHECKPOINT_LENGTH = MAX_NOTE_LENGTH + 64 * 45 + 64;

/** The body of `add-checkpoint` (c2sp.org/tlog-witness), not verified. */
export interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint as it came. */
  readonly note: string;
  /** What the note claims. */
  readonly checkpoint: Checkpoint;
}

/** The request's body as it is written. */
export function formatAddCheckpoint({ oldSize, proof, note }: Omit<AddCheckpoint, 'checkpoint'>): string {
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
}

/**
 * Parses the request's body. What it throws is answered with status 400.
 * @throws FederationLogError MALFORMED that names the line; TOO_LARGE
 */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  if (body.length > MAX_ADD_CHECKPOINT_LENGTH) {
    throw new FederationLogError('TOO_LARGE', `request: at most ${MAX_ADD_CHECKPOINT_LENGTH} characters.`);
  }
  // SPEC: an old size line, zero or more consistency proof lines, and an empty line, followed by a checkpoint.
  const split = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(split, 0)).split('\n');
  const oldSize = first.startsWith('old ') ? readDecimal(first.slice(4)) : null;
  if (oldSize === null) throw malformed('old: a line "old" with a decimal number without leading zeros');
  if (lines.length > MAX_PROOF) throw malformed(`proof: has ${lines.length} lines, at most ${MAX_PROOF}`);
  const proof = lines.map((line) => fromBase64(line, 'request: a proof line'));
  if (proof.some(({ length }) => length !== HASH_BYTES)) {
    throw malformed(`proof: a hash has not ${HASH_BYTES} bytes`);
  }
  const note = body.slice(split + 2);
  return { oldSize, proof, note, checkpoint: parseCheckpoint(parseNote(note).text) };
}

/** The last checkpoint that a witness cosigned for one log. */
export interface WitnessedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed checkpoint as it came, for a proof should the log show another history. */
  readonly note: string;
}

/** Two checkpoints that one log signed and that do not go together. */
export interface Equivocation {
  readonly kind: 'weft.equivocation.v1';
  readonly origin: string;
  /**
   * TWO_ROOTS: one size, two roots; conclusive by the two signatures. NO_PROOF: the log gave no consistency proof that
   * holds; conclusive once the log's own tiles give none either.
   */
  readonly reason: 'TWO_ROOTS' | 'NO_PROOF';
  /** The signed checkpoint that was cosigned. */
  readonly cosigned: string;
  /** The signed checkpoint that was refused. */
  readonly refused: string;
  /** The proof that came with it, base64 of 32 bytes each. */
  readonly proof: readonly string[];
}

/** What a witness does with a request. */
export type WitnessDecision =
  | {
      /** Persist `head` in the place of what was stored, by compare-and-swap; then cosign `note` and answer 200. */
      readonly status: 200;
      readonly head: WitnessedHead;
      readonly checkpoint: OpenedCheckpoint;
    }
  | {
      /** Answer with `size` in decimal and a newline, as text/x.tlog.size. */
      readonly status: 409;
      readonly size: number;
      readonly reason: string;
      /** To be kept, and people to be told. */
      readonly equivocation: Equivocation | null;
    }
  | {
      readonly status: 400 | 403 | 404 | 422;
      readonly reason: string;
      readonly equivocation: Equivocation | null;
    };

/** Content-Type of the answer 409. */
export const TLOG_SIZE_TYPE = 'text/x.tlog.size';

/**
 * What a witness answers to a request, by what it stored for that log: the conditions of c2sp.org/tlog-witness in their order.
 * Reading what is stored and persisting the decision's head must be one atomic step.
 * @param logKeys keys of the log that the request names; null if the witness does not know that log
 * @param stored null if it never cosigned a checkpoint of that log
 */
export function decideAddCheckpoint(
  hasher: TreeHasher,
  request: AddCheckpoint,
  logKeys: readonly NoteVerifier[] | null,
  stored: WitnessedHead | null,
): WitnessDecision {
  const { oldSize, checkpoint: claimed, note } = request;
  const refuse = (status: 400 | 403 | 404, reason: string): WitnessDecision => ({
    status,
    reason,
    equivocation: null,
  });
  // SPEC: If the checkpoint origin is unknown, the witness MUST respond with a "404 Not Found".
  if (logKeys === null) return refuse(404, `${claimed.origin} is not a log that is witnessed here`);
  // SPEC: If none of the signatures verify against a trusted public key, the witness MUST respond with a "403 Forbidden".
  const checkpoint = openSigned(note, claimed.origin, logKeys);
  if (checkpoint === null) return refuse(403, `no known key of ${claimed.origin} signed the checkpoint`);
  // SPEC: The old size MUST be equal to or lower than the checkpoint size. Otherwise [...] "400 Bad Request".
  if (oldSize > checkpoint.size) {
    return refuse(400, `old: ${oldSize} is more than the checkpoint's ${checkpoint.size}`);
  }
  const size = stored?.size ?? 0;
  const root = stored?.root ?? hasher.emptyRoot;
  const twoRoots = checkpoint.size === size && !sameBytes(checkpoint.root, root);
  const accuse = (reason: Equivocation['reason']): Equivocation | null =>
    stored && {
      kind: 'weft.equivocation.v1',
      origin: checkpoint.origin,
      reason,
      cosigned: stored.note,
      refused: note,
      proof: request.proof.map(toBase64),
    };
  // SPEC: The witness MUST check that the old size matches the size of the latest checkpoint it cosigned [...] "409 Conflict".
  // SPEC: If the old size matches the checkpoint size, the witness MUST check that the root hashes are also identical. [...] 409
  if (oldSize !== size || twoRoots) {
    const reason = twoRoots ? `another root is cosigned at ${size}` : `the latest cosigned size is ${size}`;
    return { status: 409, size, reason, equivocation: twoRoots ? accuse('TWO_ROOTS') : null };
  }
  // SPEC: If the Merkle Consistency Proof doesn't verify, the witness MUST respond with a "422 Unprocessable Entity".
  const why = inconsistency(hasher, request, root, checkpoint);
  if (why !== null) return { status: 422, reason: why, equivocation: accuse('NO_PROOF') };
  // SPEC: The witness MUST persist the new checkpoint before responding.
  return { status: 200, head: { size: checkpoint.size, root: checkpoint.root, note }, checkpoint };
}

function openSigned(note: string, origin: string, logKeys: readonly NoteVerifier[]): OpenedCheckpoint | null {
  try {
    return openCheckpoint(note, origin, logKeys);
  } catch (error) {
    if (error instanceof FederationLogError) return null;
    throw error;
  }
}

function inconsistency(
  hasher: TreeHasher,
  { oldSize, proof }: AddCheckpoint,
  fromRoot: Uint8Array,
  { size, root }: Checkpoint,
): string | null {
  try {
    verifyConsistency(hasher, { from: oldSize, to: size, fromRoot, toRoot: root, proof });
    return null;
  } catch (error) {
    if (error instanceof FederationLogError) return error.message;
    throw error;
  }
}

/**
 * Verifies that the two checkpoints of an equivocation are signed by the log and have one size and two roots.
 * @returns false for NO_PROOF, which the log's tiles must decide
 * @throws FederationLogError MALFORMED, BAD_SIGNATURE or UNKNOWN_KEY if a checkpoint is not the log's
 */
export function provesTwoHistories(
  { origin, cosigned, refused }: Equivocation,
  logKeys: readonly NoteVerifier[],
): boolean {
  const first = openCheckpoint(cosigned, origin, logKeys);
  const second = openCheckpoint(refused, origin, logKeys);
  return first.size === second.size && !sameBytes(first.root, second.root);
}

function malformed(why: string): FederationLogError {
  return new FederationLogError('MALFORMED', `request: ${why}.`);
}
