import {
  type AuditEvent,
  type AuditLog,
  type CheckDecision,
  type DecisionStore,
  type SaltStore,
  RegistryError,
} from '#libs/registry';

/** Decisions in memory, with the salts of their reasons. */
export interface FakeDecisions extends DecisionStore {
  readonly salts: Pick<SaltStore, 'find'>;
}

/** Behaves as the store in PostgreSQL does. */
export function createFakeDecisions(log: AuditLog): FakeDecisions {
  const salts = new Map<string, string>();
  const made = new Map<string, readonly CheckDecision[]>();
  const of = (checkId: string) => made.get(checkId) ?? [];
  /** Both or nothing, and nobody between. */
  const keep = async (checkId: string, decisions: readonly CheckDecision[], entry: AuditEvent) => {
    const before = of(checkId);
    made.set(checkId, decisions);
    await log.append(entry).catch((error: unknown) => {
      made.set(checkId, before);
      throw error;
    });
  };
  return {
    salts: { find: async (about, of) => salts.get(`${about} ${of}`) ?? null },
    ofCheck: async (checkId) => [...of(checkId)],
    async insert(decision, entry, kept) {
      const before = of(decision.checkId);
      if ((before.at(-1)?.decisionId ?? null) !== decision.supersedes)
        throw new RegistryError('CONFLICT', 'supersedes', 'is not the latest', 'read them again');
      if (before.length >= 200) throw new RegistryError('TOO_MANY', 'checkId', 'has 200', 'check again');
      await keep(decision.checkId, [...before, decision], entry);
      salts.set(`${kept.about} ${kept.of}`, kept.salt);
    },
    async confirm(decision, entry) {
      const before = of(decision.checkId);
      const latest = before.at(-1);
      if (latest?.decisionId !== decision.decisionId || latest.inForce)
        throw new RegistryError('CONFLICT', 'decisionId', 'is not the latest', 'read them again');
      await keep(decision.checkId, [...before.slice(0, -1), decision], entry);
    },
  };
}
