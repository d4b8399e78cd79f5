import {
  QuestionRefused,
  acceptQuestion,
  fanOut,
  type AcceptDependencies,
  type AcceptedQuestion,
  type CoordinatorReply,
  type FanOutDependencies,
  type SignedQuestion,
} from '#libs/registry';
import { memberDeadline } from './grpc/check-deadline.js';

/** What the coordinator's one desk needs. */
export type DeskDependencies = AcceptDependencies & FanOutDependencies;

/** Takes questions of a member and has them answered by all members. */
export class CheckDesk {
  constructor(private readonly deps: DeskDependencies) {}

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
   * Asks all members. One reply for each question, in their order.
   * @param questions 1 to 64
   * @param callDeadlines of the asker's call, if it set one
   */
  ask(questions: readonly AcceptedQuestion[], callDeadlines: readonly Date[]): Promise<CoordinatorReply[]> {
    const deadlines = questions.map(({ question }) => new Date(question.deadline));
    return fanOut(
      this.deps,
      questions,
      memberDeadline(this.deps.clock.now(), [...deadlines, ...callDeadlines]),
    );
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
