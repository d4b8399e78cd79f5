import { RegistryError, type Check } from '#libs/registry';
import { ANSWERED } from './samples.js';

/** ANSWERED, or the outcomes that stood in the way: "PARTIAL", "REFUSED TIMEOUT". */
export function codeOf({ complete, coverage, coordinator }: Check): string {
  if (complete) return ANSWERED;
  if (coordinator === 'UNREACHABLE') return `NOT_ASKED (${coverage[0]?.detail ?? ''})`;
  const others = new Set(coverage.map(({ outcome }) => outcome).filter((outcome) => outcome !== ANSWERED));
  if (others.size === 0) return `coordinator ${coordinator}`;
  return [...others].sort().join(' ');
}

/** The code of what was thrown in place of an outcome. */
export function errorCodeOf(error: unknown): string {
  if (error instanceof RegistryError) return `error ${error.code}`;
  return `error ${error instanceof Error ? error.name : 'unknown'}`;
}

/** Whether a check says CLEAR although a member has not searched all that it held, `patterns` or more. */
export function isFalseClear({ verdict, coverage }: Check, patterns: number): boolean {
  const whole = coverage.every(
    ({ outcome, searched, declared }) =>
      outcome === ANSWERED && searched === declared && (searched ?? 0) >= patterns,
  );
  return verdict === 'CLEAR' && !whole;
}
