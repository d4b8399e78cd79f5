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
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const cell = Math.floor(y / CELL) * cells + Math.floor(x / CELL);
      means[cell] = (means[cell] ?? 0) + (pixels[(y * side + x) * CHANNELS + channel] ?? 0) / CELL ** 2;
    }
  }
  return means;
}

/** On a centred grid these terms are orthogonal, so each coefficient of the surface is one projection. */
function deviationFromSurface(values: Float64Array): number {
  const side = Math.sqrt(values.length);
  const centre = (side - 1) / 2;
  const meanSquare = (side ** 2 - 1) / 12;
  const terms: readonly ((x: number, y: number) => number)[] = [
    () => 1,
    (x) => x,
    (_, y) => y,
    (x, y) => x * y,
    (x) => x * x - meanSquare,
    (_, y) => y * y - meanSquare,
  ];
  const rest = Float64Array.from(values);
  for (const term of terms) {
    const at = (i: number) => term((i % side) - centre, Math.floor(i / side) - centre);
    let [along, squares] = [0, 0];
    values.forEach((value, i) => {
      along += value * at(i);
      squares += at(i) ** 2;
    });
    rest.forEach((value, i) => (rest[i] = value - (along / squares) * at(i)));
  }
  return Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0) / rest.length);
}
