import type { LocalFeatures } from '#libs/registry';
import { ATTITUDES, findAlike } from './descriptor-kernel.js';
import { type DescriptorParts } from './descriptor-parts.js';

/** A feature of the query that looks like one of the candidate, and the placing that the two alone suggest. */
export interface Correspondence {
  readonly query: number;
  readonly candidate: number;
  readonly similarity: number;
  readonly mirrored: boolean;
  /** Radians, of the candidate's first axis, in [0, 2 pi): where the query's x axis points. */
  readonly rotation: number;
  /** log2 of the candidate's size over the query's. */
  readonly growth: number;
  /** The linear part of the placing, row by row. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Least similarity of two features. */
export const LEAST_SIMILARITY = 0.94;
/** Most correspondences of one feature of the query. */
const MOST_EACH = 4;

/** Features with their descriptors taken apart. */
export interface PreparedFeatures {
  readonly features: LocalFeatures;
  readonly parts: DescriptorParts;
}

/** For each feature of the query the most similar ones of the candidate, in any of four attitudes. */
export function findCorrespondences(query: PreparedFeatures, candidate: PreparedFeatures): Correspondence[] {
  const best: { candidate: number; attitude: number; similarity: number }[][] = Array.from(
    { length: query.features.count },
    () => [],
  );
  findAlike(query.parts, candidate.parts, LEAST_SIMILARITY, (from, to, attitude, similarity) => {
    const own = best[from]!;
    if (own.length === MOST_EACH && similarity <= own[MOST_EACH - 1]!.similarity) return;
    if (own.length === MOST_EACH) own.pop();
    const at = own.findIndex((one) => one.similarity < similarity);
    own.splice(at < 0 ? own.length : at, 0, { candidate: to, attitude, similarity });
  });
  return best.flatMap((own, from) =>
    own.map(({ candidate: to, attitude, similarity }) =>
      correspondence(query.features, candidate.features, from, to, attitude, similarity),
    ),
  );
}

/** A place's main direction and size carry the query's neighbourhood onto the candidate's. */
function correspondence(
  query: LocalFeatures,
  candidate: LocalFeatures,
  from: number,
  to: number,
  attitude: number,
  similarity: number,
): Correspondence {
  const { mirrored, halfTurned } = ATTITUDES[attitude]!;
  const ratio = candidate.scale[to]! / query.scale[from]!;
  const [cosFrom, sinFrom] = [Math.cos(query.angle[from]!), Math.sin(query.angle[from]!)];
  const [cosTo, sinTo] = [Math.cos(candidate.angle[to]!), Math.sin(candidate.angle[to]!)];
  // Along the main direction and across it; a mirrored copy across the other way, a half-turned one both.
  const along = halfTurned ? -ratio : ratio;
  const across = halfTurned === mirrored ? ratio : -ratio;
  const a = along * cosTo * cosFrom + across * sinTo * sinFrom;
  const b = along * cosTo * sinFrom - across * sinTo * cosFrom;
  const c = along * sinTo * cosFrom - across * cosTo * sinFrom;
  const d = along * sinTo * sinFrom + across * cosTo * cosFrom;
  const turn = Math.atan2(c, a);
  return {
    query: from,
    candidate: to,
    similarity,
    mirrored,
    rotation: turn < 0 ? turn + 2 * Math.PI : turn,
    growth: Math.log2(ratio),
    a,
    b,
    c,
    d,
  };
}
