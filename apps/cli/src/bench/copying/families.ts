import { type Random } from '#libs/pattern-drawing';
import { crop, mirrorAndTurn, rotate, scale } from './geometry.js';
import { overlay } from './overlay.js';
import { photograph } from './photograph.js';
import { type Raster } from './raster.js';
import { reencode } from './re-encode.js';
import { rearrange } from './rearrange.js';
import { recolour } from './recolour.js';
import { retile } from './re-tile.js';
import { type Severity } from './severity.js';

/** Makes a copy as a copier might; the same random source gives the same copy. */
export type Copying = (raster: Raster, severity: Severity, random: Random) => Promise<Raster>;

/** In the order in which a copier would do several: the design, its layout, the cloth, its photograph, the file. */
const SINGLE: ReadonlyMap<string, Copying> = new Map<string, Copying>([
  ['rearrange', rearrange],
  ['recolour', recolour],
  ['mirror-turn', mirrorAndTurn],
  ['re-tile', retile],
  ['scale', scale],
  ['rotation', rotate],
  ['crop', crop],
  ['photograph', photograph],
  ['overlay', overlay],
  ['re-encode', reencode],
]);
const PARTS = { mild: 2, medium: 3, hard: 4 } as const;

/** Every family of copies by its name in a data set. */
export const FAMILIES: ReadonlyMap<string, Copying> = new Map([...SINGLE, ['composite', composite]]);

/** Two, three or four other families one after the other, each mild or medium. */
async function composite(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const chosen = new Set(random.shuffle([...SINGLE.keys()]).slice(0, PARTS[severity]));
  let copy = raster;
  for (const [name, copying] of SINGLE)
    if (chosen.has(name)) copy = await copying(copy, random.pick(['mild', 'medium']), random);
  return copy;
}
