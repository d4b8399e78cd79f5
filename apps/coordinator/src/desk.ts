import {
  QuestionRefused,
  acceptQuestion,
  fanOut,
  Turns,
  type AcceptDependencies,
  type AcceptedQuestion,
  type CoordinatorReply,
  type FanOutDependencies,
  type SignedQuestion,
} from '#libs/registry';
import { memberDeadline } from './grpc/check-deadline.js';

/** Calls to the members at once, and fewest of them while members refuse because too much waits there. */
const AT_ONCE = 16;
const AT_LEAST = 4;
/** Questions, or groups of a batch, of one province that wait. */
const WAITING_EACH = 96;
/** Longest that work may wait for its turn where its caller has set no deadline. */
const LONGEST_MS = 300_000;

/** What the coordinator's one desk needs. */
export type DeskDependencies = AcceptDependencies & FanOutDependencies;

/** Takes questions of a member and has them answered by all members. */
export class CheckDesk {
  private readonly turns = new Turns({
    field: 'check',
    atOnce: AT_ONCE,
    atLeast: AT_LEAST,
    waitingEach: WAITING_EACH,
    monotonic: () => performance.now(),
  });

  constructor(private readonly deps: DeskDependencies) {}

  /**
   * Does work for a province when it is its turn: every province has a line of its own, and the lines are served in turn.
   * @param callDeadlines of its call, if it set one
   * @throws Busy at once if its line is full, or if its turn would come too late
   */
  inTurn<T>(peer: string, callDeadlines: readonly Date[], work: () => Promise<T>): Promise<T> {
    const now = this.deps.clock.now().getTime();
    const left = callDeadlines.map((deadline) => deadline.getTime() - now);
    return this.turns.run(peer, Math.min(LONGEST_MS, ...left), work);
  }

  /**
   * Takes a question that `peer` itself asked; a refusal is recorded before it is thrown.
   * @throws QuestionRefused
   */
  async accept(signed: SignedQuestion, peer: string): Promise<AcceptedQuestion> {
    try {
      const question = await acceptQuestion(this.deps, signed);
      if (question.asker !== peer)
        throw new QuestionRefused(
          'NOT_ALLOWED',
          `asker: is ${question.asker}; ${peer} may ask for itself only`,
        );
      return { ...signed, question };
    } catch (error) {
      if (error instanceof QuestionRefused) await this.recordRefusal(error, signed, peer);
      throw error;
    }
  }

  /**
   * Asks all members, in the turn of who asks. One reply for each question, in their order.
   * @param questions 1 to 64
   * @param callDeadlines of the asker's call, if it set one
   */
  async ask(
    questions: readonly AcceptedQuestion[],
    callDeadlines: readonly Date[],
  ): Promise<CoordinatorReply[]> {
    const deadlines = questions.map(({ question }) => new Date(question.deadline));
    const replies = await fanOut(
      this.deps,
      questions,
      memberDeadline(this.deps.clock.now(), [...deadlines, ...callDeadlines]),
    );
    if (replies.some(isPressed)) this.turns.narrow();
    else this.turns.widen();
    return replies;
  }

  private recordRefusal(refused: QuestionRefused, signed: SignedQuestion, peer: string): Promise<void> {
    return this.deps.log.append({
      type: 'call.refused',
      outcome: 'failure',
      actor: { kind: 'member', name: peer },
      at: this.deps.clock.now().toISOString(),
      subject: null,
      details: {
        rpc: 'Check',
        reason: refused.reason,
        questionDigest: this.deps.digest(signed.questionJws),
      },
    });
  }
}

/** Whether a member refused because too much waits there. */
function isPressed({ replies }: CoordinatorReply): boolean {
  return replies.some(({ reply }) => reply.kind === 'none' && reply.retryAfterMs !== undefined);
}
