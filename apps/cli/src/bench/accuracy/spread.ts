/** How long something takes, milliseconds. */
export interface Spread {
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Median and 95th percentile of times in milliseconds; 0 of none. */
export function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1));
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}
