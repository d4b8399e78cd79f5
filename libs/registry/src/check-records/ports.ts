import type { Check } from '../duplicate-check/check.js';
import type { FingerprintedPicture } from '../registration/ports.js';

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

/** What comes after a check. */
export interface CheckSequel {
  /** Whether it is incomplete and will be asked again as soon as those who did not answer are back. */
  readonly waits: boolean;
  readonly supersededBy: string | null;
}

/** An incomplete check, and what it takes to ask it again. */
export interface IncompleteCheck {
  readonly checkId: string;
  /** User name of whoever asked. */
  readonly askedBy: string;
  readonly fingerprinted: FingerprintedPicture;
  /** How often it was asked again without more answers. */
  readonly attempts: number;
  /** When the first check was asked; RFC 3339. */
  readonly since: string;
}

/** The incomplete checks of a node that wait to be asked again. */
export interface IncompleteChecks {
  /** Those whose time has come, the one that waits longest first. @param limit 1 to 100 */
  due(limit: number, now: Date): Promise<IncompleteCheck[]>;
  /** It was asked again, and came to no more. @param nextAt when to ask once more; null for never: then its fingerprint is removed */
  postpone(checkId: string, nextAt: Date | null): Promise<void>;
}

/** Copies of what was checked, so that a report can show what was examined. They are the asker's own, and never travel. */
export interface CheckedPictures {
  /** Never throws: a picture that could not be kept is missing from the report, and no check fails for it. */
  keep(pictureDigest: string, picture: Uint8Array): Promise<void>;
}

/** The checks that one province node has made, with their evidence; none is ever changed or removed. */
export interface CheckStore {
  /**
   * Keeps a check, and while it is incomplete its fingerprint, to be asked again. What waited for the check that it supersedes waits
   * no longer, and a batch shows it in that one's place.
   * @param askedBy user or program name
   */
  save(check: Check, askedBy: string, fingerprinted: FingerprintedPicture): Promise<void>;
  find(checkId: string): Promise<Check | undefined>;
  /** Whether an incomplete check waits to be asked again, and the check that took its place. */
  sequel(checkId: string): Promise<CheckSequel>;
  /**
   * Newest first.
   * @param limit 1 to 200
   * @param after the last check id of the page before; an unknown one gives an empty page
   */
  list(limit: number, after?: string): Promise<CheckSummary[]>;
  /** The checks of an application, newest first. @param limit 1 to 200 */
  ofRegistration(registrationId: string, limit: number): Promise<CheckSummary[]>;
}
