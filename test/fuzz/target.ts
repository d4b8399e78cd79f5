import { type Random } from './random.js';

/** One parser that takes what anybody may have sent. */
export interface Target {
  readonly name: string;
  /** Which errors it may end with; all others are findings. */
  readonly declared: readonly string[];
  /** Milliseconds of processor time for one input. */
  readonly limitMs: number;
  /** The input made of this much chance; the same chance, the same input. */
  input(random: Random): Promise<Uint8Array>;
  /**
   * Reads one input to the end: resolves, or rejects with a declared error.
   * @throws BrokenPromise if what it gives is not what it says it gives
   */
  read(input: Uint8Array): Promise<void>;
  /** Removes what it laid down. */
  close?(): Promise<void>;
}

/** A target made ready: its valid seeds are there. */
export type OpenTarget = () => Promise<Target>;

/** A parser that ended well with something that it should not have given. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}
