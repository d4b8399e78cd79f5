export { colourDistance, type Colour } from './colour/oklch.js';
export { nameColour } from './colour/palette.js';
export { composeDesign, RECIPE_NAMES, type RecipeName } from './compose-design.js';
export { TONES, type FieldLayer, type MotifLayer, type PatternDesign, type Placement } from './design.js';
export { MOTIF_KINDS, type Motif, type MotifKind } from './motifs/draw-motif.js';
export { drawPattern, UNITS, type DrawOptions } from './draw-pattern.js';
export { drawTile, placementCopies } from './draw-tile.js';
export { seededRandom, type Random } from './random.js';
export { WALLPAPER_GROUPS, type WallpaperGroup } from './symmetry/wallpaper-groups.js';
