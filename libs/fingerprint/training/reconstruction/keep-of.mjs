import { DESCRIPTOR_LENGTH } from './places.mjs';

/**
 * A fingerprint of which less is sent.
 * @param features most local features; the strongest come first in a fingerprint
 * @param repeat whether the repeat unit is sent
 */
export function keepOf(fingerprint, { features: most, repeat }) {
  const { features } = fingerprint;
  const count = Math.min(most, features.count);
  return {
    ...fingerprint,
    features: {
      ...features,
      count,
      x: features.x.slice(0, count),
      y: features.y.slice(0, count),
      scale: features.scale.slice(0, count),
      angle: features.angle.slice(0, count),
      descriptors: features.descriptors.slice(0, count * DESCRIPTOR_LENGTH),
      colours: features.colours.slice(0, count * 3),
    },
    repeat: repeat ? fingerprint.repeat : null,
  };
}
