const LINE_EVERY_MS = 5_000;

/** Shows how a long measurement gets on: a line at most every five seconds. */
export class Progress {
  #done = 0;
  readonly #begun: number;
  #next: number;

  /**
   * @param total of what is counted
   * @param now milliseconds from any fixed point
   */
  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly say: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#begun = now();
    this.#next = this.#begun + LINE_EVERY_MS;
  }

  /** Once for each that is done. */
  advance(): void {
    this.#done += 1;
    const at = this.now();
    if (at < this.#next) return;
    this.#next = at + LINE_EVERY_MS;
    const perSecond = (this.#done * 1000) / (at - this.#begun);
    const left = Math.ceil((this.total - this.#done) / perSecond);
    this.say(`${this.what}: ${this.#done}/${this.total}, ${perSecond.toFixed(1)}/s, ${left} s left`);
  }
}
