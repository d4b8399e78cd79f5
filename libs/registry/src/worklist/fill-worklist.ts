import type { Actor } from '../audit.js';
import { describeTransform, type InBothLanguages } from '../duplicate-check/describe-transform.js';
import type { Clock, Digest } from '../duplicate-check/ports.js';
import type { DuplicatePair } from '../self-comparison/compare-registry.js';
import type { FoundItem, Worklist } from './ports.js';
import { worklistItemIdOf } from './worklist-item.js';

/** What a worklist is filled with. */
export interface FillingDesk {
  readonly province: string;
  readonly worklist: Pick<Worklist, 'fill'>;
  readonly clock: Clock;
  readonly digest: Digest;
  /** The program that compared. */
  readonly actor: Actor;
}

/** A registration of another province that a check of one of this province's found. */
export interface FoundElsewhere {
  readonly registrationId: string;
  readonly checkId: string;
  readonly province: string;
  readonly otherId: string;
  readonly otherNumber: string | null;
  readonly otherTitle: string | null;
  readonly score: number;
  readonly transform: InBothLanguages | null;
}

/** How many of what was found were new to the worklist. */
export interface FilledWorklist {
  readonly found: number;
  readonly added: number;
}

/** Puts the pairs of a registry compared with itself on its worklist; those that are on it already, closed or not, stay as they are. */
export function fillWithPairs(desk: FillingDesk, pairs: readonly DuplicatePair[]): Promise<FilledWorklist> {
  const { province } = desk;
  const found = pairs.map(({ first, second, query, score, transform }) => {
    const [one, other] = query === 'first' ? [first, second] : [second, first];
    return {
      registrationId: one,
      other: { province, registrationId: other, registrationNumber: null, title: null },
      score,
      transform: transform && describeTransform(transform),
      checkId: null,
    };
  });
  return fill(desk, 'registry', found);
}

/** Puts what was found in other provinces on the worklist, as above. */
export function fillWithFoundElsewhere(
  desk: FillingDesk,
  elsewhere: readonly FoundElsewhere[],
): Promise<FilledWorklist> {
  const found = elsewhere.map(
    ({ registrationId, province, otherId, otherNumber, otherTitle, score, transform, checkId }) => ({
      registrationId,
      other: { province, registrationId: otherId, registrationNumber: otherNumber, title: otherTitle },
      ...{ score, transform, checkId },
    }),
  );
  return fill(desk, 'federation', found);
}

async function fill(
  { province, worklist, clock, digest, actor }: FillingDesk,
  comparedWith: 'registry' | 'federation',
  found: readonly Omit<FoundItem, 'itemId' | 'foundAt'>[],
): Promise<FilledWorklist> {
  const at = clock.now().toISOString();
  // The same two found by two checks are one item, of the first.
  const items = new Map<string, FoundItem>();
  for (const one of found) {
    const itemId = worklistItemIdOf(digest, province, one);
    if (!items.has(itemId)) items.set(itemId, { itemId, foundAt: at, ...one });
  }
  const added = await worklist.fill([...items.values()], (count) => ({
    ...{ type: 'worklist.filled', outcome: 'success', actor, at, subject: null },
    details: { comparedWith, found: items.size, added: count },
  }));
  return { found: items.size, added };
}
