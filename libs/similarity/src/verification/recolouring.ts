import type { LocalFeatures } from '#libs/registry';

const CHANNELS = 3;
/** Fewest pairs of places that tell anything about colours. */
const LEAST_PAIRS = 8;
/** Gains of a channel that light, camera or scanner explain. */
const GAINS = [0.65, 1.5] as const;
/** Median distance of colours, sRGB levels, beyond which they are others. */
const MOST_DISTANCE = 36;

/** Whether matched places have other colours on the two sides, other light put aside: a gain for each channel. */
export function isRecoloured(
  query: LocalFeatures,
  candidate: LocalFeatures,
  pairs: readonly { readonly query: number; readonly candidate: number }[],
): boolean {
  if (pairs.length < LEAST_PAIRS) return false;
  const gains = Array.from({ length: CHANNELS }, (_, channel) => {
    const ratio = median(
      pairs.map(
        (pair) =>
          (candidate.colours[pair.candidate * CHANNELS + channel]! + 16) /
          (query.colours[pair.query * CHANNELS + channel]! + 16),
      ),
    );
    return Math.max(GAINS[0], Math.min(GAINS[1], ratio));
  });
  const distances = pairs.map((pair) =>
    Math.sqrt(
      gains.reduce(
        (sum, gain, channel) =>
          sum +
          (gain * query.colours[pair.query * CHANNELS + channel]! -
            candidate.colours[pair.candidate * CHANNELS + channel]!) **
            2,
        0,
      ),
    ),
  );
  return median(distances) > MOST_DISTANCE;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? 0;
}
