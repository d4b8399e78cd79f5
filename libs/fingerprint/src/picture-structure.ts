import { RegistryError } from '#libs/registry';

/** Least structure of a picture that can be compared, in 8-bit levels. */
export const MIN_STRUCTURE = 3;

const CELL = 2;
const CHANNELS = 3;

/**
 * How much a picture varies, in 8-bit levels: the standard deviation of the means of 2 x 2 pixels (sensor noise and JPEG
 * artefacts average out) around the surface of second degree that fits them best (uneven light is no pattern), in the channel
 * that varies most. Flat paper with noise of 12 levels measures under 3, faint tone-on-tone cloth 6 and more.
 * @param pixels `side` rows of `side` pixels, three bytes each; `side` is even
 */
export function measureStructure(pixels: Uint8Array, side: number): number {
  return Math.max(...[0, 1, 2].map((channel) => deviationFromSurface(cellMeans(pixels, side, channel))));
}

/** @throws RegistryError UNFIT_PICTURE (field "picture") for a picture with less than MIN_STRUCTURE */
export function assertStructure(pixels: Uint8Array, side: number): void {
  const structure = measureStructure(pixels, side);
  if (structure < MIN_STRUCTURE) {
    throw new RegistryError(
      'UNFIT_PICTURE',
      'picture',
      `too little structure to compare: it varies by ${structure.toFixed(1)} of 255 levels, ${MIN_STRUCTURE} are needed`,
      'send a picture that shows the pattern',
    );
  }
}

function cellMeans(pixels: Uint8Array, side: number, channel: number): Float64Array {
  const cells = side / CELL;
  const means = new Float64Array(cells * cells);
  for (let cell = 0; cell < means.length; cell++) {
    const [x, y] = [(cell % cells) * CELL, Math.floor(cell / cells) * CELL];
    for (let row = y; row < y + CELL; row++)
      for (let column = x; column < x + CELL; column++)
        means[cell]! += pixels[(row * side + column) * CHANNELS + channel]! / CELL ** 2;
  }
  return means;
}

function deviationFromSurface(values: Float64Array): number {
  const rest = Float64Array.from(values);
  for (const { term, squares } of termsOfSurface(Math.sqrt(values.length))) {
    let along = 0;
    for (let i = 0; i < term.length; i++) along += values[i]! * term[i]!;
    const coefficient = along / squares;
    for (let i = 0; i < term.length; i++) rest[i]! -= coefficient * term[i]!;
  }
  let sum = 0;
  for (const value of rest) sum += value * value;
  return Math.sqrt(sum / rest.length);
}

/** A term of a surface at each place of a grid, and the sum of its squares. */
interface Term {
  readonly term: Float64Array;
  readonly squares: number;
}

const known = new Map<number, readonly Term[]>();

/** The terms of a surface of second degree. On a centred grid they are orthogonal, so each coefficient is one projection. */
function termsOfSurface(side: number): readonly Term[] {
  const before = known.get(side);
  if (before) return before;
  const centre = (side - 1) / 2;
  const meanSquare = (side ** 2 - 1) / 12;
  const surfaces: readonly ((x: number, y: number) => number)[] = [
    () => 1,
    (x) => x,
    (_, y) => y,
    (x, y) => x * y,
    (x) => x * x - meanSquare,
    (_, y) => y * y - meanSquare,
  ];
  const terms = surfaces.map((surface) => {
    const term = Float64Array.from({ length: side * side }, (_, i) =>
      surface((i % side) - centre, Math.floor(i / side) - centre),
    );
    return { term, squares: term.reduce((sum, value) => sum + value * value, 0) };
  });
  known.set(side, terms);
  return terms;
}
