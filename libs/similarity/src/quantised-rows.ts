import { scanKernel, type ScanKernel } from './scan-kernel.js';

/** Rows in a chunk, the step in which memory grows and the threshold of a scan rises. */
const CHUNK_ROWS = 1024;
const PAGE_BYTES = 65_536;
const CODE_MAX = 127;
/** Largest magnitude of a query's code. */
const QUERY_MAX = 32_767;
const INT32_MAX = 2 ** 31 - 1;
/**
 * Bounds the rounding of everything between the codes and a score. Five f32 roundings (dot, two products of scales, residual, sum)
 * of magnitudes below 1.5 are less than 5 x 1.5 x 2^-24 = 4.5e-7; the f64 sums of score and residual stay below 1e-12.
 */
const ROUNDING = 1e-6;
/** Makes an f64 rounded to f32 no smaller than it was. */
const ROUND_UP = 1 + 2 ** -22;

/** Rows that may be among the nearest, by their upper bounds. */
export interface Candidates {
  readonly slots: readonly number[];
  /** No score of the row at the same place of `slots` is larger. */
  readonly bounds: readonly number[];
}

/**
 * Vectors x as 8-bit codes c with a scale s of their own, and the length r of what the codes leave out.
 *
 * The bound: with x = s c + e, |e| = r, and a query q = t d + f, |f| = g, the score is
 * q.x = s t (c.d) + q.e + f.(s c), so that |q.x - s t (c.d)| <= r |q| + g (|x| + r) + rounding. c.d is exact in 32 bits.
 */
export class QuantisedRows {
  private readonly memory: WebAssembly.Memory;
  private readonly kernel: ScanKernel;
  private readonly width: number;
  private readonly chunkBytes: number;
  private readonly chunkStart: number;
  private readonly queryMax: number;
  private chunks = 0;
  /** The largest |x| + r of any row ever put. */
  private longest = 0;

  /** @param dimension length of every vector */
  constructor(private readonly dimension: number) {
    this.width = Math.ceil(dimension / 16) * 16;
    this.chunkBytes = CHUNK_ROWS * (this.width + 8);
    this.chunkStart = Math.ceil((this.found + CHUNK_ROWS * 8) / 64) * 64;
    this.queryMax = Math.min(QUERY_MAX, Math.floor(INT32_MAX / (CODE_MAX * this.width)));
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(this.chunkStart / PAGE_BYTES) });
    this.kernel = scanKernel(this.memory);
  }

  /** Bytes that the rows take, room for more included. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Reads all rows once and does nothing with them; what a scan is measured against. Gives the bytes read. */
  readAll(): number {
    const bytes = this.chunks * this.chunkBytes;
    if (bytes > 0) this.kernel.read(this.chunkStart, this.chunkStart + bytes);
    return bytes;
  }

  /** Stores a finite vector at a slot that is taken or the next free one. */
  put(slot: number, vector: Float32Array): void {
    const chunk = Math.floor(slot / CHUNK_ROWS);
    if (chunk >= this.chunks) this.grow();
    const row = slot % CHUNK_ROWS;
    const start = this.chunkStart + chunk * this.chunkBytes;
    const codes = new Int8Array(this.memory.buffer, start, CHUNK_ROWS * this.width);
    const first = (row >> 2) * 4 * this.width + (row & 3) * 8;
    const scale = scaleOf(vector, CODE_MAX);
    const perCode = 1 / scale;
    let square = 0;
    let left = 0;
    for (let at = 0; at < this.dimension; at += 1) {
      const value = vector[at] ?? 0;
      const code = codeOf(value * perCode, CODE_MAX);
      codes[first + (at >> 3) * 32 + (at & 7)] = code;
      square += value * value;
      const rest = value - scale * code;
      left += rest * rest;
    }
    const factors = new Float32Array(this.memory.buffer, start + CHUNK_ROWS * this.width, 2 * CHUNK_ROWS);
    const residual = Math.fround(Math.sqrt(left) * ROUND_UP);
    factors[row] = scale;
    factors[CHUNK_ROWS + row] = residual;
    this.longest = Math.max(this.longest, Math.sqrt(square) + residual);
  }

  /**
   * The rows of the first `rows` that may be among the `limit` nearest to the query: every other row's score is
   * below the scores of `limit` of these (`excluded` is never one of them).
   */
  candidates(query: Float32Array, limit: number, rows: number, excluded: number): Candidates {
    const { scale, norm, left } = this.setQuery(query);
    const slack = left * this.longest + ROUNDING;
    const slots: number[] = [];
    const bounds: number[] = [];
    const sure = new LargestFloors(limit);
    const { width } = this;
    for (let chunk = 0; chunk * CHUNK_ROWS < rows; chunk += 1) {
      const start = this.chunkStart + chunk * this.chunkBytes;
      const scales = start + CHUNK_ROWS * width;
      const residuals = scales + CHUNK_ROWS * 4;
      const count = Math.min(CHUNK_ROWS, rows - chunk * CHUNK_ROWS);
      const found = this.kernel.scan(
        0,
        width,
        start,
        Math.ceil(count / 4),
        scales,
        residuals,
        scale,
        norm,
        // A score is never below -1, however low its bound.
        sure.least > -1 ? Math.fround(sure.least - slack - ROUNDING) : -Infinity,
        this.found,
        CHUNK_ROWS * 4,
      );
      if (found === 0) continue;
      const lanes = new Int32Array(this.memory.buffer, this.found, found);
      const uppers = new Float32Array(this.memory.buffer, this.found + CHUNK_ROWS * 4, found);
      const errors = new Float32Array(this.memory.buffer, residuals, CHUNK_ROWS);
      for (let at = 0; at < found; at += 1) {
        const row = lanes[at] ?? 0;
        const slot = chunk * CHUNK_ROWS + row;
        if (row >= count || slot === excluded) continue;
        const upper = uppers[at] ?? 0;
        slots.push(slot);
        bounds.push(Math.max(-1, upper + slack));
        // A score is never above 1, however high its bounds.
        sure.add(Math.min(1, upper - 2 * (errors[row] ?? 0) * norm - slack));
      }
    }
    return this.standing(slots, bounds, sure.least);
  }

  /** Candidates that the final threshold leaves, the highest bound first. */
  private standing(slots: number[], bounds: number[], least: number): Candidates {
    const order: number[] = [];
    for (let at = 0; at < slots.length; at += 1) if ((bounds[at] ?? 0) >= least) order.push(at);
    order.sort((a, b) => (bounds[b] ?? 0) - (bounds[a] ?? 0));
    return { slots: order.map((at) => slots[at] ?? 0), bounds: order.map((at) => bounds[at] ?? 0) };
  }

  /** Writes the query's 16-bit codes where the kernel reads them. */
  private setQuery(query: Float32Array): { scale: number; norm: number; left: number } {
    const codes = new Int16Array(this.memory.buffer, 0, this.width);
    const scale = scaleOf(query, this.queryMax);
    const perCode = 1 / scale;
    let square = 0;
    let left = 0;
    for (let at = 0; at < this.dimension; at += 1) {
      const value = query[at] ?? 0;
      const code = codeOf(value * perCode, this.queryMax);
      codes[at] = code;
      square += value * value;
      const rest = value - scale * code;
      left += rest * rest;
    }
    return { scale, norm: Math.fround(Math.sqrt(square) * ROUND_UP), left: Math.sqrt(left) };
  }

  /** Where the kernel writes what it found: behind the query's codes. */
  private get found(): number {
    return this.width * 2;
  }

  /** Pages are added where the memory ends: nothing is copied. */
  private grow(): void {
    const needed = this.chunkStart + (this.chunks + 1) * this.chunkBytes - this.memory.buffer.byteLength;
    if (needed > 0) this.memory.grow(Math.ceil(needed / PAGE_BYTES));
    this.chunks += 1;
  }
}

/** The `limit` largest lower bounds of scores, as a heap with the least on top. */
class LargestFloors {
  private readonly heap: number[] = [];

  constructor(private readonly limit: number) {}

  /** At least `limit` rows score this or more; -Infinity while there are fewer. */
  get least(): number {
    return this.heap.length < this.limit ? -Infinity : (this.heap[0] ?? -Infinity);
  }

  add(floor: number): void {
    const { heap, limit } = this;
    if (heap.length < limit) {
      heap.push(floor);
      if (heap.length === limit) heap.sort((a, b) => a - b);
      return;
    }
    if (floor <= this.least) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= limit) break;
      if (child + 1 < limit && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
      if ((heap[child] ?? 0) >= floor) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = floor;
  }
}

function scaleOf(vector: Float32Array, codeMax: number): number {
  let largest = 0;
  for (let at = 0; at < vector.length; at += 1) largest = Math.max(largest, Math.abs(vector[at] ?? 0));
  return Math.fround(largest / codeMax);
}

function codeOf(value: number, codeMax: number): number {
  return Math.max(-codeMax, Math.min(codeMax, Math.floor(value + 0.5)));
}
