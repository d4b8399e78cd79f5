import {
  type AuditLog,
  type MarketFinding,
  type MarketFindingStore,
  marketStateOf,
  MOST_MARKET_STEPS,
  noSuchMarketFinding,
  RegistryError,
  type SaltStore,
} from '#libs/registry';

/** Market findings in memory, with the salts of what their entries commit to. */
export interface FakeMarketFindings extends MarketFindingStore {
  readonly salts: Pick<SaltStore, 'find'>;
}

/** Behaves as the store in PostgreSQL does. */
export function createFakeMarketFindings(log: AuditLog): FakeMarketFindings {
  const kept = new Map<string, MarketFinding>();
  const bundles = new Map<string, Uint8Array>();
  const salts = new Map<string, string>();
  const keep = async (
    finding: MarketFinding,
    { entry, salt, evidence }: Parameters<MarketFindingStore['open']>[1],
  ): Promise<void> => {
    const before = kept.get(finding.findingId);
    kept.set(finding.findingId, finding);
    await log.append(entry).catch((error: unknown) => {
      if (before) kept.set(finding.findingId, before);
      else kept.delete(finding.findingId);
      throw error;
    });
    salts.set(`${salt.about} ${salt.of}`, salt.salt);
    if (evidence) bundles.set(`${finding.findingId} ${salt.about}`, evidence);
  };
  return {
    salts: { find: async (about, of) => salts.get(`${about} ${of}`) ?? null },
    find: async (findingId) => kept.get(findingId),
    async list({ state, checkId, limit, after }) {
      const all = [...kept.values()].reverse();
      const from = after === undefined ? 0 : all.findIndex(({ findingId }) => findingId === after) + 1;
      if (after !== undefined && from === 0) return [];
      return all
        .slice(from)
        .filter((one) => state === undefined || marketStateOf(one.steps) === state)
        .filter((one) => checkId === undefined || one.checkId === checkId)
        .slice(0, limit);
    },
    evidenceOf: async (findingId, stepId) => bundles.get(`${findingId} ${stepId}`),
    async open(finding, terms) {
      const { checkId, registrationId } = finding;
      const twice = [...kept.values()].some(
        (one) => one.checkId === checkId && one.registrationId === registrationId,
      );
      if (twice) throw new RegistryError('CONFLICT', 'registrationId', 'has been noted', 'see the list');
      await keep(finding, terms);
    },
    async add(findingId, before, step, terms) {
      const finding = kept.get(findingId);
      if (!finding) throw noSuchMarketFinding();
      if (finding.steps.at(-1)?.stepId !== before)
        throw new RegistryError('CONFLICT', 'before', 'is not the latest step', 'read the finding again');
      if (finding.steps.length >= MOST_MARKET_STEPS)
        throw new RegistryError('TOO_MANY', 'findingId', 'has them all', 'check the sample again');
      await keep({ ...finding, steps: [...finding.steps, step] }, terms);
    },
  };
}
