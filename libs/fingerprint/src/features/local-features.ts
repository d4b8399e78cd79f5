import { DESCRIPTOR_LENGTH, MAX_FEATURES, type LocalFeatures } from '#libs/registry';
import { choosePlaces } from './choose-places.js';
import { describePlace, positionOf } from './describe-places.js';
import { findPlaces } from './find-places.js';
import { CHANNELS, type Raster } from '../raster.js';
import { buildScaleSpace } from './scale-space.js';
import type { Plane } from '../plane.js';

const OCTAVES = 4;
/** Contrast to which a picture is brought, standard deviation of 0 to 1. */
const CONTRAST = 0.2;
/** Fainter contrast counts as this, levels of 255: noise would become places. */
const LEAST_DEVIATION = 8.5;

/**
 * The local features of a picture: up to MAX_FEATURES places that a copy shows again, each described so that a turn, another
 * size, or exchanged light and dark leave it alike.
 * @param frame the analysis frame
 * @param grey its luma, in any unit
 */
export function findLocalFeatures(frame: Raster, grey: Plane): LocalFeatures {
  const octaves = buildScaleSpace(evenContrast(grey), OCTAVES);
  const places = choosePlaces(findPlaces(octaves), frame, MAX_FEATURES);
  const described = places.flatMap((place) => describePlace(octaves, place)).slice(0, MAX_FEATURES);
  const count = described.length;
  const features = {
    width: frame.width,
    height: frame.height,
    count,
    x: new Float32Array(count),
    y: new Float32Array(count),
    scale: new Float32Array(count),
    angle: new Float32Array(count),
    descriptors: new Uint8Array(count * DESCRIPTOR_LENGTH),
    colours: new Uint8Array(count * CHANNELS),
  };
  described.forEach(({ place, angle, descriptor }, i) => {
    const { x, y, size } = positionOf(octaves, place);
    features.x[i] = x;
    features.y[i] = y;
    features.scale[i] = size;
    features.angle[i] = angle;
    features.descriptors.set(descriptor, i * DESCRIPTOR_LENGTH);
    features.colours.set(meanColour(frame, x, y, size), i * CHANNELS);
  });
  return features;
}

/** A faint or dark print has as many places as a bold one. */
function evenContrast({ width, height, values }: Plane): Plane {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  const gain = CONTRAST / Math.max(LEAST_DEVIATION, Math.sqrt(squares / values.length));
  const even = new Float32Array(values.length);
  for (let i = 0; i < even.length; i++) even[i] = (values[i]! - mean) * gain;
  return { width, height, values: even };
}

/** Mean of nine samples over a place, sRGB. */
function meanColour({ width, height, pixels }: Raster, x: number, y: number, size: number): number[] {
  const sums = [0, 0, 0];
  for (const down of [-0.7, 0, 0.7])
    for (const across of [-0.7, 0, 0.7]) {
      const column = Math.max(0, Math.min(width - 1, Math.round(x + across * size)));
      const row = Math.max(0, Math.min(height - 1, Math.round(y + down * size)));
      for (let channel = 0; channel < CHANNELS; channel++)
        sums[channel]! += pixels[(row * width + column) * CHANNELS + channel]!;
    }
  return sums.map((sum) => Math.round(sum / 9));
}
