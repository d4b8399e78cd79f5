import { ATTITUDES, nearestPatches } from './patch-library.mjs';
import { REACH } from './places.mjs';
import { deviationOf, sampleAt } from './planes.mjs';

/** Falling off of a patch towards its rim, in sizes of its place. */
const RIM = 2.5;
/** Weight of what the colour layout says beside one patch of size 1. */
const LAYOUT_WEIGHT = 0.02;
/** How many known colours the library patch's own contrast counts for. */
const PRIOR = 4;
/** What a lower similarity costs beside a worse fit of the colours. */
const DISSIMILARITY = 8;

/**
 * Weinzaepfel, Jegou, Perez: Reconstructing an image from its local descriptors (CVPR 2011), with colours: over the layout of
 * colours each feature is given the patch with the most similar descriptor, turned, scaled and mirrored into its place and
 * recoloured by the known colours of the places within; small patches outweigh large ones.
 * @param layout of layOutColours
 * @param places of placesOf
 * @param admits of a picture of the library
 * @returns as `layout`
 */
export function pastePatches(layout, places, features, library, admits) {
  const { width, height } = features;
  const sums = layout.map((value) => value * LAYOUT_WEIGHT);
  const weights = new Float32Array(width * height).fill(LAYOUT_WEIGHT);
  const contrast = deviationOf(places.map(({ colour }) => lumaOfColour(colour)));
  const chosen = new Map();
  for (const place of places) {
    if (!chosen.has(place.feature)) chosen.set(place.feature, choose(place));
    const patch = chosen.get(place.feature);
    if (patch) paste(place, patch, { width, height, sums, weights });
  }
  return sums.map((sum, i) => Math.max(0, Math.min(255, sum / weights[Math.floor(i / 3)])));

  function choose(place) {
    const known = places.filter((other) => liesWithin(other, place));
    const options = nearestPatches(library, features, place.feature, admits).map((found) => {
      const read = reader(found, place);
      const gain = contrast / Math.max(1, found.picture.contrast);
      const { cost, colouring } = recolour(read, place, known, gain);
      const worth = cost / (contrast * contrast + 1) + DISSIMILARITY * (1 - found.similarity);
      return { read, colouring, similarity: found.similarity, worth };
    });
    return options.sort((a, b) => a.worth - b.worth)[0];
  }
}

/** Whether a place's mean colour says something about a part of what another sees. */
function liesWithin(other, { x, y, size }) {
  return Math.hypot(other.x - x, other.y - y) < 0.8 * REACH * size && other.size <= 2 * size;
}

/** Luma of a library patch at (u, v) sizes along and across the main direction of the place it is pasted to. */
function reader({ picture, feature, attitude }, place) {
  const { x, y, scale, angle } = picture.fingerprint.features;
  const [along, across] = ATTITUDES[attitude];
  const [cos, sin] = [Math.cos(angle[feature]), Math.sin(angle[feature])];
  const level = Math.max(0, Math.min(3, Math.round(Math.log2(scale[feature] / place.size))));
  const plane = picture.planes[level];
  const step = 2 ** level;
  return (u, v) => {
    const [atU, atV] = [along * u * scale[feature], across * v * scale[feature]];
    const atX = x[feature] + atU * cos - atV * sin;
    const atY = y[feature] + atU * sin + atV * cos;
    return sampleAt(plane, (atX + 0.5) / step - 0.5, (atY + 0.5) / step - 0.5);
  };
}

/**
 * Colours as a straight line over the patch's luma, channel by channel: least squares over the known colours, drawn to the
 * library's own contrast, light for light or light for dark, whichever fits.
 */
function recolour(read, place, known, gain) {
  const points = known.map((other) => {
    const [u, v] = inSizes(place, other.x, other.y);
    return { luma: read(u, v), colour: other.colour };
  });
  const mean = points.reduce((sum, { luma }) => sum + luma, 0) / points.length;
  const spread = points.reduce((sum, { luma }) => sum + (luma - mean) ** 2, 0);
  const inertia = PRIOR * ((spread + 100) / points.length);
  const fits = [gain, -gain].map((prior) => {
    const lines = [0, 1, 2].map((channel) => {
      const level = points.reduce((sum, { colour }) => sum + colour[channel], 0) / points.length;
      const both = points.reduce(
        (sum, { luma, colour }) => sum + (luma - mean) * (colour[channel] - level),
        0,
      );
      const slope = (both + inertia * prior) / (spread + inertia);
      const off = points.reduce(
        (sum, { luma, colour }) => sum + (level + slope * (luma - mean) - colour[channel]) ** 2,
        inertia * (slope - prior) ** 2,
      );
      return { level: level - slope * mean, slope, off };
    });
    return { cost: lines.reduce((sum, { off }) => sum + off, 0) / (3 * points.length), colouring: lines };
  });
  return fits[0].cost <= fits[1].cost ? fits[0] : fits[1];
}

function paste(place, { read, colouring, similarity }, { width, height, sums, weights }) {
  const reach = REACH * place.size * Math.SQRT2;
  const trust = similarity ** 20 / place.size ** 2;
  for (
    let row = Math.max(0, Math.ceil(place.y - reach));
    row <= Math.min(height - 1, place.y + reach);
    row++
  ) {
    for (
      let column = Math.max(0, Math.ceil(place.x - reach));
      column <= Math.min(width - 1, place.x + reach);
      column++
    ) {
      const [u, v] = inSizes(place, column, row);
      if (Math.abs(u) > REACH || Math.abs(v) > REACH) continue;
      const weight = trust * Math.exp(-(u * u + v * v) / (2 * RIM * RIM));
      const luma = read(u, v);
      const at = row * width + column;
      weights[at] += weight;
      for (let channel = 0; channel < 3; channel++) {
        const { level, slope } = colouring[channel];
        sums[3 * at + channel] += weight * Math.max(0, Math.min(255, level + slope * luma));
      }
    }
  }
}

/** Along and across a place's main direction, in its sizes. */
function inSizes({ x, y, size, angle }, atX, atY) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [(atX - x) / size, (atY - y) / size];
  return [dx * cos + dy * sin, dy * cos - dx * sin];
}

function lumaOfColour([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
