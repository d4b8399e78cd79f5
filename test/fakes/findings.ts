import type { AuditEvent, DueDelivery, FindingStore, KeptStep } from '#libs/registry';

/** Findings in memory, with their entries of the log and what is to be delivered. */
export interface FakeFindings extends FindingStore {
  readonly entries: readonly AuditEvent[];
}

export function createFakeFindings(): FakeFindings {
  const kept = new Map<string, KeptStep>();
  const deliveries = new Map<string, DueDelivery & { nextAt: number }>();
  const entries: AuditEvent[] = [];
  const ofFinding = (findingId: string): KeptStep[] =>
    [...kept.values()].filter(({ statement }) => statement.findingId === findingId);
  return {
    entries,
    ofFinding: async (findingId) => ofFinding(findingId),
    async keep(step, { entry, evidence, deliverTo, mayKeep }) {
      if (kept.has(step.digest)) return false;
      mayKeep(ofFinding(step.statement.findingId));
      kept.set(step.digest, step);
      entries.push(entry);
      if (deliverTo !== null)
        deliveries.set(step.digest, { step, to: deliverTo, evidence, attempts: 0, nextAt: 0 });
      return true;
    },
    async due(limit, now) {
      return [...deliveries.values()]
        .filter(({ nextAt }) => nextAt <= now.getTime())
        .slice(0, limit)
        .map(({ nextAt: _, ...delivery }) => delivery);
    },
    delivered: async (digest) => void deliveries.delete(digest),
    async postpone(digest, nextAt) {
      const delivery = deliveries.get(digest);
      if (!delivery) return;
      const attempts = delivery.attempts + 1;
      deliveries.set(digest, { ...delivery, attempts, nextAt: nextAt.getTime() });
    },
  };
}
