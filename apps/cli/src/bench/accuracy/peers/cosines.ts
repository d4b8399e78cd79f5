/** Some coefficients of a square's two-dimensional cosine transform, row by row. */
export interface Cosines {
  readonly values: Float64Array;
  /** Coefficients in a row, and rows. */
  readonly count: number;
  /** Frequency of the first row and column. */
  readonly first: number;
}

/** Coefficients of the DCT-II of `side` x `side` levels: `count` frequencies each way, from `first`; their common scale is left away. */
export function cosinesOf(levels: ArrayLike<number>, side: number, count: number, first: number): Cosines {
  const basis = Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: side }, (__, n) => Math.cos((Math.PI / side) * (n + 0.5) * (k + first))),
  );
  const values = new Float64Array(count * count);
  basis.forEach((down, row) => {
    const folded = Float64Array.from({ length: side }, (_, x) =>
      down.reduce((sum, wave, y) => sum + wave * (levels[y * side + x] ?? 0), 0),
    );
    basis.forEach((across, column) => {
      values[row * count + column] = across.reduce((sum, wave, x) => sum + wave * (folded[x] ?? 0), 0);
    });
  });
  return { values, count, first };
}

/**
 * The coefficients of the picture in its eight orientations, the upright one first: mirroring it changes the sign of odd
 * frequencies, transposing it transposes them.
 */
export function eightOrientations({ values, count, first }: Cosines): Float64Array[] {
  return [false, true].flatMap((transposed) =>
    [1, -1].flatMap((down) =>
      [1, -1].map((across) =>
        values.map((_, i) => {
          const [row, column] = [Math.floor(i / count), i % count];
          const sign = ((row + first) % 2 === 0 ? 1 : down) * ((column + first) % 2 === 0 ? 1 : across);
          return sign * (values[transposed ? column * count + row : i] ?? 0);
        }),
      ),
    ),
  );
}
