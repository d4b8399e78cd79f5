/** Values of one descriptor. */
export const DESCRIPTOR_LENGTH = 64;
/** What a descriptor sees, in sizes of its place to each side. */
export const REACH = 6;
/** Most places after repeating them. */
const MOST_PLACES = 8000;

/**
 * The local features of a fingerprint one by one, and again in every repeat of its lattice: what stands once in a repeat stands
 * in all of them.
 * @param fingerprint decoded
 * @returns places with `feature`, the index among the fingerprint's features
 */
export function placesOf({ features, repeat }) {
  const own = Array.from({ length: features.count }, (_, feature) => ({
    feature,
    x: features.x[feature],
    y: features.y[feature],
    size: features.scale[feature],
    angle: features.angle[feature],
    colour: features.colours.subarray(feature * 3, feature * 3 + 3),
  }));
  if (repeat === null) return own;
  const moves = movesWithin(repeat, features);
  const inside = ({ x, y }) => x >= 0 && y >= 0 && x < features.width && y < features.height;
  const repeated = moves.flatMap(([dx, dy]) =>
    own.map((place) => ({ ...place, x: place.x + dx, y: place.y + dy })).filter(inside),
  );
  return [...own, ...repeated].slice(0, MOST_PLACES);
}

/** Moves by the lattice, the nearest first, without none; up to a frame's size. */
function movesWithin({ a, b }, { width, height }) {
  const moves = [];
  const most = Math.ceil(
    (2 * Math.hypot(width, height)) / Math.max(8, Math.min(Math.hypot(...a), Math.hypot(...b))),
  );
  for (let i = -most; i <= most; i++)
    for (let j = -most; j <= most; j++) {
      const move = [i * a[0] + j * b[0], i * a[1] + j * b[1]];
      if ((i !== 0 || j !== 0) && Math.abs(move[0]) < width && Math.abs(move[1]) < height) moves.push(move);
    }
  return moves.sort((one, other) => Math.hypot(...one) - Math.hypot(...other));
}
