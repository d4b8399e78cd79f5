/** Rows in a chunk: the step in which memory grows and threads share a scan. */
export const CHUNK_ROWS = 1024;
/** Candidates that a helping thread can hand over. */
export const HELPER_ROOM = 16_384;
export const PAGE_BYTES = 65_536;
/** All that a WebAssembly memory can have. */
export const MAX_PAGES = 65_536;

/** Places of the words that threads agree by, in a memory's first bytes; each has 64 bytes for itself. */
export const WORD = {
  /** The next chunk that no thread has taken. */
  next: 0,
  /** Counts the scans that helpers were called to. */
  signal: 16,
  /** A score (the bits of an f32, 0 if unknown) that `limit` rows are known to reach. */
  floor: 32,
  /** State of the first helper; the others follow by 16. */
  helper: 48,
} as const;

/** What a helper is doing; its word in the memory. */
export const HELPER = { idle: 0, called: 1, working: 2, done: 3, failed: 4 } as const;

/** Numbers of the scan under way, as f64 from `ScanPlan.job` on. */
export const JOB = { kind: 0, rows: 1, limit: 2, excluded: 3, scale: 4, norm: 5, slack: 6, size: 7 } as const;

export const KIND = { scan: 0, read: 1 } as const;

/** Where everything lies in the memory that the threads of one index share; bytes. */
export interface ScanPlan {
  readonly dimension: number;
  /** Codes in a row: the dimension, up to a multiple of 16. */
  readonly width: number;
  /** Threads in all, the index's own (number 0) included. */
  readonly threads: number;
  readonly job: number;
  /** The query's 16-bit codes. */
  readonly query: number;
  /** A vector on its way to codes (f32), and behind it its sizes (2 f64). */
  readonly vector: number;
  /** What the kernel found in one chunk, for each thread: positions, upper and lower bounds of CHUNK_ROWS rows. */
  readonly found: number;
  readonly foundBytes: number;
  /** What a helper hands over, for each helper. */
  readonly handover: number;
  readonly handoverBytes: number;
  readonly chunks: number;
  readonly chunkBytes: number;
}

/** @param dimension of the vectors @param threads 1 or more @param limit largest number of hits */
export function scanPlan(dimension: number, threads: number, limit: number): ScanPlan {
  const width = Math.ceil(dimension / 16) * 16;
  const job = 4 * (WORD.helper + 16 * threads);
  const query = aligned(job + 8 * JOB.size);
  const vector = aligned(query + 2 * width);
  const found = aligned(vector + 4 * width + 16);
  const foundBytes = 3 * 4 * CHUNK_ROWS;
  const handover = found + threads * foundBytes;
  // Two counts, bounds, floors, slots.
  const handoverBytes = aligned(16 + 8 * HELPER_ROOM + 8 * limit + 4 * HELPER_ROOM);
  const chunks = aligned(handover + (threads - 1) * handoverBytes);
  const chunkBytes = CHUNK_ROWS * (width + 8);
  return {
    dimension,
    width,
    threads,
    job,
    query,
    vector,
    found,
    foundBytes,
    handover,
    handoverBytes,
    chunks,
    chunkBytes,
  };
}

/** Rows that the largest memory has room for. */
export function mostRows({ chunks, chunkBytes }: ScanPlan): number {
  return Math.floor((MAX_PAGES * PAGE_BYTES - chunks) / chunkBytes) * CHUNK_ROWS;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
