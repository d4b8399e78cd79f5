import { DESCRIPTOR_LENGTH } from './places.mjs';

/** Patches to choose among by colour. */
const NEAREST = 8;
const CELLS = 4;
const DIRECTIONS = 4;

/** Signs along and across the main direction by which a patch may lie: as it is, half-turned, mirrored, both. */
export const ATTITUDES = [
  [1, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
];

/**
 * The patches of pictures that one has: for each local feature of each picture its descriptor, and where its pixels are.
 * @param pictures with `fingerprint` decoded and `planes`, as halvings() makes them of the frame's luma
 */
export function patchLibrary(pictures) {
  const owners = pictures.flatMap((picture) =>
    Array.from({ length: picture.fingerprint.features.count }, (_, feature) => ({ picture, feature })),
  );
  const descriptors = new Uint8Array(owners.length * DESCRIPTOR_LENGTH);
  owners.forEach(({ picture, feature }, row) => {
    descriptors.set(descriptorOf(picture.fingerprint.features, feature), row * DESCRIPTOR_LENGTH);
  });
  const lengths = owners.map((_, row) => lengthOf(descriptors, row * DESCRIPTOR_LENGTH));
  return { owners, descriptors, lengths };
}

/**
 * The most similar patches in any attitude, the best first.
 * @param admits of a picture of the library
 * @returns patches with `picture`, `feature`, `attitude` (an index of ATTITUDES) and `similarity`, 0 to 1
 */
export function nearestPatches({ owners, descriptors, lengths }, features, feature, admits) {
  const own = descriptorOf(features, feature);
  const length = lengthOf(own, 0);
  const best = [];
  const inAttitudes = ATTITUDES.map((attitude) => inAttitude(own, attitude));
  for (let row = 0; row < owners.length; row++) {
    if (!admits(owners[row].picture)) continue;
    for (let attitude = 0; attitude < ATTITUDES.length; attitude++) {
      const similarity =
        dot(inAttitudes[attitude], descriptors, row * DESCRIPTOR_LENGTH) / (length * lengths[row] || 1);
      if (best.length === NEAREST && similarity <= best[NEAREST - 1].similarity) continue;
      if (best.length === NEAREST) best.pop();
      const at = best.findIndex((one) => one.similarity < similarity);
      best.splice(at < 0 ? best.length : at, 0, { ...owners[row], attitude, similarity });
    }
  }
  return best;
}

function descriptorOf({ descriptors }, feature) {
  return descriptors.subarray(feature * DESCRIPTOR_LENGTH, (feature + 1) * DESCRIPTOR_LENGTH);
}

/** The same surroundings described half-turned or mirrored: cells and directions change places. */
function inAttitude(descriptor, [along, across]) {
  const turned = new Uint8Array(DESCRIPTOR_LENGTH);
  for (let row = 0; row < CELLS; row++)
    for (let column = 0; column < CELLS; column++)
      for (let direction = 0; direction < DIRECTIONS; direction++) {
        const toRow = across > 0 ? row : CELLS - 1 - row;
        const toColumn = along > 0 ? column : CELLS - 1 - column;
        const toDirection = along === across ? direction : (DIRECTIONS - direction) % DIRECTIONS;
        turned[(toRow * CELLS + toColumn) * DIRECTIONS + toDirection] =
          descriptor[(row * CELLS + column) * DIRECTIONS + direction];
      }
  return turned;
}

function dot(one, others, at) {
  let sum = 0;
  for (let i = 0; i < DESCRIPTOR_LENGTH; i++) sum += one[i] * others[at + i];
  return sum;
}

function lengthOf(descriptors, at) {
  const own = descriptors.subarray(at, at + DESCRIPTOR_LENGTH);
  return Math.sqrt(dot(own, own, 0));
}
