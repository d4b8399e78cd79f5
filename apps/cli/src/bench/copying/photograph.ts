import { type Random } from '#libs/pattern-drawing';
import { drain, open, recolourEach, remap, type Raster } from './raster.js';
import { type Severity } from './severity.js';
import { smoothNoise } from './smooth-noise.js';

/** Wrinkles in pixels of a picture whose longest side is 320. */
const CLOTH = {
  mild: { tilt: 5, wrinkle: 1, light: 0.1, blur: 0.4, balance: 0.04, weave: 0.04 },
  medium: { tilt: 15, wrinkle: 3, light: 0.25, blur: 0.7, balance: 0.08, weave: 0.07 },
  hard: { tilt: 25, wrinkle: 6, light: 0.4, blur: 1.1, balance: 0.14, weave: 0.1 },
} as const;
const REFERENCE_SIDE = 320;
/** The camera's distance, in longest sides of the cloth. */
const DISTANCE = 1.6;
/** Wrinkles along the longest side. */
const WRINKLES = 4;

/** The cloth woven, wrinkled, lit from one side, photographed tilted by 5, 15 or 25 degrees, not quite sharp, with the lamp's colour. */
export async function photograph(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  const how = CLOTH[severity];
  const longest = Math.max(raster.width, raster.height);
  const amplitude = (how.wrinkle * longest) / REFERENCE_SIDE;
  const step = longest / WRINKLES;
  const [noiseX, noiseY] = [smoothNoise(random.seed(), step), smoothNoise(random.seed(), step)];
  const view = tiltedView(raster, (how.tilt * Math.PI) / 180, random);
  const seen = remap(
    woven(raster, how.weave, random),
    raster,
    (x, y) => {
      const [onX, onY] = view(x, y);
      return [onX + amplitude * noiseX(onX, onY), onY + amplitude * noiseY(onX, onY)];
    },
    'mirror',
  );
  const shade = shading(raster, how.light, random);
  const gains = [0, 1, 2].map(() => 1 + random.between(-how.balance, how.balance));
  const lit = recolourEach(seen, (rgb, x, y) => {
    const [onX, onY] = view(x, y);
    const fold = (noiseX(onX + 2, onY) - noiseX(onX - 2, onY)) * amplitude * 0.12;
    const bright = shade(x, y) * (1 + Math.max(-0.3, Math.min(0.3, fold)));
    for (const channel of [0, 1, 2] as const) rgb[channel] *= bright * (gains[channel] ?? 1);
  });
  return drain(open(lit).blur(how.blur));
}

/**
 * Where a pixel of the photograph lies on the cloth: a pinhole camera over a plane tilted about a random axis through its
 * middle, as near as needed for the cloth to fill the frame.
 */
function tiltedView(
  { width, height }: Raster,
  tilt: number,
  random: Random,
): (x: number, y: number) => [number, number] {
  const axis = random.between(0, 2 * Math.PI);
  const distance = DISTANCE * Math.max(width, height);
  const [cos, sin] = [Math.cos(axis), Math.sin(axis)];
  const view =
    (zoom: number) =>
    (x: number, y: number): [number, number] => {
      const [dx, dy] = [(x - (width - 1) / 2) * zoom, (y - (height - 1) / 2) * zoom];
      // Along the axis and across it; the ray meets the tilted plane at `depth` times its length to the focal plane.
      const [along, across] = [dx * cos + dy * sin, dy * cos - dx * sin];
      const depth = distance / (distance * Math.cos(tilt) - across * Math.sin(tilt));
      const [planeAlong, planeAcross] = [along * depth * Math.cos(tilt), across * depth];
      return [
        (width - 1) / 2 + planeAlong * cos - planeAcross * sin,
        (height - 1) / 2 + planeAlong * sin + planeAcross * cos,
      ];
    };
  const corners = [0, width - 1].flatMap((x) => [0, height - 1].map((y): [number, number] => [x, y]));
  for (let zoom = 1; ; zoom *= 0.98) {
    const at = view(zoom);
    const inside = corners.every(([cornerX, cornerY]) => {
      const [x, y] = at(cornerX, cornerY);
      return x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1;
    });
    if (inside || zoom < 0.3) return at;
  }
}

/** A plain weave: threads of 2 to 3 pixels that pass over and under each other. */
function woven(raster: Raster, strength: number, random: Random): Raster {
  const thread = random.between(2, 3);
  return recolourEach(raster, (rgb, x, y) => {
    const [warp, weft] = [Math.floor(x / thread), Math.floor(y / thread)];
    const across = (warp + weft) % 2 === 0 ? x / thread - warp : y / thread - weft;
    const bright = 1 + strength * (Math.sin(Math.PI * across) * 1.6 - 1);
    for (const channel of [0, 1, 2] as const) rgb[channel] *= bright;
  });
}

/** Light that falls by `fall` from one side of the picture to the other. */
function shading({ width, height }: Raster, fall: number, random: Random): (x: number, y: number) => number {
  const angle = random.between(0, 2 * Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reach = (Math.abs(cos) * width + Math.abs(sin) * height) / 2;
  return (x, y) => 1 - fall * (0.5 + ((x - width / 2) * cos + (y - height / 2) * sin) / (2 * reach));
}
