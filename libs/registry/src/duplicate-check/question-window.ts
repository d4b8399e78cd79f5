const FIRST = 2;
const MOST = 128;
/** Shares of a question's budget, by default half a second and a second: members stop verifying after one and a half. */
const SOON = 1 / 16;
const LATE = 1 / 8;

/**
 * How many of a batch's questions are open at once, 1 to 128. Members verify candidates, which takes processors: more open questions
 * than they can answer would all run out of time together. Each answer that comes soon lets one more in, each late one half as many.
 */
export class QuestionWindow {
  private open = 0;
  private readonly waiting: (() => void)[] = [];
  private most = FIRST;

  /** Questions that may be open now. */
  get size(): number {
    return this.most;
  }

  /** Resolves when one more question may be asked. */
  async enter(): Promise<void> {
    if (this.open < this.most) this.open += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** @param share of its budget that the question took */
  leave(share: number): void {
    if (share > LATE) this.most = Math.max(1, Math.floor(this.most / 2));
    else if (share < SOON) this.most = Math.min(MOST, this.most + 1);
    this.open -= 1;
    while (this.open < this.most) {
      const next = this.waiting.shift();
      if (!next) return;
      this.open += 1;
      next();
    }
  }
}
