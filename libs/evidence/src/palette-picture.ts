import { labOf, rgbOf, type Lab } from './colour.js';
import type { PaletteMapping } from './palette-mapping.js';
import { mix, plain, type Raster, type Rgb } from './raster.js';
import { dab } from './strokes.js';

const WIDTH = 384;
const HEIGHT = 288;
/** Width of the columns of colours, pixels. */
const COLUMN = 96;
/** Between two colours of a column, pixels. */
const GAP = 4;
const PAPER: Rgb = [255, 255, 255];
const BORDER: Rgb = [150, 150, 150];
/** Share of a picture's ribbons under which none is drawn. */
const THIN = 0.01;

/** Top and bottom of a colour in its column, pixels, and the colour. */
interface Block {
  readonly top: number;
  readonly bottom: number;
  readonly lab: Lab;
}

/**
 * The query's main colours in the left column, the candidate's in the right, each as high as its share; ribbons lead from each colour to
 * those that lie on it, as broad as their share.
 */
export function drawPalette({ query, candidate, joint }: PaletteMapping): Raster {
  const sheet = plain(WIDTH, HEIGHT, PAPER);
  const rows = query.map((_, from) => sum(joint[from] ?? []));
  const columns = candidate.map((_, to) => sum(joint.map((row) => row[to] ?? 0)));
  const left = stack(
    rows,
    query.map(({ lab }) => lab),
  );
  const right = stack(
    columns,
    candidate.map(({ lab }) => lab),
  );
  const [leaving, arriving] = [left.map(({ top }) => top), right.map(({ top }) => top)];
  left.forEach((from, i) =>
    right.forEach((to, j) => {
      const share = joint[i]?.[j] ?? 0;
      const [start, end] = [leaving[i] ?? 0, arriving[j] ?? 0];
      const broadStart = ((from.bottom - from.top) * share) / Math.max(1e-9, rows[i] ?? 0);
      const broadEnd = ((to.bottom - to.top) * share) / Math.max(1e-9, columns[j] ?? 0);
      leaving[i] = start + broadStart;
      arriving[j] = end + broadEnd;
      if (share >= THIN) ribbon(sheet, { from, to, start, end, broadStart, broadEnd });
    }),
  );
  left.forEach((block) => fillBlock(sheet, 0, block));
  right.forEach((block) => fillBlock(sheet, WIDTH - COLUMN, block));
  return sheet;
}

function stack(shares: readonly number[], labs: readonly Lab[]): Block[] {
  const room = HEIGHT - GAP * Math.max(0, shares.length - 1);
  const total = Math.max(1e-9, sum(shares));
  let top = 0;
  return shares.map((share, at) => {
    const bottom = top + (room * share) / total;
    const block = { top, bottom, lab: labs[at] ?? labOf(PAPER) };
    top = bottom + GAP;
    return block;
  });
}

/** A band between the columns, bent like an S, its colour going over from the one to the other. */
function ribbon(
  sheet: Raster,
  {
    from,
    to,
    start,
    end,
    broadStart,
    broadEnd,
  }: {
    readonly from: Block;
    readonly to: Block;
    readonly start: number;
    readonly end: number;
    readonly broadStart: number;
    readonly broadEnd: number;
  },
): void {
  for (let x = COLUMN; x < WIDTH - COLUMN; x++) {
    const along = (x - COLUMN + 0.5) / (WIDTH - 2 * COLUMN);
    const bend = along * along * (3 - 2 * along);
    const top = start + (end - start) * bend;
    const bottom = top + broadStart + (broadEnd - broadStart) * bend;
    const colour = mix(rgbOf(from.lab), rgbOf(to.lab), bend);
    for (let y = Math.floor(top); y < bottom; y++) {
      const cover = Math.min(y + 1, bottom) - Math.max(y, top);
      if (cover > 0) dab(sheet, x, y, colour, cover * 0.7);
    }
  }
}

function fillBlock(sheet: Raster, left: number, { top, bottom, lab }: Block): void {
  const [first, last] = [Math.round(top), Math.round(bottom) - 1];
  for (let y = first; y <= last; y++)
    for (let x = left; x < left + COLUMN; x++) {
      const border = x === left || x === left + COLUMN - 1 || y === first || y === last;
      dab(sheet, x, y, border ? BORDER : rgbOf(lab));
    }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
