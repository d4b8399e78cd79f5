/** What became of one piece of work. */
export interface Sample {
  readonly kind: 'check' | 'batch' | 'import';
  /** ANSWERED by all members in full; otherwise what stood in its way. */
  readonly code: string;
  /** From its arrival to its end. */
  readonly ms: number;
}

/** Milliseconds of a number of samples. */
export interface SampleTimes {
  readonly count: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
}

/** The code of what went well. */
export const ANSWERED = 'ANSWERED';

/** Times of the samples by kind and code, the most frequent first: "check ANSWERED". */
export function timesByCode(samples: readonly Sample[]): Record<string, SampleTimes> {
  const groups = new Map<string, number[]>();
  for (const { kind, code, ms } of samples) {
    const key = `${kind} ${code}`;
    groups.set(key, [...(groups.get(key) ?? []), ms]);
  }
  const byCount = [...groups].sort(([, a], [, b]) => b.length - a.length);
  return Object.fromEntries(byCount.map(([key, times]) => [key, timesOf(times)]));
}

/** @param times milliseconds, in any order */
export function timesOf(times: readonly number[]): SampleTimes {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { count: times.length, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
}
