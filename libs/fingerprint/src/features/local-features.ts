import { DESCRIPTOR_LENGTH, MAX_FEATURES, type LocalFeatures } from '#libs/registry';
import { choosePlaces } from './choose-places.js';
import { describePlace, positionOf } from './describe-places.js';
import { findPlaces } from './find-places.js';
import { buildScaleSpace, type Plane } from './scale-space.js';

const OCTAVES = 4;

/**
 * The local features of a picture: up to MAX_FEATURES places that a copy shows again, each described so that a turn, another
 * size, or exchanged light and dark leave it alike.
 * @param frame the analysis frame in grey, 0 to 1
 */
export function findLocalFeatures(frame: Plane): LocalFeatures {
  const octaves = buildScaleSpace(frame, OCTAVES);
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
  };
  described.forEach(({ place, angle, descriptor }, i) => {
    const { x, y, size } = positionOf(octaves, place);
    features.x[i] = x;
    features.y[i] = y;
    features.scale[i] = size;
    features.angle[i] = angle;
    features.descriptors.set(descriptor, i * DESCRIPTOR_LENGTH);
  });
  return features;
}
