const SHARE = 0.2;
const LEAST_MS = 200;
const MOST_MS = 1_000;

/**
 * When a member stops verifying a question's candidates: when the budget of the call is used up, or a fifth of the time left
 * (200 to 1,000 ms) before the question's deadline, for signing and the way back over the coordinator, which takes a tenth for
 * itself.
 *
 * @param receivedAt when the call came
 * @param deadline of the question
 * @param budgetMs milliseconds for one question
 * @param questions of this call; together they have the budget of all, and take turns
 */
export function verificationDeadline(
  receivedAt: Date,
  deadline: Date,
  budgetMs: number,
  questions: number,
): Date {
  const left = deadline.getTime() - receivedAt.getTime();
  const margin = Math.min(MOST_MS, Math.max(LEAST_MS, left * SHARE));
  return new Date(Math.min(deadline.getTime() - margin, receivedAt.getTime() + budgetMs * questions));
}
