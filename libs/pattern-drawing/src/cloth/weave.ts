import { type Random } from '../random.js';
import { smoothNoise } from './noise.js';

export const WEAVES = ['paper', 'plain', 'twill', 'satin', 'rib', 'basket', 'herringbone', 'linen'] as const;

/** How the cloth is woven; "paper" is a print on smooth stuff, without visible yarns. */
export interface Weave {
  readonly kind: (typeof WEAVES)[number];
  /** Distance of two yarns in design units, about 2 to 6. */
  readonly pitch: number;
  /** How far yarns darken and lighten the print, 0 to 0.3. */
  readonly depth: number;
  /** How far the light falls unevenly over the piece, 0 to 0.2. */
  readonly light: number;
}

/** Which of `order` picks a warp yarn floats over at column and row; the look of a weave is its floats' diagonal. */
const WARP_UP: Record<Exclude<Weave['kind'], 'paper'>, (column: number, row: number) => boolean> = {
  plain: (column, row) => (column + row) % 2 === 0,
  linen: (column, row) => (column + row) % 2 === 0,
  twill: (column, row) => (column + row) % 4 < 2,
  satin: (column, row) => (column * 3 + row) % 5 !== 0,
  rib: (column, row) => (Math.floor(column / 2) + row) % 2 === 0,
  basket: (column, row) => (Math.floor(column / 2) + Math.floor(row / 2)) % 2 === 0,
  herringbone: (column, row) =>
    ((Math.floor(column / 8) % 2 === 0 ? column : 7 - (column % 8)) + row) % 4 < 2,
};

/**
 * Brightness of woven yarn, one factor about 1 for each pixel.
 * @param width pixels
 * @param height pixels
 * @param scale pixels a design unit
 */
export function shadeCloth(
  weave: Weave,
  random: Random,
  width: number,
  height: number,
  scale: number,
): Float32Array {
  const shade = smoothNoise(random, width, height, 2, 2);
  for (let i = 0; i < shade.length; i++) shade[i] = 1 + (shade[i] ?? 0) * weave.light;
  if (weave.kind === 'paper') return shade;
  const pitch = Math.max(2, weave.pitch * scale);
  const warpUp = WARP_UP[weave.kind];
  const slub = weave.kind === 'linen' ? 0.55 : 0.2;
  const uneven = (count: number): Float32Array =>
    Float32Array.from(
      { length: Math.ceil(count / pitch) + 1 },
      () => random.between(-1, 1) * weave.depth * slub,
    );
  const [warp, weft] = [uneven(width), uneven(height)];
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(x / pitch));
  const acrossWarp = Float32Array.from({ length: width }, (_, x) => roundness(x / pitch));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / pitch);
    const acrossWeft = roundness(y / pitch);
    const weftYarn = (weft[row] ?? 0) - weave.depth * 0.35;
    for (let x = 0; x < width; x++) {
      const column = columns[x] ?? 0;
      const up = warpUp(column, row);
      const round = up ? (acrossWarp[x] ?? 0) : acrossWeft;
      const yarn = up ? (warp[column] ?? 0) : weftYarn;
      const i = y * width + x;
      shade[i] = (shade[i] ?? 1) * (1 + yarn + weave.depth * (round - 0.6));
    }
  }
  return shade;
}

/** How high a yarn stands at `t` yarns from the edge: 0 between two yarns, 1 on its back. */
function roundness(t: number): number {
  return Math.sin((t - Math.floor(t)) * Math.PI);
}
