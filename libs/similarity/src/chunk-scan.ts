import { LargestFloors } from './largest-floors.js';
import { scanKernel, type ScanKernel } from './scan-kernel.js';
import { CHUNK_ROWS, HELPER_ROOM, JOB, KIND, type ScanPlan, WORD } from './scan-plan.js';

/** Makes up for all roundings between the codes and a score; see QuantisedRows. */
export const ROUNDING = 1e-6;
/** Rows of the first steps of a thread's first chunk, while nearly every row is a candidate. */
const FIRST_STEPS = [128, 256, CHUNK_ROWS - 384];

/** The number of the job under way. */
interface Job {
  readonly kind: number;
  readonly rows: number;
  readonly limit: number;
  readonly excluded: number;
  readonly scale: number;
  readonly norm: number;
  readonly slack: number;
}

/** One thread's part of a scan: it takes chunks that no other thread has taken, as long as there are any. */
export class ChunkScan {
  slots: number[] = [];
  /** No score of the row at the same place of `slots` is larger. */
  bounds: number[] = [];
  floors = new LargestFloors(1);
  private job: Job = { kind: KIND.scan, rows: 0, limit: 1, excluded: -1, scale: 0, norm: 0, slack: 0 };
  private accepts: ((slot: number) => boolean) | undefined;
  private first = true;
  private readonly kernel: ScanKernel;
  private readonly words: Int32Array;
  private readonly numbers: Float64Array;
  private readonly positions: Int32Array;
  private readonly uppers: Float32Array;
  private readonly lowers: Float32Array;

  /** @param thread 0 for the index's own, which alone keeps more candidates than can be handed over */
  constructor(
    memory: WebAssembly.Memory,
    private readonly plan: ScanPlan,
    private readonly thread: number,
  ) {
    const found = plan.found + thread * plan.foundBytes;
    this.kernel = scanKernel(memory);
    this.words = new Int32Array(memory.buffer, 0, plan.job / 4);
    this.numbers = new Float64Array(memory.buffer, plan.job, JOB.size);
    this.positions = new Int32Array(memory.buffer, found, CHUNK_ROWS);
    this.uppers = new Float32Array(memory.buffer, found + 4 * CHUNK_ROWS, CHUNK_ROWS);
    this.lowers = new Float32Array(memory.buffer, found + 8 * CHUNK_ROWS, CHUNK_ROWS);
  }

  /** Takes up the job that stands in the memory. @param accepts which rows may be hits; all if it is missing */
  begin(accepts?: (slot: number) => boolean): void {
    const { numbers } = this;
    const number = (at: number) => numbers[at] ?? 0;
    this.job = {
      kind: number(JOB.kind),
      rows: number(JOB.rows),
      limit: number(JOB.limit),
      excluded: number(JOB.excluded),
      scale: number(JOB.scale),
      norm: number(JOB.norm),
      slack: number(JOB.slack),
    };
    this.accepts = accepts;
    this.slots = [];
    this.bounds = [];
    this.floors = new LargestFloors(this.job.limit);
    this.first = true;
  }

  /** Works on one chunk. @returns false if there was none left, or a helper has no room for what it might find */
  step(): boolean {
    if (this.thread > 0 && this.slots.length > HELPER_ROOM - CHUNK_ROWS) return false;
    const chunk = Atomics.add(this.words, WORD.next, 1);
    if (chunk * CHUNK_ROWS >= this.job.rows) return false;
    const start = this.plan.chunks + chunk * this.plan.chunkBytes;
    if (this.job.kind === KIND.read) this.kernel.read(start, start + this.plan.chunkBytes);
    else this.scan(chunk, start);
    return true;
  }

  private scan(chunk: number, start: number): void {
    const rows = Math.min(CHUNK_ROWS, this.job.rows - chunk * CHUNK_ROWS);
    if (!this.first) {
      this.scanRows(chunk, start, 0, rows);
      return;
    }
    this.first = false;
    let from = 0;
    for (const step of FIRST_STEPS) {
      if (from < rows) this.scanRows(chunk, start, from, Math.min(rows, from + step));
      from += step;
    }
  }

  /** @param from a multiple of 4 */
  private scanRows(chunk: number, start: number, from: number, to: number): void {
    const { plan, job, positions, uppers, lowers, floors } = this;
    const scales = start + CHUNK_ROWS * plan.width;
    const found = this.kernel.scan(
      plan.query,
      plan.width,
      start + from * plan.width,
      Math.ceil((to - from) / 4),
      scales + 4 * from,
      scales + 4 * (CHUNK_ROWS + from),
      job.scale,
      job.norm,
      this.threshold(),
      positions.byteOffset,
      4 * CHUNK_ROWS,
    );
    for (let at = 0; at < found; at += 1) {
      const row = from + (positions[at] ?? 0);
      const slot = chunk * CHUNK_ROWS + row;
      if (row >= to || slot === job.excluded || this.accepts?.(slot) === false) continue;
      this.slots.push(slot);
      this.bounds.push(Math.max(-1, (uppers[at] ?? 0) + job.slack));
      // A score is never above 1, however high its bounds.
      floors.add(Math.min(1, (lowers[at] ?? 0) - job.slack));
    }
    if (found > 0) this.publish(floors.least);
  }

  /** What an upper bound must reach before the slack of the query is added to it. */
  private threshold(): number {
    const least = Math.max(this.floors.least, scoreOfBits(Atomics.load(this.words, WORD.floor)));
    // A score is never below -1, however low its bound.
    return least > -1 ? Math.fround(least - this.job.slack - ROUNDING) : -Infinity;
  }

  /** Lets the other threads know of a floor; above 0 the bits of an f32 are in the order of the numbers. */
  private publish(least: number): void {
    if (least <= ROUNDING) return;
    const bits = bitsOfScore(least - ROUNDING);
    for (;;) {
      const known = Atomics.load(this.words, WORD.floor);
      if (known >= bits || Atomics.compareExchange(this.words, WORD.floor, known, bits) === known) return;
    }
  }
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function bitsOfScore(score: number): number {
  float[0] = score;
  return bits[0] ?? 0;
}

function scoreOfBits(word: number): number {
  if (word === 0) return -Infinity;
  bits[0] = word;
  return float[0] ?? 0;
}
