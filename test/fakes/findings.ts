import type { AuditEvent, Delivery, DueDelivery, FindingStore, KeptFinding, KeptStep } from '#libs/registry';

/** Findings in memory, with their entries of the log and what is to be delivered. */
export interface FakeFindings extends FindingStore {
  readonly entries: readonly AuditEvent[];
  /** What `weft erase` does to the reasons of a finding. */
  eraseReasons(findingId: string): void;
}

/** @param province whose they are */
export function createFakeFindings(province: string): FakeFindings {
  const kept = new Map<string, KeptStep>();
  const bundles = new Map<string, Uint8Array>();
  const deliveries = new Map<string, Delivery & { readonly to: string; readonly step: KeptStep }>();
  const entries: AuditEvent[] = [];
  const stepsOf = (findingId: string): KeptStep[] =>
    [...kept.values()].filter(({ statement }) => statement.findingId === findingId);
  const change = (digest: string, to: Partial<Delivery>): void => {
    const one = deliveries.get(digest);
    if (one?.state === 'waiting') deliveries.set(digest, { ...one, ...to });
  };
  const told = (findingId: string): KeptFinding => ({
    findingId,
    steps: stepsOf(findingId),
    deliveries: new Map(
      [...deliveries]
        .filter(([, { step }]) => step.statement.findingId === findingId)
        .map(([digest, { to: _, step: __, ...delivery }]) => [digest, delivery]),
    ),
  });
  return {
    entries,
    eraseReasons(findingId) {
      for (const step of stepsOf(findingId)) kept.set(step.digest, { ...step, said: null });
    },
    find: async (findingId) => (stepsOf(findingId).length > 0 ? told(findingId) : undefined),
    async list({ direction, checkId, limit, after }) {
      const sent = [...kept.values()].filter(({ statement }) => statement.step === 'sent');
      const ids = [...new Set(sent.map(({ statement }) => statement.findingId))].reverse();
      const from = after === undefined ? 0 : ids.indexOf(after) + 1;
      if (after !== undefined && from === 0) return [];
      return ids
        .slice(from)
        .map(told)
        .filter(({ steps }) =>
          steps.some(
            ({ statement }) =>
              statement.step === 'sent' &&
              (statement.from === province) === (direction === 'sent') &&
              (checkId === undefined || statement.checkId === checkId),
          ),
        )
        .slice(0, limit);
    },
    evidenceOf: async (findingId) => bundles.get(findingId),
    async openFrom(sender) {
      const sent = [...kept.values()].filter(
        ({ statement, signer }) => statement.step === 'sent' && signer === sender,
      );
      return sent.filter(({ statement }) =>
        stepsOf(statement.findingId).every((one) => !['upheld', 'rejected'].includes(one.statement.step)),
      ).length;
    },
    async keep(step, { entry, evidence, deliverTo, mayKeep }) {
      if (kept.has(step.digest)) return false;
      const { findingId } = step.statement;
      mayKeep(stepsOf(findingId));
      kept.set(step.digest, step);
      if (evidence && !bundles.has(findingId)) bundles.set(findingId, evidence);
      entries.push(entry);
      const delivery = { state: 'waiting', attempts: 0, nextAt: entry.at, problem: '' } as const;
      if (deliverTo !== null) deliveries.set(step.digest, { ...delivery, to: deliverTo, step });
      return true;
    },
    async due(limit, now) {
      return [...deliveries.values()]
        .filter(({ nextAt }) => nextAt !== null && nextAt <= now.toISOString())
        .slice(0, limit)
        .map(({ step, to, attempts }): DueDelivery => {
          const { findingId, step: name } = step.statement;
          return {
            step: kept.get(step.digest) ?? step,
            to,
            attempts,
            evidence: name === 'sent' ? (bundles.get(findingId) ?? null) : null,
          };
        });
    },
    async settle(digest, problem, entry) {
      if (deliveries.get(digest)?.state !== 'waiting') return;
      const state = problem === null ? 'delivered' : 'refused';
      change(digest, { state, nextAt: null, problem: problem ?? '' });
      entries.push(entry);
    },
    async postpone(digest, problem, nextAt) {
      const attempts = (deliveries.get(digest)?.attempts ?? 0) + 1;
      const state = nextAt === null ? 'given-up' : 'waiting';
      change(digest, { state, attempts, problem, nextAt: nextAt?.toISOString() ?? null });
    },
    async hasten(findingId, now) {
      for (const [digest, one] of deliveries)
        if (one.step.statement.findingId === findingId && ['waiting', 'given-up'].includes(one.state))
          deliveries.set(digest, { ...one, state: 'waiting', nextAt: now.toISOString() });
    },
  };
}
