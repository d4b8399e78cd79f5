import { choosePalette } from './colour/palette.js';
import { composeDesign, RECIPE_NAMES } from './compose-design.js';
import { type PatternDesign } from './design.js';
import { type MotifKind, MOTIF_KINDS } from './motifs/draw-motif.js';
import { type Random, seededRandom } from './random.js';

/** The same drawing in another colourway. */
export function recolour(design: PatternDesign, seed: number): PatternDesign {
  return { ...design, palette: choosePalette(seededRandom(seed)) };
}

/** Everything in its place and colours, but each motif and field drawn anew: another hand, the same idea. */
export function redrawn(design: PatternDesign, seed: number): PatternDesign {
  const random = seededRandom(seed);
  return {
    ...design,
    motifs: design.motifs.map((motif) => ({ ...motif, shape: random.seed() })),
    layers: design.layers.map((layer) =>
      layer.kind === 'field' ? { ...layer, shape: random.seed() } : layer,
    ),
    grain: random.seed(),
  };
}

/** The same lattice, layout and colours with motifs of other kinds. */
export function withOtherMotifs(design: PatternDesign, seed: number): PatternDesign {
  const random = seededRandom(seed);
  return {
    ...design,
    motifs: design.motifs.map((motif) => ({
      ...motif,
      kind: otherKind(random, motif.kind),
      shape: random.seed(),
    })),
  };
}

/** The same motifs in the same colours, laid out otherwise. */
export function rearranged(design: PatternDesign, seed: number): PatternDesign {
  const random = seededRandom(seed);
  const turn = random.between(0.8, 2.4);
  return {
    ...design,
    repeat:
      design.repeat.kind === 'drop' ? { kind: 'block' } : { kind: 'drop', share: random.pick([0.5, 1 / 3]) },
    layers: design.layers.map((layer) =>
      layer.kind === 'field'
        ? layer
        : {
            ...layer,
            placements: layer.placements.map((placement) => ({
              ...placement,
              u: random.next(),
              v: random.next(),
              turn: placement.turn + turn,
            })),
          },
    ),
  };
}

/** Another pattern in the same colours. */
export function inSameColours(design: PatternDesign, seed: number): PatternDesign {
  const others = RECIPE_NAMES.filter((name) => name !== design.recipe);
  const recipe = seededRandom(seed).shuffle(others)[0];
  return { ...composeDesign(seed, recipe), palette: design.palette };
}

function otherKind(random: Random, kind: MotifKind): MotifKind {
  const others = MOTIF_KINDS.filter((other) => other !== kind);
  return random.shuffle(others)[0] ?? kind;
}
