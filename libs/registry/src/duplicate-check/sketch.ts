const BITS = 64;
const WORD_BITS = 32;

/** On which side of 64 planes an embedding lies. */
export interface Sketch {
  readonly words: readonly [number, number];
  /** When it was asked, in minutes since 1970. */
  readonly minute: number;
}

/** Draws embeddings as 64 bits (random projections of +1 and -1): at an angle a, 64 a / pi of them differ on average. */
export class Sketcher {
  private planes: Int8Array | undefined;

  /** @param secret whoever does not know it cannot tell what a sketch is of */
  constructor(private readonly secret: string) {}

  of(embedding: Float32Array, minute: number): Sketch {
    const planes = this.planesOf(embedding.length);
    const words: [number, number] = [0, 0];
    for (let bit = 0; bit < BITS; bit += 1) {
      let side = 0;
      for (let at = 0; at < embedding.length; at += 1)
        side += (embedding[at] ?? 0) * (planes[bit * embedding.length + at] ?? 0);
      if (side > 0) words[bit < WORD_BITS ? 0 : 1] |= 1 << (bit % WORD_BITS);
    }
    return { words, minute };
  }

  private planesOf(dimension: number): Int8Array {
    if (this.planes?.length === BITS * dimension) return this.planes;
    let state = seedOf(this.secret);
    this.planes = Int8Array.from({ length: BITS * dimension }, () => {
      // xorshift32 (Marsaglia, 2003)
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0x10000 ? 1 : -1;
    });
    return this.planes;
  }
}

/** How many bits differ, 0 to 64. */
export function sketchBits(one: Sketch, other: Sketch): number {
  return ones(one.words[0] ^ other.words[0]) + ones(one.words[1] ^ other.words[1]);
}

/** Bits set in 32 (Warren, Hacker's Delight, 5-1): every question is held against up to 256 sketches. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** FNV-1a; never zero, which xorshift would stay at. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash || 1;
}
