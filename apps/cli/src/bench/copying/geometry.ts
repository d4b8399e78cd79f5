import { type Random } from '#libs/pattern-drawing';
import { drain, open, remap, resize, type Raster } from './raster.js';
import { type Severity } from './severity.js';

const CROPS = { mild: [0.6, 0.8], medium: [0.3, 0.6], hard: [0.1, 0.3] } as const;
const ANGLES = { mild: 5, medium: 15, hard: 45 } as const;
/** Factors by which a motif grows or shrinks at most; a harder one begins where the easier ends. */
const FACTORS = { mild: [1.05, 1.25], medium: [1.25, 2], hard: [2, 4] } as const;

/** Left and right exchanged. */
export function flip(raster: Raster): Promise<Raster> {
  return drain(open(raster).flop());
}

/** Turned clockwise. */
export function quarterTurn(raster: Raster, turns: 1 | 2 | 3): Promise<Raster> {
  return drain(open(raster).rotate(turns * 90));
}

/** Mild: the mirror image. Medium: one or three quarter turns. Hard: both. */
export async function mirrorAndTurn(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  if (severity === 'mild') return flip(raster);
  const turned = await quarterTurn(raster, random.pick([1, 3]));
  return severity === 'medium' ? turned : flip(turned);
}

/** Turned by 5, 15 or 45 degrees to either side, and cut to the largest upright part of the same proportions. */
export async function rotate(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const angle = ((ANGLES[severity] * Math.PI) / 180) * random.pick([-1, 1]);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const { width, height } = raster;
  const share = Math.min(
    width / (width * cos + height * Math.abs(sin)),
    height / (height * cos + width * Math.abs(sin)),
  );
  const size = { width: Math.floor(width * share), height: Math.floor(height * share) };
  const from = (x: number, y: number): [number, number] => {
    const dx = x - (size.width - 1) / 2;
    const dy = y - (size.height - 1) / 2;
    return [(width - 1) / 2 + dx * cos - dy * sin, (height - 1) / 2 + dx * sin + dy * cos];
  };
  return remap(raster, size, from, 'mirror');
}

/** A rectangle somewhere in the picture with the severity's share of its area, its proportions changed by up to a quarter. */
export async function crop(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const [least, most] = CROPS[severity];
  const share = random.between(least, most);
  const stretch = Math.min(1 / Math.sqrt(share), random.between(0.8, 1.25));
  const across = Math.min(1, Math.sqrt(share) * stretch);
  return cut(raster, { across, down: Math.min(1, share / across) }, random);
}

/**
 * The motifs larger or smaller in a frame of the same size: of an enlarged picture a part is seen, a reduced one is
 * repeated as the cloth would be.
 */
export async function scale(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const { width, height } = raster;
  const [least, most] = FACTORS[severity];
  const factor = Math.exp(random.between(Math.log(least), Math.log(most)));
  if (random.chance(0.5)) {
    const part = await cut(raster, { across: 1 / factor, down: 1 / factor }, random);
    return resize(part, width, height);
  }
  const smaller = await resize(raster, width / factor, height / factor);
  const [left, top] = [random.whole(0, smaller.width - 1), random.whole(0, smaller.height - 1)];
  return remap(smaller, raster, (x, y) => [x + left, y + top], 'repeat');
}

function cut(
  raster: Raster,
  { across, down }: { readonly across: number; readonly down: number },
  random: Random,
): Promise<Raster> {
  const width = Math.max(1, Math.round(raster.width * across));
  const height = Math.max(1, Math.round(raster.height * down));
  const left = random.whole(0, raster.width - width);
  const top = random.whole(0, raster.height - height);
  return drain(open(raster).extract({ left, top, width, height }));
}
