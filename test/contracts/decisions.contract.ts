import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent, CheckDecision, DecisionStore, SaltStore } from '#libs/registry';

/** Decisions under test, on a check that is there. */
export interface DecisionsUnderTest {
  readonly decisions: DecisionStore;
  readonly salts: Pick<SaltStore, 'find'>;
  readonly checkId: string;
  /** Types of the entries in the log, in order. */
  logged(): Promise<string[]>;
  close(): Promise<void>;
}

/** What every store of decisions does. */
export function describeDecisions(name: string, open: () => Promise<DecisionsUnderTest>): void {
  describe(`decisions ${name}`, () => {
    let on: DecisionsUnderTest;
    beforeEach(async () => {
      on = await open();
    });
    afterEach(() => on.close());

    const made = (change: Partial<CheckDecision> = {}): CheckDecision => ({
      decisionId: randomUUID(),
      checkId: on.checkId,
      registrationId: randomUUID(),
      kind: 'derivative',
      reason: '在先作品的演绎 "x" \\ 𠮷',
      decidedBy: 'li',
      decidedAt: '2026-03-05T12:00:00.123Z',
      confirmedBy: null,
      confirmedAt: null,
      inForce: true,
      supersedes: null,
      ...change,
    });
    const entry = (type: 'decision.made' | 'decision.proposed' = 'decision.made'): AuditEvent => ({
      type,
      outcome: 'success',
      actor: { kind: 'person', name: 'li' },
      at: '2026-03-05T12:00:00.123Z',
      subject: on.checkId,
      details: {
        decisionId: randomUUID(),
        decision: 'derivative',
        decidedBy: 'li',
        registrationId: null,
        supersedes: null,
        verdict: 'SUSPECTED',
      },
    });

    const salt = '5a'.repeat(32);
    const keep = (decision: CheckDecision, said = entry()) =>
      on.decisions.insert(decision, said, { about: decision.decisionId, of: 'reason', salt });

    it('keeps them in their order, with their entries and their salts', async () => {
      const first = made();
      const second = made({ supersedes: first.decisionId, registrationId: null });
      await keep(first, entry());
      await keep(second, entry());
      expect(await on.decisions.ofCheck(on.checkId)).toEqual([first, second]);
      expect(await on.decisions.ofCheck(randomUUID())).toEqual([]);
      for (const { decisionId } of [first, second])
        expect(await on.salts.find(decisionId, 'reason')).toBe(salt);
      expect(await on.logged()).toEqual(['decision.made', 'decision.made']);
    });

    it('refuses one that has not seen the latest, and writes no entry of it', async () => {
      const first = made();
      await expect(keep(made({ supersedes: randomUUID() }))).rejects.toMatchObject({
        code: 'CONFLICT',
        field: 'supersedes',
      });
      await keep(first, entry());
      await expect(keep(made(), entry())).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await on.decisions.ofCheck(on.checkId)).toEqual([first]);
      expect(await on.logged()).toEqual(['decision.made']);
    });

    it('of many at once keeps one', async () => {
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => keep(made(), entry())));
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await on.logged()).toEqual(['decision.made']);
    });

    it('confirms the latest, once', async () => {
      const waiting = made({ inForce: false });
      const confirmed = {
        ...waiting,
        inForce: true,
        confirmedBy: 'wang',
        confirmedAt: '2026-03-05T13:00:00.000Z',
      };
      await keep(waiting, entry('decision.proposed'));
      await on.decisions.confirm(confirmed, entry());
      expect(await on.decisions.ofCheck(on.checkId)).toEqual([confirmed]);
      const again = on.decisions.confirm(confirmed, entry());
      await expect(again).rejects.toMatchObject({ code: 'CONFLICT', field: 'decisionId' });
      expect(await on.logged()).toEqual(['decision.proposed', 'decision.made']);
    });

    it('writes neither if the entry cannot be written', async () => {
      const at = { ...entry(), at: 'never' };
      const decision = made();
      await expect(keep(decision, at)).rejects.toThrow();
      expect(await on.salts.find(decision.decisionId, 'reason')).toBeNull();
      expect(await on.decisions.ofCheck(on.checkId)).toEqual([]);
      expect(await on.logged()).toEqual([]);
    });
  });
}
