import { type Part } from '../geometry/path.js';
import { type Random, seededRandom } from '../random.js';
import { blob, boat, brushStroke, leopardSpot, mountains, pine, scribble } from './brushwork.js';
import { beast, beetle, crane, swallow, butterfly, fish, shell } from './creatures.js';
import { blossom, chrysanthemum, daisy, openFlower, peony, profileFlower, rose } from './flowers.js';
import { bamboo, feather, cherries, lemon, pomegranate, leaf, spray } from './foliage.js';
import {
  confetti,
  dots,
  nestedPolygon,
  ogee,
  quarterTile,
  rings,
  rosette,
  star,
  steppedDiamond,
} from './geometric.js';
import { bow, cloud, damask, fan, heart, medallion, paisley, scroll } from './ornament.js';
import { type MotifStyle, type PaintedPart, styleParts } from './style.js';

/** Every kind draws itself about (0, 0) in a radius of about 1, upright. */
const MOTIFS = {
  openFlower,
  chrysanthemum,
  peony,
  rose,
  profileFlower,
  blossom,
  daisy,
  leaf,
  spray,
  bamboo,
  cherries,
  lemon,
  pomegranate,
  feather,
  paisley,
  scroll,
  damask,
  cloud,
  fan,
  medallion,
  heart,
  bow,
  star,
  rosette,
  nestedPolygon,
  rings,
  dots,
  steppedDiamond,
  confetti,
  ogee,
  quarterTile,
  butterfly,
  swallow,
  crane,
  fish,
  beetle,
  shell,
  beast,
  brushStroke,
  blob,
  leopardSpot,
  scribble,
  mountains,
  pine,
  boat,
} satisfies Record<string, (random: Random) => Part[]>;

export type MotifKind = keyof typeof MOTIFS;

/** One kind of thing that is stamped on the cloth. */
export interface Motif {
  readonly kind: MotifKind;
  /** Seed of its proportions: another number, another drawing of the same kind. */
  readonly shape: number;
  readonly style: MotifStyle;
  /** Palette indices: main, second, accent, foliage, line. */
  readonly tones: readonly number[];
}

/** All kinds of motif. */
export const MOTIF_KINDS: readonly MotifKind[] = Object.keys(MOTIFS).filter(
  (name): name is MotifKind => name in MOTIFS,
);

/** The motif's parts in painting order, with palette indices for tones. */
export function drawMotif(motif: Motif): PaintedPart[] {
  return styleParts(MOTIFS[motif.kind](seededRandom(motif.shape)), motif.style, motif.tones);
}
