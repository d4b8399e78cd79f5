import type { LocalFeatures } from '#libs/registry';

/** Fields of the frame's longer side. */
const FIELDS = 32;
/** How far around a feature the picture counts as matched: a descriptor sees six sizes to each side. */
const REACH = 6;

/** Share of a picture, 0 to 1, that lies within what the named features describe. */
export function matchedShare(features: LocalFeatures, matched: readonly number[]): number {
  if (matched.length === 0) return 0;
  const field = Math.max(features.width, features.height) / FIELDS;
  const across = Math.max(1, Math.round(features.width / field));
  const down = Math.max(1, Math.round(features.height / field));
  const covered = new Uint8Array(across * down);
  for (const i of matched) {
    const reach = REACH * features.scale[i]!;
    const left = Math.max(0, Math.ceil((features.x[i]! - reach) / field - 0.5));
    const right = Math.min(across - 1, Math.floor((features.x[i]! + reach) / field - 0.5));
    const top = Math.max(0, Math.ceil((features.y[i]! - reach) / field - 0.5));
    const bottom = Math.min(down - 1, Math.floor((features.y[i]! + reach) / field - 0.5));
    for (let row = top; row <= bottom; row++) covered.fill(1, row * across + left, row * across + right + 1);
  }
  return covered.reduce((sum, one) => sum + one, 0) / covered.length;
}
