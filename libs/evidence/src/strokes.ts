import type { Point } from './placing.js';
import { colourAt, mix, type Mask, type Raster, type Rgb } from './raster.js';

const DARK: Rgb = [20, 20, 20];

/** Lays a colour over one pixel; outside of the raster nothing happens. */
export function dab(onto: Raster, x: number, y: number, colour: Rgb, share = 1): void {
  if (x < 0 || y < 0 || x >= onto.width || y >= onto.height) return;
  const pixel = y * onto.width + x;
  onto.pixels.set(mix(colourAt(onto, pixel), colour, share).map(Math.round), pixel * 3);
}

/** A soft-edged disc. */
export function disc(onto: Raster, [x, y]: Point, radius: number, colour: Rgb): void {
  for (let row = Math.floor(y - radius - 1); row <= Math.ceil(y + radius + 1); row++)
    for (let column = Math.floor(x - radius - 1); column <= Math.ceil(x + radius + 1); column++) {
      const share = radius + 0.5 - Math.hypot(column - x, row - y);
      if (share > 0) dab(onto, column, row, colour, Math.min(1, share));
    }
}

/** A straight line of 1 pixel, soft-edged across its direction. */
export function line(onto: Raster, from: Point, to: Point, colour: Rgb, share = 1): void {
  const steep = Math.abs(to[1] - from[1]) > Math.abs(to[0] - from[0]);
  const turned = ([x, y]: Point): Point => (steep ? [y, x] : [x, y]);
  const [one, other] = [turned(from), turned(to)];
  const [[begin, beginAcross], [end, endAcross]] = one[0] <= other[0] ? [one, other] : [other, one];
  const last = Math.min(steep ? onto.height - 1 : onto.width - 1, Math.round(end));
  for (let at = Math.max(0, Math.round(begin)); at <= last; at++) {
    const part = end === begin ? 0 : Math.min(1, Math.max(0, (at - begin) / (end - begin)));
    const across = beginAcross + (endAcross - beginAcross) * part;
    const near = Math.floor(across);
    for (const beside of [near, near + 1]) {
      const cover = 1 - Math.abs(across - beside);
      const [x, y] = turned([at, beside]);
      dab(onto, x, y, colour, cover * share);
    }
  }
}

/** A closed polygon's sides. */
export function polygon(onto: Raster, points: readonly Point[], colour: Rgb, share = 1): void {
  points.forEach((from, index) => {
    const to = points[(index + 1) % points.length];
    if (to) line(onto, from, to, colour, share);
  });
}

/** Draws the pixels of a mask as lines with dark borders, to be seen on any colour; its left upper corner at left, 0. */
export function trace(onto: Raster, { width, bits }: Mask, colour: Rgb, left: number): void {
  const right = left + width - 1;
  bits.forEach((bit, pixel) => {
    if (bit !== 1) return;
    const [x, y] = [left + (pixel % width), Math.floor(pixel / width)];
    for (let row = y - 1; row <= y + 1; row++)
      for (let column = Math.max(left, x - 1); column <= Math.min(right, x + 1); column++)
        dab(onto, column, row, DARK);
  });
  bits.forEach((bit, pixel) => {
    if (bit === 1) dab(onto, left + (pixel % width), Math.floor(pixel / width), colour);
  });
}
