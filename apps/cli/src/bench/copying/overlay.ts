import { type Random } from '#libs/pattern-drawing';
import { recolourEach, type Raster } from './raster.js';
import { type Severity } from './severity.js';

const AREAS = { mild: [0.02, 0.05], medium: [0.05, 0.15], hard: [0.15, 0.35] } as const;
/** Marks of a watermark across, and down. */
const MARKS = 5;

/** True where the overlay covers the pixel. */
type Mask = (x: number, y: number) => boolean;

/**
 * A label, a disc or a field of translucent marks over the severity's share of the picture: 2 to 5, 5 to 15 or 15 to 35%.
 * Labels and discs hide what they cover; marks let a quarter to a half of it through.
 */
export async function overlay(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const [least, most] = AREAS[severity];
  const share = random.between(least, most);
  const kind = random.pick(['label', 'disc', 'marks'] as const);
  const mask = { label, disc, marks }[kind](raster, share, random);
  const colour = [random.whole(0, 255), random.whole(0, 255), random.whole(0, 255)];
  const opacity = kind === 'marks' ? random.between(0.5, 0.75) : 1;
  return recolourEach(raster, (rgb, x, y) => {
    if (!mask(x, y)) return;
    for (const channel of [0, 1, 2] as const)
      rgb[channel] += ((colour[channel] ?? 0) - rgb[channel]) * opacity;
  });
}

function label({ width, height }: Raster, share: number, random: Random): Mask {
  const stretch = Math.min(1 / Math.sqrt(share), random.between(0.6, 1.6));
  const across = Math.round(width * Math.sqrt(share) * stretch);
  const down = Math.round((height * Math.sqrt(share)) / stretch);
  const left = random.whole(0, Math.max(0, width - across));
  const top = random.whole(0, Math.max(0, height - down));
  return (x, y) => x >= left && x < left + across && y >= top && y < top + down;
}

function disc({ width, height }: Raster, share: number, random: Random): Mask {
  const radius = Math.sqrt(share / Math.PI);
  const [radiusX, radiusY] = [radius * width, radius * height];
  const centreX = random.between(radiusX, width - radiusX);
  const centreY = random.between(radiusY, height - radiusY);
  return (x, y) => ((x - centreX) / radiusX) ** 2 + ((y - centreY) / radiusY) ** 2 <= 1;
}

/** Bars in a lattice, every other row moved by half a step. */
function marks({ width, height }: Raster, share: number, random: Random): Mask {
  const [stepX, stepY] = [width / MARKS, height / MARKS];
  const across = Math.min(0.9, Math.sqrt(share) * random.between(1.1, 1.5));
  const down = share / across;
  const shift = random.next();
  return (x, y) => {
    const row = Math.floor(y / stepY);
    const column = x / stepX + shift + (row % 2) / 2;
    return column - Math.floor(column) < across && y / stepY - row < down;
  };
}
