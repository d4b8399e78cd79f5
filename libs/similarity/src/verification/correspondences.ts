import type { LocalFeatures } from '#libs/registry';
import { ATTITUDES, findAlike } from './descriptor-kernel.js';
import { type DescriptorParts, partsOf } from './descriptor-parts.js';

/**
 * Features of the query that look like ones of the candidate, and the placing that each two alone suggest: columns of `count` values,
 * in the order of the query's features, of one feature the most similar first.
 */
export interface Correspondences {
  readonly count: number;
  /** Indices of features. */
  readonly query: Uint16Array;
  readonly candidate: Uint16Array;
  readonly similarity: Float32Array;
  /** 1 or 0. */
  readonly mirrored: Uint8Array;
  /** Radians, of the candidate's first axis, in [0, 2 pi]: where the query's x axis points. */
  readonly rotation: Float64Array;
  /** log2 of the candidate's size over the query's. */
  readonly growth: Float64Array;
  /** Four values each: the linear part of the placing, row by row. */
  readonly linear: Float64Array;
}

/** Least similarity of two features. */
const LEAST_SIMILARITY = 0.94;
/** Most correspondences of one feature of the query. */
const MOST_EACH = 4;

/** Features with their descriptors and directions taken apart. */
export interface PreparedFeatures {
  readonly features: LocalFeatures;
  readonly parts: DescriptorParts;
  /** Cosine and sine of each feature's angle. */
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** Makes features ready to be looked for or among. */
export function prepareFeatures(features: LocalFeatures): PreparedFeatures {
  const angles = Float64Array.from(features.angle);
  return { features, parts: partsOf(features), cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
}

/** For each feature of the query the most similar ones of the candidate, in any of four attitudes. */
export function findCorrespondences(query: PreparedFeatures, candidate: PreparedFeatures): Correspondences {
  const kept = new Uint8Array(query.features.count);
  const similarities = new Float32Array(kept.length * MOST_EACH);
  const candidates = new Uint16Array(similarities.length);
  const attitudes = new Uint8Array(similarities.length);
  findAlike(query.parts, candidate.parts, LEAST_SIMILARITY, (from, to, attitude, similarity) => {
    const first = from * MOST_EACH;
    let at = first + kept[from]!;
    if (kept[from] === MOST_EACH) {
      at -= 1;
      if (similarity <= similarities[at]!) return;
    } else kept[from]! += 1;
    for (; at > first && similarities[at - 1]! < similarity; at--) {
      similarities[at] = similarities[at - 1]!;
      candidates[at] = candidates[at - 1]!;
      attitudes[at] = attitudes[at - 1]!;
    }
    similarities[at] = similarity;
    candidates[at] = to;
    attitudes[at] = attitude;
  });
  const found = empty(kept.reduce((sum, one) => sum + one, 0));
  let place = 0;
  kept.forEach((many, from) => {
    for (let at = from * MOST_EACH; at < from * MOST_EACH + many; at++, place++) {
      found.query[place] = from;
      found.candidate[place] = candidates[at]!;
      found.similarity[place] = similarities[at]!;
      suggest(found, place, query, candidate, attitudes[at]!);
    }
  });
  return found;
}

function empty(count: number): Correspondences {
  return {
    count,
    query: new Uint16Array(count),
    candidate: new Uint16Array(count),
    similarity: new Float32Array(count),
    mirrored: new Uint8Array(count),
    rotation: new Float64Array(count),
    growth: new Float64Array(count),
    linear: new Float64Array(4 * count),
  };
}

/** A place's main direction and size carry the query's neighbourhood onto the candidate's. */
function suggest(
  found: Correspondences,
  place: number,
  query: PreparedFeatures,
  candidate: PreparedFeatures,
  attitude: number,
): void {
  const [from, to] = [found.query[place]!, found.candidate[place]!];
  const { mirrored, halfTurned } = ATTITUDES[attitude]!;
  const ratio = candidate.features.scale[to]! / query.features.scale[from]!;
  const [cosFrom, sinFrom] = [query.cosines[from]!, query.sines[from]!];
  const [cosTo, sinTo] = [candidate.cosines[to]!, candidate.sines[to]!];
  // Along the main direction and across it; a mirrored copy across the other way, a half-turned one both.
  const along = halfTurned ? -ratio : ratio;
  const across = halfTurned === mirrored ? ratio : -ratio;
  const a = along * cosTo * cosFrom + across * sinTo * sinFrom;
  const c = along * sinTo * cosFrom - across * cosTo * sinFrom;
  const turn = Math.atan2(c, a);
  found.mirrored[place] = mirrored ? 1 : 0;
  found.rotation[place] = turn < 0 ? turn + 2 * Math.PI : turn;
  found.growth[place] = Math.log2(ratio);
  found.linear[4 * place] = a;
  found.linear[4 * place + 1] = along * cosTo * sinFrom - across * sinTo * cosFrom;
  found.linear[4 * place + 2] = c;
  found.linear[4 * place + 3] = along * sinTo * sinFrom + across * cosTo * cosFrom;
}
