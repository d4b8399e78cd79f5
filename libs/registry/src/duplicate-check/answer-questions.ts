import type { AuditLog } from '../audit.js';
import { Busy, RegistryError } from '../errors.js';
import type { ProvinceId } from '../province.js';
import type { DeclaredCounts, RegistryHead } from '../registration/ports.js';
import type { IndexHit, IndexQuery, IndexResult } from '../similarity.js';
import type { AskerWatch } from './asker-watch.js';
import { acceptQuestion, QuestionRefused, type AcceptDependencies } from './accept-question.js';
import type { CurrentIndex, CurrentSearch, EmbeddingOf } from './current-index.js';
import { calibrationOf } from './merge-answers.js';
import type { SignedQuestion, StatementSigner } from './ports.js';
import type { Answer, Question } from './statements.js';
import type { Turns } from './turns.js';
import { verificationDeadline } from './verification-deadline.js';
import {
  verifyHits,
  type CandidateVerifier,
  type FingerprintReader,
  type VerifiedHits,
} from './verify-hits.js';

/** How a member verifies its nearest registrations before it answers. */
export interface AnswerVerification {
  readonly verifier: CandidateVerifier;
  readonly fingerprints: FingerprintReader;
  /** Of the askers: verifying takes processors, and what could not be verified in time is refused before anything is done. */
  readonly turns: Turns;
  /** Nearest registrations verified for each question, 1 to MAX_VERIFIED; never fewer than the question wants. */
  readonly candidates: number;
  /** Milliseconds for one question; the questions of one call share the sum. */
  readonly budgetMs: number;
}

/** What a member needs to answer. */
export interface AnswerDependencies extends AcceptDependencies {
  readonly province: ProvinceId;
  /** Of each version that this member serves (a version is a model digest), its program's own first. */
  readonly indexes: readonly CurrentIndex[];
  readonly embeddingOf: EmbeddingOf;
  readonly verification: AnswerVerification;
  /** By the log of this province. */
  readonly counts: DeclaredCounts;
  readonly signer: StatementSigner;
  readonly log: AuditLog;
  /** How much each province asks. */
  readonly watch: AskerWatch;
}

/** What a member says to one question. */
export type MemberAnswer = { readonly answerJws: string } | { readonly refused: QuestionRefused };

/**
 * A member's whole story: verify each question, bring the index up to the registry, search exactly, verify the nearest
 * within the time there is, sign each answer to its own question, log, answer. Nothing of a fingerprint is kept.
 *
 * @param signed 1 to 64 questions; one answer or refusal each, in their order
 */
export async function answerQuestions(
  deps: AnswerDependencies,
  signed: readonly SignedQuestion[],
): Promise<MemberAnswer[]> {
  const receivedAt = deps.clock.now();
  const accepted = await Promise.all(
    signed.map((one) => accept(deps, one, { receivedAt, questions: signed.length })),
  );
  const found = await searchEach(deps.counts, accepted);
  return Promise.all(
    accepted.map(async (one, item): Promise<MemberAnswer> => {
      const questionJws = signed[item]?.questionJws ?? '';
      const searched = found.get(one);
      if ('refused' in one) return refuse(deps, one.refused, questionJws);
      if (!searched) throw new Error('the index gave no result for an accepted question');
      if ('refused' in searched) return refuse(deps, searched.refused, questionJws);
      const { budgetMs } = deps.verification;
      const until = verificationDeadline(receivedAt, new Date(one.question.deadline), budgetMs, found.size);
      const verified = await verify(deps, one, searched.result.hits, until);
      if (verified instanceof QuestionRefused) return refuse(deps, verified, questionJws);
      return answer(deps, one.question, questionJws, { ...searched, verified, receivedAt });
    }),
  );
}

interface AcceptedQuestion {
  readonly question: Question;
  readonly index: CurrentIndex;
  readonly query: IndexQuery;
  readonly fingerprint: Uint8Array;
}

type Accepted = AcceptedQuestion | { readonly refused: QuestionRefused };

/** What the index of its version gave to one question. */
interface Searched {
  readonly search: CurrentSearch;
  readonly result: IndexResult;
  readonly declaration: Declaration;
}

/** How much there is to search, and where in the log it says so. */
interface Declaration {
  readonly declared: number;
  readonly log: { readonly entry: number; readonly cosigned: number } | null;
}

/** One search in each version that was asked for; an index that cannot be searched is a refusal that says so. */
async function searchEach(
  counts: DeclaredCounts,
  accepted: readonly Accepted[],
): Promise<ReadonlyMap<Accepted, Searched | { readonly refused: QuestionRefused }>> {
  const asked = accepted.flatMap((one) => ('query' in one ? [one] : []));
  const found = new Map<Accepted, Searched | { readonly refused: QuestionRefused }>();
  await Promise.all(
    [...new Set(asked.map(({ index }) => index))].map(async (index) => {
      const mine = asked.filter((one) => one.index === index);
      try {
        const cosigned = counts.cosigned();
        const search = await index.search(mine.map(({ query }) => query));
        const declaration = await declare(counts, search.head, cosigned);
        search.results.forEach((result, place) => {
          const one = mine[place];
          if (one) found.set(one, { search, result, declaration });
        });
      } catch (error) {
        const refused = asUnsearched(error);
        for (const one of mine) found.set(one, { refused });
      }
    }),
  );
  return found;
}

/** What the log declares, and never less than the registry counts: what is missing in either must show. */
async function declare(counts: DeclaredCounts, head: RegistryHead, cosigned: number): Promise<Declaration> {
  const counted = await counts.declared(head.position, cosigned);
  if (counted === null) return { declared: head.searchable, log: null };
  const declared = Math.max(counted.searchable, head.searchable);
  return { declared, log: { entry: counted.entry, cosigned } };
}

async function accept(
  deps: AnswerDependencies,
  signed: SignedQuestion,
  { receivedAt, questions }: { readonly receivedAt: Date; readonly questions: number },
): Promise<Accepted> {
  try {
    const question = await acceptQuestion(deps, signed);
    const index = deps.indexes.find((one) => one.modelDigest === question.modelDigest);
    if (!index)
      throw new QuestionRefused(
        'VERSION_MISMATCH',
        `modelDigest: ${deps.province} serves ${deps.indexes.map((one) => one.modelDigest).join(' and ')}, not ${question.modelDigest}`,
      );
    const { modelDigest, embedding } = deps.embeddingOf(signed.fingerprint);
    if (modelDigest !== question.modelDigest)
      throw new QuestionRefused(
        'MALFORMED',
        `modelDigest: the fingerprint is of ${modelDigest}; sign what you send`,
      );
    await watchAsker(deps, question, embedding);
    if (isVerified(deps, modelDigest)) {
      const { turns, budgetMs } = deps.verification;
      const until = verificationDeadline(receivedAt, new Date(question.deadline), budgetMs, questions);
      turns.admit(question.asker, until.getTime() - deps.clock.now().getTime());
    }
    // A province leaves out only its own application, and only when it asks itself.
    const excluding = question.asker === deps.province ? question.excluding : undefined;
    const limit = Math.max(question.limit, deps.verification.candidates);
    return {
      question,
      index,
      query: { vector: embedding, limit, excluding },
      fingerprint: signed.fingerprint,
    };
  } catch (error) {
    return { refused: asRefusal(error) };
  }
}

/**
 * A province's own questions are nobody's to count. What looks like harvesting is an entry before it is answered.
 * @throws QuestionRefused OVER_QUOTA
 */
async function watchAsker(
  deps: AnswerDependencies,
  question: Question,
  embedding: Float32Array,
): Promise<void> {
  if (question.asker === deps.province) return;
  const { taken, alarms } = deps.watch.take(question, embedding);
  if (!taken)
    throw new QuestionRefused(
      'OVER_QUOTA',
      `asker: ${question.asker} has asked ${deps.province} as much as it may in an hour; ask again later`,
    );
  for (const { asker, ...details } of alarms)
    await deps.log.append({
      type: 'harvest.suspected',
      outcome: 'failure',
      actor: { kind: 'member', name: asker },
      at: deps.clock.now().toISOString(),
      subject: null,
      details,
    });
}

/** Nothing is verified in a version whose thresholds are on the similarity of embeddings: its fingerprints have no other part. */
function isVerified({ directory }: AnswerDependencies, modelDigest: string): boolean {
  return calibrationOf(directory, modelDigest)?.scale !== 'embedding';
}

/** All hits with what was found, in the asker's turn; a fingerprint whose other parts cannot be read shows here for the first time. */
async function verify(
  deps: AnswerDependencies,
  { question, fingerprint }: AcceptedQuestion,
  hits: readonly IndexHit[],
  until: Date,
): Promise<VerifiedHits | QuestionRefused> {
  const { modelDigest } = question;
  if (!isVerified(deps, modelDigest)) return { hits, complete: true };
  try {
    return await deps.verification.turns.run(
      question.asker,
      until.getTime() - deps.clock.now().getTime(),
      () => verifyHits(deps.verification, { fingerprint, modelDigest }, hits, until),
    );
  } catch (error) {
    return asRefusal(error);
  }
}

/** @throws what is no refusal */
function asRefusal(error: unknown): QuestionRefused {
  if (error instanceof QuestionRefused) return error;
  if (error instanceof Busy) return new QuestionRefused('BUSY', error.message, error.retryAfterMs);
  if (error instanceof RegistryError) return new QuestionRefused('MALFORMED', error.message);
  throw error;
}

/** @throws what is not the index's own failure */
function asUnsearched(error: unknown): QuestionRefused {
  if (
    error instanceof RegistryError &&
    (error.code === 'INDEX_UNAVAILABLE' || error.code === 'INDEX_TIMEOUT')
  )
    return new QuestionRefused(error.code, error.message);
  throw error;
}

interface Found extends Searched {
  readonly verified: VerifiedHits;
  readonly receivedAt: Date;
}

async function answer(
  deps: AnswerDependencies,
  question: Question,
  questionJws: string,
  { search, result, declaration, verified, receivedAt }: Found,
): Promise<MemberAnswer> {
  const questionDigest = deps.digest(questionJws);
  const statement: Answer = {
    kind: 'weft.answer.v1',
    checkId: question.checkId,
    nonce: question.nonce,
    questionDigest,
    province: deps.province,
    epoch: question.epoch,
    modelDigest: question.modelDigest,
    receivedAt: receivedAt.toISOString(),
    answeredAt: deps.clock.now().toISOString(),
    index: {
      position: search.position,
      registryPosition: search.head.position,
      searched: result.searched,
      declared: declaration.declared,
      ...(declaration.log ? { log: declaration.log } : {}),
    },
    complete: verified.complete,
    hits: verified.hits.slice(0, question.limit),
  };
  const answerJws = await deps.signer.sign(statement);
  await deps.log.append({
    type: 'member.answered',
    outcome: 'success',
    actor: { kind: 'member', name: question.asker },
    at: statement.answeredAt,
    subject: question.checkId,
    details: {
      questionDigest,
      answerDigest: deps.digest(answerJws),
      searched: result.searched,
      declared: declaration.declared,
      declaredAt: declaration.log?.entry ?? null,
      cosigned: declaration.log?.cosigned ?? 0,
      verified: verified.hits.filter((hit) => hit.verified).length,
      complete: verified.complete,
    },
  });
  return { answerJws };
}

async function refuse(
  deps: AnswerDependencies,
  refused: QuestionRefused,
  questionJws: string,
): Promise<MemberAnswer> {
  await deps.log.append({
    type: 'call.refused',
    outcome: 'failure',
    actor: { kind: 'coordinator', name: 'coordinator' },
    at: deps.clock.now().toISOString(),
    subject: null,
    details: {
      rpc: 'Search',
      reason: refused.reason,
      questionDigest: deps.digest(questionJws),
    },
  });
  return { refused };
}
