import { type PatternDesign } from './design.js';
import { seededRandom } from './random.js';
import { DYED } from './recipes/dyed.js';
import { FIGURATIVE } from './recipes/figurative.js';
import { FLORAL } from './recipes/floral.js';
import { GEOMETRIC } from './recipes/geometric.js';
import { completeDesign } from './recipes/ingredients.js';
import { ORNAMENTAL } from './recipes/ornamental.js';
import { WOVEN } from './recipes/woven.js';

const RECIPES = { ...FLORAL, ...ORNAMENTAL, ...GEOMETRIC, ...WOVEN, ...DYED, ...FIGURATIVE };

export type RecipeName = keyof typeof RECIPES;

/** All recipes, in a fixed order. */
export const RECIPE_NAMES: readonly RecipeName[] = Object.keys(RECIPES).filter(
  (name): name is RecipeName => name in RECIPES,
);

/**
 * A design from a seed; the same arguments give the same design.
 * @param recipe what sort of pattern; chosen from the seed if absent
 */
export function composeDesign(seed: number, recipe?: RecipeName): PatternDesign {
  const random = seededRandom(seed);
  const name = recipe ?? random.pick(['tossedFloral', ...RECIPE_NAMES.slice(1)]);
  return completeDesign(name, RECIPES[name], random);
}
