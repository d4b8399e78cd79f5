/** Calls that are looked back on. */
const WINDOW = 128;
/** Fewer tell nothing. */
const ENOUGH = 20;
const RANK = 0.95;

/** How long a member's latest calls took. */
export class RecentLatencies {
  private readonly taken: number[] = [];
  private next = 0;

  /** @param milliseconds that a call took, or had taken when it was no longer waited for */
  note(milliseconds: number): void {
    this.taken[this.next] = milliseconds;
    this.next = (this.next + 1) % WINDOW;
  }

  /** What 95 of 100 calls took at most, in milliseconds; null while there were too few. */
  get p95(): number | null {
    if (this.taken.length < ENOUGH) return null;
    const sorted = [...this.taken].sort((one, other) => one - other);
    return sorted[Math.ceil(sorted.length * RANK) - 1] ?? null;
  }
}
