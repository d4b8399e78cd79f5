import { CHANNELS, type Raster, type Rectangle } from './raster.js';

/** 8-bit levels of red, green and blue. */
export type Colour = readonly [number, number, number];
export type SideName = 'left' | 'top' | 'right' | 'bottom';
export const SIDES: readonly SideName[] = ['left', 'top', 'right', 'bottom'];

/** A rectangle of a raster as seen from one of its sides: a place `along` the side, and `depth` pixels in from it. */
export interface Side {
  /** Pixels along the side. */
  readonly length: number;
  /** Pixels from this side to the opposite one. */
  readonly depth: number;
  /** Where a pixel's three bytes begin. */
  at(along: number, depth: number): number;
  /** Whether a pixel lies more than `tolerance` levels from the colour in any channel. */
  differs(along: number, depth: number, colour: Colour, tolerance: number): boolean;
  readonly pixels: Uint8Array;
}

export function sideOf({ width, pixels }: Raster, rectangle: Rectangle, name: SideName): Side {
  const upright = name === 'top' || name === 'bottom';
  const right = rectangle.left + rectangle.width - 1;
  const bottom = rectangle.top + rectangle.height - 1;
  const origin = {
    left: [rectangle.left, rectangle.top],
    top: [rectangle.left, rectangle.top],
    right: [right, rectangle.top],
    bottom: [rectangle.left, bottom],
  }[name];
  const start = ((origin[1] ?? 0) * width + (origin[0] ?? 0)) * CHANNELS;
  const inwards = { left: 1, top: width, right: -1, bottom: -width }[name] * CHANNELS;
  const onwards = (upright ? 1 : width) * CHANNELS;
  const at = (along: number, depth: number) => start + along * onwards + depth * inwards;
  return {
    length: upright ? rectangle.width : rectangle.height,
    depth: upright ? rectangle.height : rectangle.width,
    pixels,
    at,
    differs(along, depth, colour, tolerance) {
      const place = at(along, depth);
      return (
        Math.abs((pixels[place] ?? 0) - colour[0]) > tolerance ||
        Math.abs((pixels[place + 1] ?? 0) - colour[1]) > tolerance ||
        Math.abs((pixels[place + 2] ?? 0) - colour[2]) > tolerance
      );
    },
  };
}

/** The median of each channel over `lines` lines along the side, from a depth inwards. */
export function medianColour(side: Side, depth: number, lines: number): Colour {
  const median = (channel: number): number => {
    const counts = new Uint32Array(256);
    for (let line = depth; line < Math.min(depth + lines, side.depth); line++) {
      for (let along = 0; along < side.length; along++) {
        const level = side.pixels[side.at(along, line) + channel] ?? 0;
        counts[level] = (counts[level] ?? 0) + 1;
      }
    }
    const half = counts.reduce((sum, count) => sum + count, 0) / 2;
    let below = 0;
    return counts.findIndex((count) => (below += count) >= half);
  };
  return [median(0), median(1), median(2)];
}
