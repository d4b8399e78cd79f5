import { FRAME } from '#libs/registry';
import { onPlainBackground } from './plain-background.js';
import { insideFrames } from './plain-frame.js';
import { resample, sizeWithin, wholeOf, type Raster, type Rectangle } from './raster.js';

/** Where in a picture the pattern is. */
export interface PatternArea {
  /** Pixels of the raster. */
  readonly rectangle: Rectangle;
  /** The rectangle's share of the picture, 0 to 1. */
  readonly covers: number;
}

/**
 * Finds the pattern in a picture: within plain frames, or on a plain background; all of the picture where there is
 * neither. A rectangle upright in the picture; what of a background lies within it stays.
 * @param opaque the part of the raster that is not all transparent
 */
export async function findPatternArea(raster: Raster, opaque: Rectangle): Promise<PatternArea> {
  // Edges are judged at the size of the analysis frame, and never enlarged: that would blur them.
  const size = sizeWithin(opaque, Math.min(FRAME, Math.max(opaque.width, opaque.height)));
  const seen = await resample(raster, opaque, size);
  const framed = insideFrames(seen, wholeOf(seen));
  const within = framed ?? wholeOf(seen);
  const inner = framed ? await resample(seen, within, within) : seen;
  const piece = onPlainBackground(inner) ?? wholeOf(inner);
  const rectangle = enlarged(
    { ...piece, left: piece.left + within.left, top: piece.top + within.top },
    opaque,
    { across: opaque.width / seen.width, down: opaque.height / seen.height },
  );
  return { rectangle, covers: (rectangle.width * rectangle.height) / (raster.width * raster.height) };
}

function enlarged(
  { left, top, width, height }: Rectangle,
  within: Rectangle,
  { across, down }: { readonly across: number; readonly down: number },
): Rectangle {
  const [x, y] = [Math.round(left * across), Math.round(top * down)];
  return {
    left: within.left + x,
    top: within.top + y,
    width: Math.max(1, Math.min(within.width - x, Math.round(width * across))),
    height: Math.max(1, Math.min(within.height - y, Math.round(height * down))),
  };
}
