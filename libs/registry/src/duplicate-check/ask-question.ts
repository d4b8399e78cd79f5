import type { Actor } from '../audit.js';
import { commitTo } from '../audit-events/commitment.js';
import type { FingerprintedPicture } from '../registration/ports.js';
import type { Check, CheckDependencies } from './check.js';
import type { SignedQuestion } from './ports.js';
import type { Question } from './statements.js';

/** What is asked about one fingerprinted picture. */
export interface Asking {
  readonly fingerprinted: FingerprintedPicture;
  readonly actor: Actor;
  /** The application under check, which is not to find itself. */
  readonly excluding?: string | undefined;
  /** The incomplete check that is asked again. */
  readonly repeats?: Check | undefined;
  /** The check whose question was lost with its coordinator, which this one is asked in the place of. */
  readonly afterLost?: string | undefined;
  /** Candidates wanted of each member, 1 to 100. */
  readonly limit: number;
  /** Milliseconds from now until an answer is no answer. */
  readonly budgetMs: number;
}

/** A question on its way. */
export interface OpenQuestion extends SignedQuestion {
  readonly question: Question;
  readonly picture: FingerprintedPicture['pattern'];
  readonly repeats: Check | null;
  /** Opens what the entry commits to: the picture's digest. */
  readonly pictureSalt: string;
}

/** Makes, signs and logs a question; it is in the log before it leaves the province. */
export async function askQuestion(deps: CheckDependencies, asking: Asking): Promise<OpenQuestion> {
  const { fingerprint, pattern } = asking.fingerprinted;
  const sent = deps.sentOf(fingerprint.bytes);
  const now = deps.clock.now();
  const question: Question = {
    kind: 'weft.question.v1',
    checkId: deps.random.uuid(),
    nonce: deps.random.nonce(),
    askedAt: now.toISOString(),
    deadline: new Date(now.getTime() + asking.budgetMs).toISOString(),
    asker: deps.province,
    epoch: deps.directory.epoch,
    modelDigest: fingerprint.modelDigest,
    fingerprintDigest: deps.digest(sent),
    limit: asking.limit,
    ...(asking.excluding ? { excluding: asking.excluding } : {}),
  };
  const questionJws = await deps.signer.sign(question);
  const pictureSalt = deps.random.salt();
  await deps.log.append({
    type: 'check.asked',
    outcome: 'success',
    actor: asking.actor,
    at: question.askedAt,
    subject: question.checkId,
    details: {
      questionDigest: deps.digest(questionJws),
      modelDigest: question.modelDigest,
      epoch: question.epoch,
      pictureCommitment: commitTo(deps.digest, {
        of: 'picture',
        salt: pictureSalt,
        value: pattern.pictureDigest,
      }),
      repeats: asking.repeats?.checkId ?? asking.afterLost ?? null,
    },
  });
  const repeats = asking.repeats ?? null;
  return { question, questionJws, fingerprint: sent, picture: pattern, pictureSalt, repeats };
}
