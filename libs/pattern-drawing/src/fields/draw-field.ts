import { type Part } from '../geometry/path.js';
import { type Random, seededRandom } from '../random.js';
import {
  argyle,
  checkerboard,
  chevron,
  diagonals,
  gingham,
  houndstooth,
  stripes,
  tartan,
  waves,
  windowpane,
} from './bands.js';
import {
  basket,
  coins,
  fret,
  hempLeaf,
  honeycomb,
  iceCrack,
  ogeeLattice,
  scallops,
  trellis,
  triangles,
} from './lattices.js';
import { brushBands, bubbles, dashes, ikatLozenges, kawung, parang, pinDots, vine } from './scattered.js';

/** Every kind draws one period of the given width and height; what goes over an edge comes in at the other. */
const FIELDS = {
  stripes,
  diagonals,
  tartan,
  gingham,
  windowpane,
  checkerboard,
  chevron,
  waves,
  houndstooth,
  argyle,
  trellis,
  ogeeLattice,
  scallops,
  honeycomb,
  fret,
  coins,
  hempLeaf,
  basket,
  triangles,
  iceCrack,
  pinDots,
  bubbles,
  dashes,
  vine,
  brushBands,
  parang,
  kawung,
  ikatLozenges,
} satisfies Record<string, (random: Random, width: number, height: number) => Part[]>;

export type FieldKind = keyof typeof FIELDS;

/** What is drawn, how often, in which tones. */
export interface Field {
  readonly field: FieldKind;
  /** Seed of its proportions. */
  readonly shape: number;
  /** Whole periods over the cell's width. */
  readonly across: number;
  /** Whole periods over the cell's height. */
  readonly down: number;
  /** Palette indices. */
  readonly tones: readonly number[];
}

/** All kinds of field. */
export const FIELD_KINDS: readonly FieldKind[] = Object.keys(FIELDS).filter(
  (name): name is FieldKind => name in FIELDS,
);

/**
 * One period of the field, with palette indices for tones.
 * @param width of the period, design units
 * @param height of the period, design units
 */
export function drawField(field: Field, width: number, height: number): Part[] {
  return FIELDS[field.field](seededRandom(field.shape), width, height).map((part) => ({
    ...part,
    tone: field.tones[Math.floor(part.tone) % field.tones.length] ?? 0,
  }));
}
