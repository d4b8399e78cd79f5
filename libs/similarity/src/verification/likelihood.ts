import type { PairEvidence } from './pair-match.js';

/** Weights of a logistic regression over pairs of drawn and openly licensed patterns (libs/fingerprint/training/README.md). */
const WEIGHTS = {
  constant: -4.347,
  cosine: 3.152,
  agreement: 1.804,
  agreements: 0.749,
  cells: 2.393,
  silent: 1.765,
} as const;
/** Spreads the odds so that scores that matter lie apart: most strong copies would come within a thousandth of 1. */
const [MIDDLE, SPREAD] = [3, 2];
/** With fewer features than this on one side, that none agree says little. */
const ENOUGH_FEATURES = 80;
/** Correlation that unrelated repeat units have by chance. */
const CELLS_BY_CHANCE = 0.5;

/**
 * How strongly a pair's evidence says that one is a copy of the other, 0 to 1; rises with each kind of evidence. What a score means is
 * for a calibration to say.
 */
export function likelihood(evidence: PairEvidence): number {
  const { cosine, agreement, agreements, density, cells, features } = evidence;
  const silent = Math.max(0, 1 - features / ENOUGH_FEATURES) * Math.max(0, cosine);
  const sum =
    WEIGHTS.constant +
    WEIGHTS.cosine * cosine +
    WEIGHTS.agreement * Math.log1p(agreement * density) +
    WEIGHTS.agreements * Math.log1p(agreements) +
    WEIGHTS.cells * Math.max(0, cells - CELLS_BY_CHANCE) +
    WEIGHTS.silent * silent;
  return 1 / (1 + Math.exp((MIDDLE - sum) / SPREAD));
}
