import type { Digest } from '../duplicate-check/ports.js';
import type { InBothLanguages } from '../duplicate-check/describe-transform.js';
import { uuidOf } from '../uuid-of.js';

/** "open" until an examiner takes it, "taken" while one works on it, "closed" with a result. */
export const WORKLIST_STATES = ['open', 'taken', 'closed'] as const;
/** What an examiner came to: the same work, no duplicate, or the other province was sent a finding. */
export const WORKLIST_RESULTS = ['same-work', 'not-a-duplicate', 'finding-sent'] as const;

export type WorklistState = (typeof WORKLIST_STATES)[number];
export type WorklistResult = (typeof WORKLIST_RESULTS)[number];

/** One step of the work on an item. */
export interface WorklistStep {
  readonly stepId: string;
  /** "released" gives it back to everybody. A closed item is taken again where it was closed wrongly. */
  readonly step: 'taken' | 'released' | 'closed';
  /** User name. */
  readonly by: string;
  /** RFC 3339 with milliseconds. */
  readonly at: string;
  /** Of "closed"; null with every other step, as the two below. */
  readonly result: WorklistResult | null;
  /** 1 to 1,000 characters; kept here, and committed to in the log. */
  readonly reason: string | null;
  /** The finding between provinces that was sent. */
  readonly findingId: string | null;
}

/** Two registrations that a comparison of whole registries found alike, for an examiner to look at. */
export interface WorklistItem {
  /** Of the two registrations: the same two are one item, however often they are found. */
  readonly itemId: string;
  /** Of this province. */
  readonly registrationId: string;
  /** The other one, of this province too or of another. */
  readonly other: {
    readonly province: string;
    readonly registrationId: string;
    /** As that province told it when it was found; null of this province's own, which are looked up. */
    readonly registrationNumber: string | null;
    readonly title: string | null;
  };
  /** Verified score, or cosine where it was not verified. */
  readonly score: number;
  /** How the first one's picture lies on the other's; null where both are one picture, or it is not known. */
  readonly transform: InBothLanguages | null;
  /** The check that found it; null where the registry was compared with itself. */
  readonly checkId: string | null;
  readonly foundAt: string;
  /** In the order in which they were taken; at most MOST_WORKLIST_STEPS. */
  readonly steps: readonly WorklistStep[];
}

/** Most steps of one item. */
export const MOST_WORKLIST_STEPS = 64;

/** Where an item stands after its steps. */
export function worklistStateOf(steps: readonly WorklistStep[]): WorklistState {
  const last = steps.at(-1)?.step ?? 'released';
  return last === 'released' ? 'open' : last;
}

/** The id of an item (a UUID of version 8), of its two registrations in either order. @param province whose worklist it is */
export function worklistItemIdOf(
  digest: Digest,
  province: string,
  { registrationId, other }: Pick<WorklistItem, 'registrationId' | 'other'>,
): string {
  const two = [`${province} ${registrationId}`, `${other.province} ${other.registrationId}`].sort();
  return uuidOf(digest, `weft.worklist.v1 ${two.join(' ')}`);
}
