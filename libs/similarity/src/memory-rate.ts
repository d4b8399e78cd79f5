import { searchThreads } from './exact-index.js';
import { QuantisedRows } from './quantised-rows.js';

const DIMENSION = 256;
/** Rows read: 554 MB, many times what a processor's caches hold. */
const ROWS = 2 ** 21;
const ROUNDS = 9;

/**
 * Bytes a second at which as many threads as an index has by default read memory that no cache holds, the median of several
 * rounds.
 */
export async function measureMemoryRate(): Promise<number> {
  const rows = new QuantisedRows(DIMENSION, searchThreads(), 1);
  const vector = new Float32Array(DIMENSION).fill(DIMENSION ** -0.5);
  for (let slot = 0; slot < ROWS; slot += 1) rows.put(slot, vector);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    const bytes = await rows.readAll(ROWS);
    rates.push((bytes / (performance.now() - begun)) * 1000);
  }
  await rows.close();
  return rates.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}
