import type { Transform } from '#libs/registry';
import { growthOf } from './fit-affine.js';
import type { Affine } from './pair-match.js';

/**
 * A placing as people say it: left and right exchanged or not, then turned, then made larger or smaller, then shifted.
 * @param frame the candidate's analysis frame, pixels
 * @param recoloured what the colours of matched places say
 */
export function transformOf(
  placing: Affine,
  frame: { readonly width: number; readonly height: number },
  recoloured: boolean,
): Transform {
  const { a, b, c, d, e, f } = placing;
  const mirrored = a * d - b * c < 0;
  // Rows of a picture run downwards, so a counter-clockwise turn has its sine the other way round.
  const turn = mirrored ? Math.atan2(b + c, d - a) : Math.atan2(b - c, a + d);
  const degrees = (turn * 180) / Math.PI;
  const rotation = (degrees + 360) % 360;
  return {
    mirrored,
    rotation: rotation < 360 ? rotation : 0,
    scale: growthOf(placing),
    offset: [e / frame.width, f / frame.height],
    recoloured,
  };
}
