import { decodeGrey } from '../copying/raster.js';
import { type Ranked } from './measures.js';

const SIDE = 32;
const LOW = 8;
const BITS = LOW * LOW;

/**
 * The 64-bit perceptual hash of a picture in its eight orientations, the upright one first: of 32 x 32 grey levels the
 * lowest 8 x 8 coefficients of the cosine transform, each above their median or not (as pHash and ImageHash do).
 */
export async function hashOrientations(file: Uint8Array): Promise<readonly bigint[]> {
  const coefficients = lowCosines(await decodeGrey(file, SIDE));
  const at = (row: number, column: number): number => coefficients[row * LOW + column] ?? 0;
  // Mirroring a picture changes the sign of its odd coefficients; transposing it transposes them.
  return [false, true].flatMap((transposed) =>
    [1, -1].flatMap((down) =>
      [1, -1].map((across) => {
        const turned = coefficients.map((_, i) => {
          const [row, column] = [Math.floor(i / LOW), i % LOW];
          const sign = (row % 2 === 0 ? 1 : down) * (column % 2 === 0 ? 1 : across);
          return sign * (transposed ? at(column, row) : at(row, column));
        });
        return bitsAboveMedian(turned);
      }),
    ),
  );
}

/**
 * Ranks all references by the share of equal bits, the query in its best orientation.
 * @param depth answers kept
 */
export function rankByHash(
  query: { readonly id: string; readonly hashes: readonly bigint[] },
  references: ReadonlyMap<string, bigint>,
  depth: number,
): Ranked[] {
  return [...references]
    .map(([reference, hash]) => ({
      reference,
      score: 1 - Math.min(...query.hashes.map((own) => differingBits(own ^ hash))) / BITS,
    }))
    .sort((a, b) => b.score - a.score || Number(a.reference > b.reference) - 0.5)
    .slice(0, depth)
    .map((answer, place) => ({ query: query.id, rank: place + 1, ...answer }));
}

/** The lowest coefficients of the two-dimensional DCT-II. */
function lowCosines(levels: Uint8Array): number[] {
  const basis = Array.from({ length: LOW }, (_, k) =>
    Array.from({ length: SIDE }, (_, n) => Math.cos((Math.PI / SIDE) * (n + 0.5) * k)),
  );
  const rows = basis.map((wave) =>
    Array.from({ length: SIDE }, (_, x) =>
      wave.reduce((sum, value, y) => sum + value * (levels[y * SIDE + x] ?? 0), 0),
    ),
  );
  return rows.flatMap((row) =>
    basis.map((wave) => wave.reduce((sum, value, x) => sum + value * (row[x] ?? 0), 0)),
  );
}

function bitsAboveMedian(values: readonly number[]): bigint {
  const sorted = [...values].sort((a, b) => a - b);
  const median = ((sorted[BITS / 2 - 1] ?? 0) + (sorted[BITS / 2] ?? 0)) / 2;
  return values.reduce((bits, value) => (bits << 1n) | (value > median ? 1n : 0n), 0n);
}

function differingBits(difference: bigint): number {
  let count = 0;
  for (let left = difference; left > 0n; left &= left - 1n) count += 1;
  return count;
}
