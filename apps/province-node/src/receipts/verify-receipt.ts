import {
  FederationLogError,
  openWitnessed,
  parseReceipt,
  partyOfWitness,
  verifyReceipt,
  type TreeHasher,
  type TrustedLog,
  type WitnessedCheckpoint,
} from '#libs/federation-log';
import type { DueReceipt, ReceiptOutcome } from '#libs/registry';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

/** Type of the entry that each receipt is about. */
export const ENTRY_TYPES = {
  question: 'check.asked',
  answer: 'member.answered',
  result: 'check.judged',
  judgement: 'check.judged',
} as const;

const entrySchema = z.object({
  kind: z.literal('weft.log-entry.v1'),
  origin: z.string(),
  type: z.string(),
  subject: z.string(),
  details: z.looseObject({
    questionDigest: z.string().optional(),
    answerDigest: z.string().optional(),
    resultDigest: z.string().nullable().optional(),
  }),
});

/** Checkpoints whose signatures are remembered as good. */
const MOST_OPENED = 64;

/** What verifying a receipt came to. */
export type VerifiedState = Omit<ReceiptOutcome, 'nextAt'>;

/** Opens checkpoints, those that it opened before without verifying their signatures again; for one directory. */
export function rememberCheckpoints(): typeof openWitnessed {
  const opened = new LRUCache<string, WitnessedCheckpoint>({ max: MOST_OPENED });
  return (note, trust) => {
    const key = `${trust.origin}\n${note}`;
    const known = opened.get(key);
    if (known) return known;
    const checkpoint = openWitnessed(note, trust);
    opened.set(key, checkpoint);
    return checkpoint;
  };
}

/**
 * Verifies a receipt against the statement that this node holds: the entry is that log's, about this check, and names the very
 * answer or result that was received; the log signed a tree that holds it; and so many witnesses cosigned that tree.
 * @param text as it came
 * @param open of `rememberCheckpoints`
 */
export function verifyCheckReceipt(
  hasher: TreeHasher,
  log: TrustedLog,
  due: DueReceipt,
  text: string,
  open: typeof openWitnessed,
): VerifiedState {
  try {
    const receipt = parseReceipt(text);
    if (receipt.extra === null) throw new FederationLogError('MALFORMED', 'receipt: holds no entry.');
    checkEntry(receipt.extra, log.party, due);
    const { cosignatures } = verifyReceipt(hasher, receipt, hasher.leaf(receipt.extra), log, open);
    if (cosignatures.length >= log.quorum) return { state: 'WITNESSED', detail: '', receipt: text };
    const by = cosignatures.map(({ verifier }) => partyOfWitness(verifier.name) ?? verifier.name);
    const who = by.length === 0 ? 'nobody' : by.join(', ');
    return {
      state: 'UNWITNESSED',
      detail: `cosigned by ${who}; ${log.quorum} witnesses are needed`,
      receipt: text,
    };
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    return { state: 'INVALID', detail: error.message, receipt: text };
  }
}

/** @throws FederationLogError MALFORMED naming what the entry should have said */
function checkEntry(bytes: Uint8Array, party: string, { checkId, about, digest }: DueReceipt): void {
  const parsed = entrySchema.safeParse(parseJson(bytes));
  if (!parsed.success) throw wrong('is no entry of a log about a check');
  const { origin, type, subject, details } = parsed.data;
  if (origin !== party) throw wrong(`is of the log of ${origin}, not of ${party}`);
  if (type !== ENTRY_TYPES[about]) throw wrong(`records ${type}, not ${ENTRY_TYPES[about]}`);
  if (subject !== checkId) throw wrong('is about another check');
  const named = {
    question: details.questionDigest,
    answer: details.answerDigest,
    result: details.resultDigest,
    judgement: details.resultDigest,
  }[about];
  if ((named ?? '') !== digest) throw wrong(`names another ${about === 'judgement' ? 'result' : about}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function wrong(why: string): FederationLogError {
  return new FederationLogError('MALFORMED', `receipt: its entry ${why}.`);
}
