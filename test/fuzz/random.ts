/** A seeded generator (mulberry32): the same seed, target and number give the same mutations on any machine. */
export class Random {
  private state: number;

  constructor(...seed: readonly (string | number)[]) {
    // FNV-1a over the seed's text.
    let hash = 0x811c9dc5;
    for (const character of seed.join(' '))
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    this.state = hash >>> 0;
  }

  /** A number from 0 to under 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to under `below`; 0 where there is nothing to choose. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** True in one of `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** @throws Error for an empty list */
  of<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error('there is nothing to choose from');
    return one;
  }
}
