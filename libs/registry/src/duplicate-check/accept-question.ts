import { z } from 'zod';
import type { Clock, Digest, DirectoryView, SignedQuestion, StatementVerifier } from './ports.js';
import type { RecentNonces } from './recent-nonces.js';
import type { RefusalReason } from './refusal-reasons.js';
import { MAX_FINGERPRINT_BYTES, questionSchema, type Question } from './statements.js';

/** How far two honest clocks may lie apart, and how long a question may stay open, in milliseconds. */
export const CLOCK_WINDOW_MS = 5 * 60_000;

/** A question that is not taken: the class and, for people, the field, its problem and the remedy. */
export class QuestionRefused extends Error {
  override readonly name = 'QuestionRefused';

  constructor(
    readonly reason: RefusalReason,
    detail: string,
    /** Of BUSY: milliseconds after which it is worth asking again. */
    readonly retryAfterMs?: number,
  ) {
    super(detail);
  }
}

/** What is needed to tell a question that may be answered from one that may not. */
export interface AcceptDependencies {
  readonly verifier: StatementVerifier;
  readonly directory: DirectoryView;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly seen: RecentNonces;
}

/**
 * Verifies a question before anything is done about it: form, signature of the asking member, epoch, time, fingerprint
 * digest, and that it was not taken before. Coordinator and members run this same function.
 *
 * @throws QuestionRefused
 */
export async function acceptQuestion(deps: AcceptDependencies, signed: SignedQuestion): Promise<Question> {
  const { directory } = deps;
  if (signed.fingerprint.length === 0 || signed.fingerprint.length > MAX_FINGERPRINT_BYTES)
    throw new QuestionRefused(
      'MALFORMED',
      `fingerprint: has ${signed.fingerprint.length} bytes; send 1 to ${MAX_FINGERPRINT_BYTES}`,
    );
  const asker = claimedAsker(signed.questionJws);
  if (!directory.members.includes(asker))
    throw new QuestionRefused('NOT_ALLOWED', `asker: ${asker} is not a member in epoch ${directory.epoch}`);
  const question = await verified(deps, signed.questionJws, asker);
  if (question.epoch !== directory.epoch)
    throw new QuestionRefused(
      'WRONG_EPOCH',
      `epoch: ${question.epoch} is not the directory in force here; load epoch ${directory.epoch}`,
    );
  checkTime(question, deps.clock.now());
  if (deps.digest(signed.fingerprint) !== question.fingerprintDigest)
    throw new QuestionRefused(
      'MALFORMED',
      'fingerprintDigest: is not that of the fingerprint sent; sign what you send',
    );
  if (!deps.seen.take(question.asker, question.nonce, new Date(question.deadline)))
    throw new QuestionRefused('REPLAYED', 'nonce: this question was taken before; ask with a new one');
  return question;
}

const claim = z.object({ asker: z.string().min(1).max(64) });

/** Who the question says is asking; only a hint for finding the key that must have signed it. */
function claimedAsker(questionJws: string): string {
  const segment = questionJws.split('.')[1] ?? '';
  try {
    const bytes = Uint8Array.from(atob(segment.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    return claim.parse(JSON.parse(new TextDecoder().decode(bytes))).asker;
  } catch (error) {
    throw Object.assign(
      new QuestionRefused('MALFORMED', 'questionJws: is not a JWS of a question; sign one'),
      {
        cause: error,
      },
    );
  }
}

async function verified(deps: AcceptDependencies, questionJws: string, asker: string): Promise<Question> {
  let payload: unknown;
  try {
    payload = await deps.verifier.verify(questionJws, { province: asker });
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'could not be verified';
    throw new QuestionRefused(
      'BAD_SIGNATURE',
      `questionJws: ${problem}; sign with a key of ${asker} in the directory`,
    );
  }
  const parsed = questionSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new QuestionRefused(
    'MALFORMED',
    `${issue?.path.join('.') ?? 'question'}: ${issue?.message ?? 'is not valid'}`,
  );
}

function checkTime(question: Question, now: Date): void {
  const askedAt = Date.parse(question.askedAt);
  const deadline = Date.parse(question.deadline);
  if (Math.abs(now.getTime() - askedAt) > CLOCK_WINDOW_MS)
    throw new QuestionRefused(
      'EXPIRED',
      `askedAt: ${question.askedAt} is over 5 minutes from ${now.toISOString()}; set the clock`,
    );
  if (deadline <= now.getTime())
    throw new QuestionRefused(
      'EXPIRED',
      `deadline: ${question.deadline} has passed at ${now.toISOString()}; compare the clocks, and ask anew`,
    );
  if (deadline - askedAt > CLOCK_WINDOW_MS)
    throw new QuestionRefused('MALFORMED', 'deadline: lies over 5 minutes after askedAt; ask for less');
}
