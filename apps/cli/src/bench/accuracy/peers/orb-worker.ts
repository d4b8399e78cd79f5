import cv from '@techstark/opencv-js';
import sharp from 'sharp';
import { z } from 'zod';
import { readPicture } from '../dataset-files.js';
import { differingBits } from './bits.js';

/** Pictures by their paths. */
export interface OrbTask {
  readonly query: string;
  readonly references: readonly string[];
}

/** Places of a picture with what surrounds each. */
interface Features {
  /** Pixels, x then y of each place. */
  readonly places: Float32Array;
  /** WORDS words of each place. */
  readonly descriptors: Uint32Array;
}

const LONGEST = 512;
const PLACES = 500;
const WORDS = 8;
/** Lowe's ratio: a place's nearest must be so much nearer than its second nearest. */
const RATIO = 0.8;
/** OpenCV's number for it. */
const RANSAC = 8;
const REACH_PIXELS = 5;
const FEWEST_PAIRS = 8;
/** Features of references kept, about 20 KB each. */
const MOST_KEPT = 20_000;

const keyPointSchema = z.object({ pt: z.object({ x: z.number(), y: z.number() }) });
const kept = new Map<string, Features>();

// The module's export has its functions only once its code is compiled.
if (!('Mat' in cv)) await new Promise<void>((ready) => Object.assign(cv, { onRuntimeInitialized: ready }));

/** Of each reference the most places that one homography (RANSAC) lays on the query or on its mirror image. */
export default async function inliersInWorker({ query, references }: OrbTask): Promise<number[]> {
  if (references.length === 0) return [];
  const views = [await featuresOf(query, false), await featuresOf(query, true)];
  const counts: number[] = [];
  for (const path of references) {
    const reference = kept.get(path) ?? (await featuresOf(path, false));
    if (kept.size < MOST_KEPT) kept.set(path, reference);
    counts.push(Math.max(...views.map((view) => inliers(view, reference))));
  }
  return counts;
}

async function featuresOf(path: string, mirrored: boolean): Promise<Features> {
  const upright = sharp(readPicture(path))
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize({ width: LONGEST, height: LONGEST, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w');
  const { data, info } = await (mirrored ? upright.flop() : upright)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const picture = cv.matFromArray(info.height, info.width, cv.CV_8UC1, data);
  const [orb, everywhere, points, descriptors] = [
    new cv.ORB(PLACES),
    new cv.Mat(),
    new cv.KeyPointVector(),
    new cv.Mat(),
  ];
  try {
    orb.detectAndCompute(picture, everywhere, points, descriptors);
    const places = new Float32Array(points.size() * 2);
    for (let i = 0; i < points.size(); i++) {
      const { pt } = keyPointSchema.parse(points.get(i));
      places.set([pt.x, pt.y], i * 2);
    }
    return { places, descriptors: new Uint32Array(Uint8Array.from(descriptors.data).buffer) };
  } finally {
    for (const used of [picture, orb, everywhere, points, descriptors]) used.delete();
  }
}

function inliers(query: Features, reference: Features): number {
  const [from, to] = pairsOf(query, reference);
  if (from.length < FEWEST_PAIRS * 2) return 0;
  const [a, b, mask] = [
    cv.matFromArray(from.length / 2, 1, cv.CV_32FC2, from),
    cv.matFromArray(to.length / 2, 1, cv.CV_32FC2, to),
    new cv.Mat(),
  ];
  const homography = cv.findHomography(a, b, RANSAC, REACH_PIXELS, mask);
  try {
    return homography.empty() ? 0 : cv.countNonZero(mask);
  } finally {
    for (const used of [a, b, mask, homography]) used.delete();
  }
}

/** Places of both, x and y, that are each other's match by Lowe's ratio of Hamming distances. */
function pairsOf(query: Features, reference: Features): [number[], number[]] {
  const from: number[] = [];
  const to: number[] = [];
  const place = ({ places }: Features, at: number) => [places[at * 2] ?? 0, places[at * 2 + 1] ?? 0];
  for (let i = 0; i * WORDS < query.descriptors.length; i++) {
    const own = query.descriptors.subarray(i * WORDS, (i + 1) * WORDS);
    let [nearest, distance, second] = [-1, Infinity, Infinity];
    for (let j = 0; j * WORDS < reference.descriptors.length; j++) {
      const bits = differingBits(own, reference.descriptors, j * WORDS, WORDS);
      if (bits < distance) [nearest, distance, second] = [j, bits, distance];
      else if (bits < second) second = bits;
    }
    if (nearest < 0 || distance >= RATIO * second) continue;
    from.push(...place(query, i));
    to.push(...place(reference, nearest));
  }
  return [from, to];
}
