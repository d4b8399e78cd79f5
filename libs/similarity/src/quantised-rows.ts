import { setImmediate } from 'node:timers/promises';
import { RegistryError } from '#libs/registry';
import { ChunkScan, ROUNDING } from './chunk-scan.js';
import { ROUND_UP, scaleOf, writeQueryCodes } from './query-codes.js';
import { scanKernel, type ScanKernel } from './scan-kernel.js';
import {
  CHUNK_ROWS,
  JOB,
  KIND,
  MAX_PAGES,
  mostRows,
  PAGE_BYTES,
  scanPlan,
  type ScanPlan,
  WORD,
} from './scan-plan.js';
import { ScanThreads } from './scan-threads.js';

const CODE_MAX = 127;
/** Largest magnitude of a query's code. */
const QUERY_MAX = 32_767;
const INT32_MAX = 2 ** 31 - 1;
/** Codes that are scanned sooner than a helper is awake: 4 MB. */
const ALONE_BYTES = 2 ** 22;
/** Longest time that a scan keeps the event loop waiting. */
const SLICE_MS = 4;

/** Rows that may be among the nearest, by their upper bounds. */
export interface Candidates {
  readonly slots: readonly number[];
  /** No score of the row at the same place of `slots` is larger. */
  readonly bounds: readonly number[];
}

/** What a query's nearest rows are sought among. */
export interface ScanScope {
  /** Rows in all: the slots below. */
  readonly rows: number;
  /** A slot that is no candidate; -1 if there is none. */
  readonly excluded: number;
  /** Further slots that are none. */
  readonly accepts?: ((slot: number) => boolean) | undefined;
}

/**
 * Vectors x as 8-bit codes c with a scale s of their own, and the length r of what the codes leave out.
 *
 * The bound: with x = s c + e, |e| = r, and a query q = t d + f, |f| = g, the score is
 * q.x = s t (c.d) + q.e + f.(s c), so that |q.x - s t (c.d)| <= r |q| + g (|x| + r) + rounding. c.d is exact in 32 bits.
 *
 * ROUNDING bounds all between the codes and a score. Five f32 roundings (dot, two products of scales, residual, sum) of
 * magnitudes below 1.5 are less than 5 x 1.5 x 2^-24 = 4.5e-7; the f64 sums of score and residual stay below 1e-12.
 */
export class QuantisedRows {
  private readonly plan: ScanPlan;
  private readonly memory: WebAssembly.Memory;
  private readonly kernel: ScanKernel;
  private readonly own: ChunkScan;
  private readonly helpers: ScanThreads;
  private readonly words: Int32Array;
  private readonly job: Float64Array;
  private readonly vector: Float32Array;
  private readonly sizes: Float64Array;
  private readonly queryCodes: Int16Array;
  private readonly queryMax: number;
  private chunks = 0;
  private longestRow = 0;
  /** Since a helper failed. */
  private alone = false;

  /**
   * @param dimension length of every vector
   * @param threads that scan, the caller's included
   * @param limit largest number of hits
   */
  constructor(
    private readonly dimension: number,
    threads: number,
    limit: number,
  ) {
    this.plan = scanPlan(dimension, threads, limit);
    const { plan } = this;
    this.queryMax = Math.min(QUERY_MAX, Math.floor(INT32_MAX / (CODE_MAX * plan.width)));
    const initial = Math.ceil(plan.chunks / PAGE_BYTES);
    this.memory = new WebAssembly.Memory({ initial, maximum: MAX_PAGES, shared: true });
    const { buffer } = this.memory;
    this.kernel = scanKernel(this.memory);
    this.own = new ChunkScan(this.memory, plan, 0);
    this.helpers = new ScanThreads(this.memory, plan);
    this.words = new Int32Array(buffer, 0, plan.job / 4);
    this.job = new Float64Array(buffer, plan.job, JOB.size);
    this.queryCodes = new Int16Array(buffer, plan.query, plan.width);
    this.vector = new Float32Array(buffer, plan.vector, dimension);
    this.sizes = new Float64Array(buffer, plan.vector + 4 * plan.width, 2);
  }

  /** Rows that there can be: as many as 4 GB of codes are. */
  get most(): number {
    return mostRows(this.plan);
  }

  /** Bytes that the rows take, room for more included. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Codes in a row: the dimension, up to a multiple of 16. */
  get width(): number {
    return this.plan.width;
  }

  /** Bytes of a chunk: codes, interleaved as scan-kernel.wat has them, then the scales and the residuals of CHUNK_ROWS rows. */
  get chunkBytes(): number {
    return this.plan.chunkBytes;
  }

  /** The largest |x| + r of any row ever put. */
  get longest(): number {
    return this.longestRow;
  }

  /** A chunk's bytes, the index's own. */
  chunk(at: number): Uint8Array {
    return new Uint8Array(
      this.memory.buffer,
      this.plan.chunks + at * this.plan.chunkBytes,
      this.plan.chunkBytes,
    );
  }

  close(): Promise<void> {
    return this.helpers.close();
  }

  /** Stores a finite vector, not all zero, at a slot that is taken or the next free one. @throws RegistryError INDEX_UNAVAILABLE if the machine has no memory left */
  put(slot: number, vector: Float32Array): void {
    const { plan, sizes } = this;
    const chunk = Math.floor(slot / CHUNK_ROWS);
    if (chunk >= this.chunks) this.grow();
    const row = slot % CHUNK_ROWS;
    const start = plan.chunks + chunk * plan.chunkBytes;
    const codes = start + (row >> 2) * 4 * plan.width + (row & 3) * 8;
    const scale = scaleOf(vector, CODE_MAX);
    this.vector.set(vector);
    this.kernel.encode(plan.vector, this.dimension, codes, scale, 1 / scale, sizes.byteOffset);
    const residual = Math.fround(Math.sqrt(sizes[1] ?? 0) * ROUND_UP);
    const factors = new Float32Array(this.memory.buffer, start + CHUNK_ROWS * plan.width, 2 * CHUNK_ROWS);
    factors[row] = scale;
    factors[CHUNK_ROWS + row] = residual;
    this.longestRow = Math.max(this.longestRow, Math.sqrt(sizes[0] ?? 0) + residual);
  }

  /**
   * The rows that may be among the `limit` nearest to the query, the highest bound first: every other row of the scope scores below
   * `limit` of these.
   */
  async candidates(query: Float32Array, limit: number, scope: ScanScope): Promise<Candidates> {
    const { scale, norm, left } = writeQueryCodes(query, this.queryMax, this.queryCodes);
    const slack = left * this.longest + ROUNDING;
    this.setJob([KIND.scan, scope.rows, limit, scope.excluded, scale, norm, slack]);
    if (!(await this.scanned(scope.rows, scope.accepts))) {
      this.alone = true;
      return this.candidates(query, limit, scope);
    }
    const { slots, bounds, floors } = this.own;
    return standing(slots, bounds, floors.least);
  }

  /** Reads the codes of the first `rows` once, by the same threads, and does nothing with them; what a scan is measured against. Gives the bytes read. */
  async readAll(rows: number): Promise<number> {
    this.setJob([KIND.read, rows, 1, -1, 0, 0, 0]);
    await this.scanned(rows);
    return Math.ceil(rows / CHUNK_ROWS) * this.plan.chunkBytes;
  }

  /** Works through all chunks together with the helpers. @returns false if one of them failed: nothing is known then */
  private async scanned(rows: number, accepts?: (slot: number) => boolean): Promise<boolean> {
    const { own, helpers, plan } = this;
    const together = plan.threads > 1 && !this.alone && !accepts && rows * plan.width > ALONE_BYTES;
    if (together) helpers.call();
    own.begin(accepts);
    let until = performance.now() + SLICE_MS;
    while (own.step()) {
      if (performance.now() < until) continue;
      await setImmediate();
      until = performance.now() + SLICE_MS;
    }
    if (!together) return true;
    const found = await helpers.collect();
    for (const { slots, bounds, floors } of found ?? []) {
      for (const slot of slots) own.slots.push(slot);
      for (const bound of bounds) own.bounds.push(bound);
      for (const floor of floors) own.floors.add(floor);
    }
    return found !== undefined;
  }

  private setJob(numbers: readonly number[]): void {
    this.job.set(numbers);
    Atomics.store(this.words, WORD.floor, 0);
    Atomics.store(this.words, WORD.next, 0);
  }

  /** Pages are added where the memory ends: nothing is copied. */
  private grow(): void {
    const needed =
      this.plan.chunks + (this.chunks + 1) * this.plan.chunkBytes - this.memory.buffer.byteLength;
    try {
      if (needed > 0) this.memory.grow(Math.ceil(needed / PAGE_BYTES));
    } catch (cause) {
      throw new RegistryError(
        'INDEX_UNAVAILABLE',
        'entries',
        `are more than the memory of this machine holds (${this.chunks * CHUNK_ROWS} so far)`,
        'give it more memory, or move the province to a distributed engine',
        { cause },
      );
    }
    this.chunks += 1;
  }
}

/** Candidates that the final threshold leaves, the highest bound first. */
function standing(slots: readonly number[], bounds: readonly number[], least: number): Candidates {
  const order: number[] = [];
  for (let at = 0; at < slots.length; at += 1) if ((bounds[at] ?? 0) >= least) order.push(at);
  order.sort((a, b) => (bounds[b] ?? 0) - (bounds[a] ?? 0));
  return { slots: order.map((at) => slots[at] ?? 0), bounds: order.map((at) => bounds[at] ?? 0) };
}
