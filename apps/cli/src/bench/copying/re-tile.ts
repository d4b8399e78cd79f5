import { type Random } from '#libs/pattern-drawing';
import { remap, resize, type Raster } from './raster.js';
import { type Severity } from './severity.js';

/** The picture is taken as the repeat; in a frame of its own size it is laid at half its size. */
const SHARE = 0.5;

/**
 * Another layout of the same repeat. Mild: the cut begins elsewhere in the repeat. Medium: laid anew in blocks or as a
 * half-drop. Hard: every other repeat mirrored, across and down.
 */
export async function retile(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const { width, height } = raster;
  const [shiftX, shiftY] = [random.between(0.15, 0.85), random.between(0.15, 0.85)];
  if (severity === 'mild') {
    const [left, top] = [Math.round(shiftX * width), Math.round(shiftY * height)];
    return remap(raster, raster, (x, y) => [x + left, y + top], 'repeat');
  }
  const tile = await resize(raster, width * SHARE, height * SHARE);
  const [left, top] = [Math.round(shiftX * tile.width), Math.round(shiftY * tile.height)];
  if (severity === 'hard') return remap(tile, raster, (x, y) => [x + left, y + top], 'mirror');
  const drop = random.chance(0.5) ? Math.round(tile.height / 2) : 0;
  const from = (x: number, y: number): [number, number] => {
    const column = Math.floor((x + left) / tile.width);
    return [x + left, y + top + (column % 2) * drop];
  };
  return remap(tile, raster, from, 'repeat');
}
