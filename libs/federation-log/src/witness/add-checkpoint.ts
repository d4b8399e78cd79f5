import { FederationLogError } from '../errors.js';
import { utf8 } from '../log/bytes.js';
import type { TreeHasher } from '../log/hashing.js';
import { formatSignatureLine, parseNote, type NoteSigner, type NoteVerifier } from '../log/note.js';
import {
  decideAddCheckpoint,
  parseAddCheckpoint,
  TLOG_SIZE_TYPE,
  type AddCheckpoint,
  type Equivocation,
} from '../log/witness.js';
import type { WitnessReport, WitnessStore } from './ports.js';

/** Requests of one log that may overtake this one before it is told to come again. */
const MOST_OVERTAKEN = 8;

/** An answer of `add-checkpoint` (c2sp.org/tlog-witness). */
export interface WitnessReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What a witness works with. */
export interface WitnessDeps {
  readonly hasher: TreeHasher;
  /** Keys of the logs that are witnessed, by origin. */
  readonly logs: ReadonlyMap<string, { readonly logKeys: readonly NoteVerifier[] }>;
  readonly store: WitnessStore;
  readonly cosigner: NoteSigner;
  /** RFC 3339. */
  readonly now: () => string;
  readonly report: WitnessReport;
}

const TEXT = 'text/plain; charset=utf-8';

/**
 * A witness's answer to a checkpoint: the checkpoint is stored, and only then cosigned. Nothing is cosigned of a second history;
 * the proof of it is kept.
 * @param submitter origin of the log that sent it, if that is known: only its own word makes a missing proof an accusation
 * @throws what the store or the signer throws; the checkpoint may then be stored, and the same request again is answered
 */
export async function addCheckpoint(
  deps: WitnessDeps,
  body: string,
  submitter: string | null,
): Promise<WitnessReply> {
  const request = parse(body);
  if (request instanceof FederationLogError) return refusal(400, request.message);
  const { origin } = request.checkpoint;
  const logKeys = deps.logs.get(origin)?.logKeys ?? null;
  for (let tries = 0; tries < MOST_OVERTAKEN; tries += 1) {
    const stored = logKeys === null ? null : await deps.store.head(origin);
    const decision = decideAddCheckpoint(deps.hasher, request, logKeys, stored);
    if (decision.status !== 200) {
      if (decision.equivocation) await accuse(deps, decision.equivocation, submitter);
      // SPEC: The response body MUST consist of the tree size [...] in decimal, followed by a newline.
      return decision.status === 409
        ? { status: 409, contentType: TLOG_SIZE_TYPE, body: `${decision.size}\n` }
        : refusal(decision.status, decision.reason);
    }
    // SPEC: The witness MUST persist the new checkpoint before responding.
    if (await deps.store.replace(origin, stored, decision.head, deps.now())) {
      return { status: 200, contentType: TEXT, body: await cosign(deps.cosigner, request.note) };
    }
  }
  const size = (await deps.store.head(origin))?.size ?? 0;
  return { status: 409, contentType: TLOG_SIZE_TYPE, body: `${size}\n` };
}

function parse(body: string): AddCheckpoint | FederationLogError {
  try {
    return parseAddCheckpoint(body);
  } catch (error) {
    if (error instanceof FederationLogError) return error;
    throw error;
  }
}

async function accuse(
  { store, report, now }: WitnessDeps,
  equivocation: Equivocation,
  submitter: string | null,
): Promise<void> {
  if (equivocation.reason === 'NO_PROOF' && submitter !== equivocation.origin) return;
  if (await store.keep(equivocation, now())) await report.forked(equivocation);
}

async function cosign(cosigner: NoteSigner, note: string): Promise<string> {
  const { name, keyId } = cosigner;
  return formatSignatureLine({ name, keyId, signature: await cosigner.sign(utf8(parseNote(note).text)) });
}

function refusal(status: number, reason: string): WitnessReply {
  return { status, contentType: TEXT, body: `${reason}\n` };
}
