import type { AuditLog } from '../audit.js';
import { RegistryError } from '../errors.js';
import type { ProvinceId } from '../province.js';
import type { IndexQuery } from '../similarity.js';
import { acceptQuestion, QuestionRefused, type AcceptDependencies } from './accept-question.js';
import type { CurrentIndex, CurrentSearch, EmbeddingOf } from './current-index.js';
import type { SignedQuestion, StatementSigner } from './ports.js';
import type { Answer, Question } from './statements.js';

/** What a member needs to answer. */
export interface AnswerDependencies extends AcceptDependencies {
  readonly province: ProvinceId;
  /** Of each version that this member serves (a version is a model digest), its program's own first. */
  readonly indexes: readonly CurrentIndex[];
  readonly embeddingOf: EmbeddingOf;
  readonly signer: StatementSigner;
  readonly log: AuditLog;
}

/** What a member says to one question. */
export type MemberAnswer = { readonly answerJws: string } | { readonly refused: QuestionRefused };

/**
 * A member's whole story: verify each question, bring the index up to the registry, search exactly, sign each answer to
 * its own question, log, answer. Nothing of a fingerprint is kept.
 *
 * @param signed 1 to 16 questions; one answer or refusal each, in their order
 */
export async function answerQuestions(
  deps: AnswerDependencies,
  signed: readonly SignedQuestion[],
): Promise<MemberAnswer[]> {
  const receivedAt = deps.clock.now().toISOString();
  const accepted = await Promise.all(signed.map((one) => accept(deps, one)));
  const found = await searchEach(accepted);
  return Promise.all(
    accepted.map(async (one, item): Promise<MemberAnswer> => {
      const questionJws = signed[item]?.questionJws ?? '';
      const searched = found.get(one);
      if (!('query' in one) || !searched) return refuse(deps, one, questionJws);
      return answer(deps, one.question, questionJws, { ...searched, receivedAt });
    }),
  );
}

type Accepted =
  | { readonly question: Question; readonly query: IndexQuery; readonly index: CurrentIndex }
  | { readonly refused: QuestionRefused };

/** Which search answers a question, and at which place in it. */
interface Searched {
  readonly search: CurrentSearch;
  readonly place: number;
}

/** One search in each version that was asked for. */
async function searchEach(accepted: readonly Accepted[]): Promise<ReadonlyMap<Accepted, Searched>> {
  const asked = accepted.flatMap((one) => ('query' in one ? [one] : []));
  const found = await Promise.all(
    [...new Set(asked.map(({ index }) => index))].map(async (index) => {
      const mine = asked.filter((one) => one.index === index);
      const search = await index.search(mine.map(({ query }) => query));
      return mine.map((one, place) => [one, { search, place }] as const);
    }),
  );
  return new Map(found.flat());
}

async function accept(deps: AnswerDependencies, signed: SignedQuestion): Promise<Accepted> {
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
    // A province leaves out only its own application, and only when it asks itself.
    const excluding = question.asker === deps.province ? question.excluding : undefined;
    return { question, query: { vector: embedding, limit: question.limit, excluding }, index };
  } catch (error) {
    if (error instanceof QuestionRefused) return { refused: error };
    if (error instanceof RegistryError) return { refused: new QuestionRefused('MALFORMED', error.message) };
    throw error;
  }
}

async function answer(
  deps: AnswerDependencies,
  question: Question,
  questionJws: string,
  { search, place, receivedAt }: Searched & { readonly receivedAt: string },
): Promise<MemberAnswer> {
  const result = search.results[place];
  if (!result) throw new Error(`the index gave ${search.results.length} results and none for query ${place}`);
  const questionDigest = deps.digest(questionJws);
  const statement: Answer = {
    kind: 'weft.answer.v1',
    checkId: question.checkId,
    nonce: question.nonce,
    questionDigest,
    province: deps.province,
    epoch: question.epoch,
    modelDigest: question.modelDigest,
    receivedAt,
    answeredAt: deps.clock.now().toISOString(),
    index: {
      position: search.position,
      registryPosition: search.head.position,
      searched: result.searched,
      declared: search.head.searchable,
    },
    complete: true,
    hits: result.hits.map(({ registrationId, patternId, state, score }) => ({
      registrationId,
      patternId,
      state,
      score,
    })),
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
      declared: search.head.searchable,
    },
  });
  return { answerJws };
}

async function refuse(deps: AnswerDependencies, one: Accepted, questionJws: string): Promise<MemberAnswer> {
  if (!('refused' in one)) throw new Error('an accepted question was not searched');
  await deps.log.append({
    type: 'call.refused',
    outcome: 'failure',
    actor: { kind: 'coordinator', name: 'coordinator' },
    at: deps.clock.now().toISOString(),
    subject: null,
    details: {
      rpc: 'Search',
      reason: one.refused.reason,
      detail: one.refused.message,
      questionDigest: deps.digest(questionJws),
    },
  });
  return one;
}
