import { type Random } from '#libs/pattern-drawing';
import { decode, encode, resize, type Raster } from './raster.js';
import { type Severity } from './severity.js';

const QUALITY = { mild: 90, medium: 50, hard: 20 } as const;
const SIZE = { mild: 0.75, medium: 0.5, hard: 0.25 } as const;
const LEAST_SIDE = 40;

/** Saved as JPEG of quality 90, 50 or 20, made smaller to 0.75, 0.5 or 0.25 of its size, or both. */
export async function reencode(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const how = random.pick(['quality', 'size', 'both'] as const);
  const share = how === 'quality' ? 1 : SIZE[severity];
  const least = Math.min(1, LEAST_SIDE / Math.min(raster.width, raster.height));
  const factor = Math.max(share, least);
  const smaller = factor === 1 ? raster : await resize(raster, raster.width * factor, raster.height * factor);
  if (how === 'size') return smaller;
  return decode(await encode(smaller, QUALITY[severity]), Math.max(smaller.width, smaller.height));
}
