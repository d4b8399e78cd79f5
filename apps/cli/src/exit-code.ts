import { type Verdict } from '#libs/registry';

/** How `weft check` ends: 0 only when all is clear. */
export type ExitCode = 0 | 1 | 10 | 11 | 20;

const BY_VERDICT: Readonly<Record<Verdict, ExitCode>> = {
  CLEAR: 0,
  DUPLICATE: 10,
  SUSPECTED: 11,
  INCOMPLETE: 20,
};

const GRAVEST_FIRST: readonly ExitCode[] = [1, 10, 11, 20, 0];

/** The exit code of one verdict. */
export function exitCodeOf(verdict: Verdict): ExitCode {
  return BY_VERDICT[verdict];
}

/** Of several pictures the gravest: error, duplicate, suspected, incomplete, clear; an error if there is none at all. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return GRAVEST_FIRST.find((code) => codes.includes(code)) ?? 1;
}
