import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { RegistryError, type CoordinatorReply, type TimedReply } from '#libs/registry';
import type { CheckResponse, MemberAnswer } from '../generated/weft/check/v1/check.js';
import { boundedDetail } from '../limits.js';
import { detailOf, outcomeFromWire } from '../outcomes.js';

const instant = z.iso.datetime({ precision: 3 });

const answerSchema = z.object({
  province: z.string().min(1).max(64),
  askedAt: instant,
  arrivedAt: z.union([instant, z.literal('').transform(() => null)]),
});

/**
 * The coordinator's reply to one question; nothing in it is verified yet.
 * @throws RegistryError FEDERATION_UNAVAILABLE if it has not its form
 */
export function replyFromWire({ resultJws, answers }: CheckResponse): CoordinatorReply {
  if (answers.length > 64) throw unusable('has more than 64 answers');
  return { resultJws, replies: answers.map(timedReply) };
}

function timedReply(answer: MemberAnswer): TimedReply {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success)
    throw unusable(`${parsed.error.issues[0]?.path.join('.') ?? 'answer'} is not in its form`);
  return { ...parsed.data, reply: memberReply(answer) };
}

function memberReply({ answerJws, outcome: wire, detail }: MemberAnswer): TimedReply['reply'] {
  if (answerJws !== '') return { kind: 'answer', answerJws };
  const outcome = outcomeFromWire(wire);
  switch (outcome) {
    case 'ANSWERED':
    case 'PARTIAL':
    case 'STALE_INDEX':
      return { kind: 'none', outcome: 'BAD_SIGNATURE', detail: `said to be ${outcome}, without its answer` };
    default:
      return { kind: 'none', outcome, detail: boundedDetail(detail) };
  }
}

function unusable(problem: string): RegistryError {
  return new RegistryError(
    'FEDERATION_UNAVAILABLE',
    'coordinator',
    `its reply ${problem}`,
    'tell its operator',
  );
}

/** Why the coordinator minted no clear token: its own reason, or that it could not be asked. */
export function clearTokenRefused(error: unknown): RegistryError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== status.FAILED_PRECONDITION && code !== status.INVALID_ARGUMENT)
    return federationUnavailable(error);
  const [problem = '', remedy = ''] = detailOf(error)
    .replace(/^evidence: /, '')
    .split(/; (?=[^;]*$)/);
  return new RegistryError('NO_CLEAR_TOKEN', 'checkId', problem, remedy, { cause: error });
}

/** What a failed call to the coordinator is to the core. */
export function federationUnavailable(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  const problem = detailOf(error);
  return new RegistryError(
    'FEDERATION_UNAVAILABLE',
    'coordinator',
    problem,
    'try again when it can be reached',
    {
      cause: error,
    },
  );
}
