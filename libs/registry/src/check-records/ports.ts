import type { Check } from '../duplicate-check/check.js';

/** A check without the signed statements it was judged from. */
export type CheckReport = Omit<Check, 'evidence'>;

/** One line of the list of checks. */
export interface CheckSummary extends Pick<
  Check,
  'checkId' | 'askedAt' | 'finishedAt' | 'verdict' | 'complete' | 'picture'
> {
  /** User name of whoever asked. */
  readonly askedBy: string;
}

/** Copies of what was checked, so that a report can show what was examined. They are the asker's own, and never travel. */
export interface CheckedPictures {
  /** Never throws: a picture that could not be kept is missing from the report, and no check fails for it. */
  keep(pictureDigest: string, picture: Uint8Array): Promise<void>;
}

/** The checks that one province node has made, with their evidence; none is ever changed or removed. */
export interface CheckStore {
  /** @param askedBy user or program name */
  save(check: Check, askedBy: string): Promise<void>;
  find(checkId: string): Promise<Check | undefined>;
  /**
   * Newest first.
   * @param limit 1 to 200
   * @param after the last check id of the page before; an unknown one gives an empty page
   */
  list(limit: number, after?: string): Promise<CheckSummary[]>;
}
