import {
  type AuditEvent,
  type AuditLog,
  MOST_WORKLIST_STEPS,
  noSuchItem,
  RegistryError,
  type SaltStore,
  type Worklist,
  type WorklistItem,
  worklistStateOf,
} from '#libs/registry';

/** A worklist in memory, with the salts of what its entries commit to. */
export interface FakeWorklist extends Worklist {
  readonly salts: Pick<SaltStore, 'find'>;
}

/** Behaves as the one in PostgreSQL does. */
export function createFakeWorklist(log: AuditLog): FakeWorklist {
  let kept = new Map<string, WorklistItem>();
  const salts = new Map<string, string>();
  /** Both or nothing. */
  const keep = async (items: readonly WorklistItem[], entry: AuditEvent): Promise<void> => {
    const before = kept;
    kept = new Map([...before, ...items.map((item) => [item.itemId, item] as const)]);
    await log.append(entry).catch((error: unknown) => {
      kept = before;
      throw error;
    });
  };
  const stateOf = ({ steps }: WorklistItem) => worklistStateOf(steps);
  return {
    salts: { find: async (about, of) => salts.get(`${about} ${of}`) ?? null },
    find: async (itemId) => kept.get(itemId),
    async list({ state, limit, after }) {
      const all = [...kept.values()].sort((a, b) => b.score - a.score || (a.itemId < b.itemId ? -1 : 1));
      const from = after === undefined ? 0 : all.findIndex(({ itemId }) => itemId === after) + 1;
      if (after !== undefined && from === 0) return [];
      return all
        .slice(from)
        .filter((item) => state === undefined || stateOf(item) === state)
        .slice(0, limit);
    },
    async counts() {
      const of = (state: string) => [...kept.values()].filter((item) => stateOf(item) === state).length;
      return { open: of('open'), taken: of('taken'), closed: of('closed') };
    },
    async fill(items, entry) {
      const fresh = items.filter(({ itemId }) => !kept.has(itemId));
      await keep(
        fresh.map((item) => ({ ...item, steps: [] })),
        entry(fresh.length),
      );
      return fresh.length;
    },
    async add(itemId, before, step, { entry, salt }) {
      const item = kept.get(itemId);
      if (!item) throw noSuchItem();
      if ((item.steps.at(-1)?.stepId ?? null) !== before)
        throw new RegistryError('CONFLICT', 'before', 'is not the latest step', 'read the item again');
      if (item.steps.length >= MOST_WORKLIST_STEPS)
        throw new RegistryError('TOO_MANY', 'itemId', 'has them all', 'settle it elsewhere');
      await keep([{ ...item, steps: [...item.steps, step] }], entry);
      if (salt) salts.set(`${salt.about} ${salt.of}`, salt.salt);
    },
  };
}
