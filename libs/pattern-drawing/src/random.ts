/** A seeded source of numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  /** True with probability `share`. */
  chance(share: number): boolean;
  /** One of the items, each equally likely. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** The items in a new order. */
  shuffle<T>(items: readonly T[]): T[];
  /** A seed for something drawn apart, 32 bits. */
  seed(): number;
}

/**
 * sfc32, seeded by splitting one number.
 * @param seed any finite number; its lower 53 bits count
 */
export function seededRandom(seed: number): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const step = (): number => {
    const sum = (((a + b) >>> 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 16; warmUp++) step();
  const next = (): number => step() / 2 ** 32;
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    shuffle: (items) => {
      const left = [...items];
      return items.flatMap(() => left.splice(whole(0, left.length - 1), 1));
    },
    seed: step,
  };
}
