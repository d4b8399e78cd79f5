import { resultSchema, type CoordinatorReply, type Outcome, type TimedReply } from '#libs/registry';
import { outcomeToWire, type CheckResponse } from '#libs/rpc';
import { parseCanonical } from '#libs/federation-log';

/** A reply as it goes back; outcomes are those of the result that was just signed. */
export function checkResponse({ resultJws, replies }: CoordinatorReply): CheckResponse {
  const payload = Buffer.from(resultJws.split('.')[1] ?? '', 'base64url');
  const { coverage } = resultSchema.parse(parseCanonical(payload));
  const outcomes = new Map(coverage.map((row) => [row.province, row.outcome]));
  return { resultJws, answers: replies.map((reply) => memberAnswer(reply, outcomes.get(reply.province))) };
}

function memberAnswer(
  { province, reply, askedAt, arrivedAt }: TimedReply,
  outcome: Outcome = 'UNREACHABLE',
): CheckResponse['answers'][number] {
  return {
    province,
    outcome: outcomeToWire(outcome),
    detail: reply.kind === 'none' ? reply.detail : '',
    answerJws: reply.kind === 'answer' ? reply.answerJws : '',
    askedAt,
    arrivedAt: arrivedAt ?? '',
  };
}
