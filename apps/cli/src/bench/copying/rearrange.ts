import { type Random } from '#libs/pattern-drawing';
import { type Raster } from './raster.js';
import { type Severity } from './severity.js';

const MOVED = { mild: 0.25, medium: 0.5, hard: 1 } as const;
const GRID = 4;

/** The picture cut into 4 x 4 fields, of which 25, 50 or 100% change places; none of those stays where it was. */
export async function rearrange(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const fields = Array.from({ length: GRID * GRID }, (_, field) => field);
  const moved = random.shuffle(fields).slice(0, fields.length * MOVED[severity]);
  const source = new Map(moved.map((field, i) => [field, moved[(i + 1) % moved.length] ?? field]));
  const width = Math.floor(raster.width / GRID);
  const height = Math.floor(raster.height / GRID);
  const pixels = new Uint8Array(raster.pixels);
  for (const [to, from] of source) {
    for (let y = 0; y < height; y++) {
      const row = (field: number): number =>
        ((Math.floor(field / GRID) * height + y) * raster.width + (field % GRID) * width) * 3;
      pixels.set(raster.pixels.subarray(row(from), row(from) + width * 3), row(to));
    }
  }
  return { ...raster, pixels };
}
