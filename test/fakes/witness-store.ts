import type { Equivocation, KeptEquivocation, WitnessedHead, WitnessStore } from '#libs/federation-log';

/** What a witness remembers, in memory. */
export function createFakeWitnessStore(): WitnessStore {
  const heads = new Map<string, { head: WitnessedHead; at: string }>();
  const kept: KeptEquivocation[] = [];
  const isSame = (a: Equivocation, b: Equivocation) => JSON.stringify(a) === JSON.stringify(b);
  return {
    head: async (origin) => heads.get(origin)?.head ?? null,
    async replace(origin, previous, next, at) {
      const stored = heads.get(origin)?.head ?? null;
      if (stored?.size !== previous?.size || hex(stored) !== hex(previous)) return false;
      if (stored && (next.size < stored.size || (next.size === stored.size && hex(next) !== hex(stored)))) {
        throw new Error('a witnessed log only grows');
      }
      heads.set(origin, { head: next, at });
      return true;
    },
    async keep(equivocation, seenAt) {
      if (kept.some((one) => isSame(one.equivocation, equivocation))) return false;
      kept.unshift({ equivocation, seenAt });
      return true;
    },
    logs: async () =>
      [...heads]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([origin, { head, at }]) => ({ origin, size: head.size, cosignedAt: at })),
    async equivocations(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new RangeError(`limit: ${limit}`);
      return kept.slice(0, limit);
    },
  };
}

function hex(head: WitnessedHead | null): string {
  return Buffer.from(head?.root ?? []).toString('hex');
}
