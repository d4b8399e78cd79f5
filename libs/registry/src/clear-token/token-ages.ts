import { CLEAR_TOKEN_MS } from './clear-token.js';

/** Tokens remembered; a bureau registers some hundred works a day. */
const MOST = 10_000;

/**
 * How old the clear tokens are that this process got, by a clock that nobody can set: where the machine's own is set back, no token
 * lets in for longer.
 */
export class TokenAges {
  /** Digest of the token -> when it came. */
  private readonly since = new Map<string, number>();

  /** @param monotonic milliseconds that only ever grow */
  constructor(private readonly monotonic: () => number) {}

  /** A token came from the coordinator just now. */
  note(digest: string): void {
    for (const oldest of this.since.keys()) {
      if (this.since.size < MOST) break;
      this.since.delete(oldest);
    }
    this.since.set(digest, this.monotonic());
  }

  /** Whether the token came longer ago than any lets in. False for one that this process did not get, or 10,000 tokens ago. */
  outlived(digest: string): boolean {
    const at = this.since.get(digest);
    return at !== undefined && this.monotonic() - at >= CLEAR_TOKEN_MS;
  }
}
