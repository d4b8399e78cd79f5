import { type Colour } from './colour/oklch.js';
import { type Field } from './fields/draw-field.js';
import { type Motif } from './motifs/draw-motif.js';
import { type Finish } from './cloth/finish.js';
import { type Ground } from './cloth/ground.js';
import { type Weave } from './cloth/weave.js';
import { type Repeat } from './symmetry/repeat.js';
import { type WallpaperGroup } from './symmetry/wallpaper-groups.js';

/** Tones by their role: indices into a design's palette. */
export const TONES = { ground: 0, main: 1, second: 2, accent: 3, foliage: 4, line: 5, light: 6 } as const;

/** Where a motif stands in the cell, before the group's operations multiply it. */
export interface Placement {
  /** Index into the design's motifs. */
  readonly motif: number;
  /** Share of the cell's width. */
  readonly u: number;
  /** Share of the cell's height. */
  readonly v: number;
  /** Radius in design units. */
  readonly size: number;
  /** Radians, clockwise. */
  readonly turn: number;
}

/** Something drawn over the whole cell: stripes, plaid, lattice, vines. */
export interface FieldLayer extends Field {
  readonly kind: 'field';
  /** 0 to 1. */
  readonly opacity: number;
}

/** Motifs multiplied by the design's wallpaper group. */
export interface MotifLayer {
  readonly kind: 'motifs';
  readonly placements: readonly Placement[];
}

/**
 * A fabric pattern as plain data (JSON there and back loses nothing): changing one member makes a variant, for example
 * another palette a colourway. Lengths are design units: a picture is 512 of them high.
 */
export interface PatternDesign {
  /** What sort of pattern it is, for titles and for choosing unlike ones. */
  readonly recipe: string;
  /** "#rrggbb" by role, see `TONES`; seven of them. */
  readonly palette: readonly Colour[];
  readonly group: WallpaperGroup;
  readonly repeat: Repeat;
  /** Keeps to the group's cell shape. */
  readonly cell: { readonly width: number; readonly height: number };
  readonly ground: Ground;
  readonly motifs: readonly Motif[];
  /** From the cloth upwards. */
  readonly layers: readonly (FieldLayer | MotifLayer)[];
  readonly finish: Finish;
  readonly weave: Weave;
  /** Seed of the irregularities of cloth and print. */
  readonly grain: number;
}
