import type { RegistryReader } from '../registration/ports.js';
import type { Registration, RegistrationState } from '../registration/registration.js';
import type { Worklist, WorklistFilter } from './ports.js';
import { noSuchItem } from './work-on-item.js';
import { worklistStateOf, type WorklistItem, type WorklistState } from './worklist-item.js';

/** Registrations that are looked up at once. */
const PAGE = 100;

/** What a worklist is read from. */
export interface WorklistReading {
  readonly province: string;
  readonly worklist: Pick<Worklist, 'find' | 'list' | 'counts'>;
  readonly registry: Pick<RegistryReader, 'findMany'>;
}

/** One of the two registrations as it is shown. */
export interface ItemSide {
  readonly province: string;
  readonly registrationId: string;
  readonly registrationNumber: string | null;
  readonly title: string | null;
  /** Now, of this province's own; null of another's. */
  readonly state: RegistrationState | null;
}

/** An item as it is shown. */
export interface WorklistItemView extends Omit<WorklistItem, 'registrationId' | 'other'> {
  readonly own: ItemSide;
  readonly other: ItemSide;
  readonly state: WorklistState;
}

/** A page of the worklist, and how many items are in each state in all. */
export async function listWorklist(
  reading: WorklistReading,
  filter: WorklistFilter,
): Promise<{ items: WorklistItemView[]; counts: Readonly<Record<WorklistState, number>> }> {
  const [items, counts] = await Promise.all([reading.worklist.list(filter), reading.worklist.counts()]);
  return { items: await views(reading, items), counts };
}

/** @throws RegistryError NOT_FOUND */
export async function readWorklistItem(reading: WorklistReading, itemId: string): Promise<WorklistItemView> {
  const item = await reading.worklist.find(itemId);
  const [shown] = item ? await views(reading, [item]) : [];
  if (shown) return shown;
  throw noSuchItem();
}

async function views(
  { province, registry }: WorklistReading,
  items: readonly WorklistItem[],
): Promise<WorklistItemView[]> {
  const own = items.flatMap(({ registrationId, other }) =>
    other.province === province ? [registrationId, other.registrationId] : [registrationId],
  );
  const ids = [...new Set(own)];
  const known = new Map<string, Registration>();
  for (let from = 0; from < ids.length; from += PAGE)
    for (const one of await registry.findMany(ids.slice(from, from + PAGE)))
      known.set(one.registrationId, one);
  const side = (registrationId: string): ItemSide => {
    const { registrationNumber = null, title = null, state = null } = known.get(registrationId) ?? {};
    return { province, registrationId, registrationNumber, title, state };
  };
  return items.map(({ registrationId, other, ...item }) => ({
    ...item,
    own: side(registrationId),
    other: other.province === province ? side(other.registrationId) : { ...other, state: null },
    state: worklistStateOf(item.steps),
  }));
}
