/** One question in so many may be asked of a second process because the first is slow: 5%. */
const ONE_IN = 20;
/** Most that is saved up: a whole call's questions. */
const MOST_SAVED = 64;

/** What a member is asked twice for slowness alone, in questions: never more than one in twenty of those that it was asked. */
export class HedgeBudget {
  /** In twentieths of a question. */
  private saved = 0;

  /** So many questions are asked of the member. */
  earn(questions: number): void {
    this.saved = Math.min(MOST_SAVED * ONE_IN, this.saved + questions);
  }

  /** Whether so many may be asked of it once more; they are taken off then. */
  spend(questions: number): boolean {
    if (this.saved < questions * ONE_IN) return false;
    this.saved -= questions * ONE_IN;
    return true;
  }
}
