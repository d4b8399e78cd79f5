/** The upper 95% quantile of the standard normal distribution, one-sided. */
const Z95 = 1.6448536269514722;
const CHANCE = 0.05;
const HALVINGS = 60;

/**
 * Upper bound, at 95%, of the probability of something that happened `hits` times in `of` trials (Clopper and Pearson, one-sided):
 * the largest probability with which no more than that would still happen in 5 of 100 cases.
 * @param hits 0 to `of`
 */
export function upperBound(hits: number, of: number): number {
  if (hits >= of) return 1;
  let [low, high] = [hits / of, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (atMost(hits, of, middle) > CHANCE) low = middle;
    else high = middle;
  }
  return high;
}

/** Lower 95% quantile of the chi-squared distribution over its degrees of freedom, by Wilson and Hilferty; good to 1% from 10 degrees on. */
export function lowerChiSquaredShare(degrees: number): number {
  const part = 2 / (9 * degrees);
  return Math.max(0, 1 - part - Z95 * Math.sqrt(part)) ** 3;
}

/** The probability of at most `hits` in `of` trials. */
function atMost(hits: number, of: number, probability: number): number {
  let term = of * Math.log1p(-probability);
  let sum = Math.exp(term);
  const odds = Math.log(probability) - Math.log1p(-probability);
  for (let k = 1; k <= hits; k++) {
    term += Math.log((of - k + 1) / k) + odds;
    sum += Math.exp(term);
  }
  return sum;
}
