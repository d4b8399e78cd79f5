import sharp, { type Sharp } from 'sharp';

/** Longest decoded picture taken here, in pixels: these functions are for pictures of our own. */
const LIMIT_PIXELS = 64_000_000;

const QUALITY = 88;

/**
 * The picture encoded again.
 * @param how JPEG quality from 1 to 100 and the new width as a share of the old, above 0 and at most 2
 * @throws RangeError for a share or quality out of range
 */
export async function reencode(
  picture: Uint8Array,
  how: { readonly quality: number; readonly scale: number },
): Promise<Buffer> {
  within('quality', how.quality, 1, 100);
  within('scale', how.scale, 0.01, 2);
  const { width } = await open(picture).metadata();
  return open(picture)
    .resize({ width: Math.max(1, Math.round(width * how.scale)) })
    .jpeg({ quality: Math.round(how.quality) })
    .toBuffer();
}

/** Left and right exchanged. */
export function mirror(picture: Uint8Array): Promise<Buffer> {
  return open(picture).flop().jpeg({ quality: QUALITY }).toBuffer();
}

/** @param turns quarter turns clockwise, 1 to 3 */
export function quarterTurn(picture: Uint8Array, turns: 1 | 2 | 3): Promise<Buffer> {
  return open(picture)
    .rotate(turns * 90)
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

/**
 * A part of the picture, of its own proportions.
 * @param how share of the area kept, from 0.01 to 1, and where: 0 is left or top, 1 is right or bottom
 * @throws RangeError for a share or position out of range
 */
export async function crop(
  picture: Uint8Array,
  how: { readonly areaShare: number; readonly x: number; readonly y: number },
): Promise<Buffer> {
  within('areaShare', how.areaShare, 0.01, 1);
  within('x', how.x, 0, 1);
  within('y', how.y, 0, 1);
  const whole = await open(picture).metadata();
  const side = Math.sqrt(how.areaShare);
  const width = Math.max(1, Math.round(whole.width * side));
  const height = Math.max(1, Math.round(whole.height * side));
  return open(picture)
    .extract({
      left: Math.round((whole.width - width) * how.x),
      top: Math.round((whole.height - height) * how.y),
      width,
      height,
    })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

/** Every hue turned. @param degrees any finite number; grey stays grey */
export function turnHue(picture: Uint8Array, degrees: number): Promise<Buffer> {
  const hue = ((Math.round(degrees) % 360) + 360) % 360;
  return open(picture).modulate({ hue }).jpeg({ quality: QUALITY }).toBuffer();
}

function open(picture: Uint8Array): Sharp {
  return sharp(picture, { limitInputPixels: LIMIT_PIXELS });
}

function within(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high))
    throw new RangeError(`${name}: ${value} is out of range; give a number from ${low} to ${high}`);
}
