import type { Clock } from './ports.js';

/**
 * The nonces of questions taken within their time window, bounded. A question outside its window is refused for its time,
 * so nothing older needs remembering; after a restart a replay inside the window gets only what its asker got before.
 */
export class RecentNonces {
  private readonly until = new Map<string, number>();

  /** @param capacity nonces held; when that many are open, further questions are not taken */
  constructor(
    private readonly clock: Clock,
    private readonly capacity = 100_000,
  ) {}

  /**
   * Takes a nonce until its question's deadline.
   * @returns false if it is taken already or too many are open
   */
  take(asker: string, nonce: string, deadline: Date): boolean {
    const key = `${asker} ${nonce}`;
    const now = this.clock.now().getTime();
    if (this.until.size >= this.capacity) this.forget(now);
    if ((this.until.get(key) ?? 0) > now || this.until.size >= this.capacity) return false;
    this.until.set(key, deadline.getTime());
    return true;
  }

  private forget(now: number): void {
    for (const [key, until] of this.until) if (until <= now) this.until.delete(key);
  }
}
