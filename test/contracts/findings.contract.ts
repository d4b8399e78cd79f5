import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent, FindingStore, KeptStep } from '#libs/registry';

/** A store of findings under test, empty. */
export interface FindingsUnderTest {
  readonly findings: FindingStore;
  /** The same store after a restart. */
  reopen(): FindingStore;
  /** Types of the entries in the log, in order. */
  logged(): Promise<string[]>;
  close(): Promise<void>;
}

const AT = '2026-03-05T12:00:00.000Z';
const EVIDENCE = Buffer.from('{"kind":"weft.evidence.v1"}\n');
const hash = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** @param reason in the statement itself, as before there were commitments; `said` beside it */
function stepOf(findingId: string, reason = '镜像 "x" \\ 𠮷', said: KeptStep['said'] = null): KeptStep {
  const statement = {
    kind: 'weft.finding.v1',
    findingId,
    from: 'zhejiang',
    to: 'guangdong',
    at: AT,
    step: 'sent',
    before: null,
    registrationId: randomUUID(),
    checkId: randomUUID(),
    evidenceDigest: hash(EVIDENCE.toString()),
    reason,
  } as const;
  const jws = `${Buffer.from(JSON.stringify(statement)).toString('base64url')}.signature`;
  return { statement, jws, said, digest: hash(jws), signer: 'zhejiang' };
}

function entryOf(
  { digest, statement }: KeptStep,
  type: 'finding.signed' | 'finding.delivered' = 'finding.signed',
): AuditEvent {
  return {
    type,
    outcome: 'success',
    actor: { kind: 'person', name: 'li' },
    at: AT,
    subject: statement.findingId,
    details: {
      step: 'sent',
      from: 'zhejiang',
      to: 'guangdong',
      statementDigest: digest,
      evidenceDigest: null,
    },
  };
}

/** What every store of findings does. */
export function describeFindings(name: string, open: () => Promise<FindingsUnderTest>): void {
  describe(`findings ${name}`, () => {
    let on: FindingsUnderTest;
    beforeEach(async () => {
      on = await open();
    });
    afterEach(() => on.close());

    const keep = (
      step: KeptStep,
      change: Partial<Parameters<FindingStore['keep']>[1]> = {},
    ): Promise<boolean> =>
      on.findings.keep(step, {
        entry: entryOf(step),
        evidence: EVIDENCE,
        deliverTo: 'guangdong',
        mayKeep: () => undefined,
        ...change,
      });

    it('keep a statement once, with one entry of the log and one delivery, however often it comes', async () => {
      const step = stepOf(randomUUID());
      const kept = await Promise.all([keep(step), keep(step), keep(step)]);
      expect(kept.filter((one) => one)).toHaveLength(1);
      expect((await on.findings.find(step.statement.findingId))?.steps).toEqual([step]);
      expect(await on.logged()).toEqual(['finding.signed']);
      const [due, ...others] = await on.findings.due(10, new Date(AT));
      expect([due?.step, due?.to, due?.attempts, others]).toEqual([step, 'guangdong', 0, []]);
      expect(Buffer.from(due?.evidence ?? [])).toEqual(EVIDENCE);
    });

    it('keep a reason beside the statement that commits to it, as it came first, and give it to be delivered', async () => {
      const said = { reason: '镜像 "x" \\ 𠮷', salt: '5a'.repeat(32) };
      const step = stepOf(randomUUID(), '', said);
      expect([await keep(step), await keep({ ...step, said: null })]).toEqual([true, false]);
      const { findingId } = step.statement;
      expect((await on.reopen().find(findingId))?.steps).toEqual([step]);
      expect((await on.findings.list({ direction: 'sent', limit: 1 }))[0]?.steps).toEqual([step]);
      expect((await on.findings.due(1, new Date(AT)))[0]?.step).toEqual(step);
      const seen: unknown[] = [];
      await keep(stepOf(findingId), { mayKeep: (there) => void seen.push(...there) });
      expect(seen).toEqual([step]);
    });

    it('keep nothing, log nothing and deliver nothing of what may not be kept', async () => {
      const step = stepOf(randomUUID());
      const refused = keep(step, {
        mayKeep: () => {
          throw new Error('may not');
        },
      });
      await expect(refused).rejects.toThrow('may not');
      expect(await on.findings.find(step.statement.findingId)).toBeUndefined();
      expect([await on.logged(), await on.findings.due(10, new Date(AT))]).toEqual([[], []]);
    });

    it('show each statement those before it, also of two that come at once', async () => {
      const findingId = randomUUID();
      const seen: number[] = [];
      const mayKeep = (there: readonly KeptStep[]): void => void seen.push(there.length);
      await Promise.all(['一', '二', '三'].map((reason) => keep(stepOf(findingId, reason), { mayKeep })));
      expect(seen).toEqual([0, 1, 2]);
      expect((await on.findings.find(findingId))?.steps).toHaveLength(3);
      expect(await on.findings.find(randomUUID())).toBeUndefined();
    });

    it('deliver until it is delivered, later after each attempt, also after a restart', async () => {
      const step = stepOf(randomUUID());
      const { findingId } = step.statement;
      await keep(step);
      await keep(stepOf(randomUUID()), { deliverTo: null, evidence: null });
      const later = new Date(Date.parse(AT) + 60_000);
      await on.findings.postpone(step.digest, 'no answer', later);
      expect(await on.findings.due(10, new Date(AT))).toEqual([]);
      const reopened = on.reopen();
      const waiting = { state: 'waiting', attempts: 1, nextAt: later.toISOString(), problem: 'no answer' };
      expect((await reopened.find(findingId))?.deliveries).toEqual(new Map([[step.digest, waiting]]));
      expect(await reopened.due(10, later)).toMatchObject([{ step: { digest: step.digest }, attempts: 1 }]);
      const delivered = entryOf(step, 'finding.delivered');
      // Twice, as by two looks at once: one entry of the log.
      for (let time = 0; time < 2; time += 1) await reopened.settle(step.digest, null, delivered);
      expect(await reopened.due(10, later)).toEqual([]);
      expect(await reopened.find(findingId)).toEqual({
        findingId,
        steps: [step],
        deliveries: new Map([[step.digest, { state: 'delivered', attempts: 1, nextAt: null, problem: '' }]]),
      });
      expect((await on.logged()).filter((type) => type === 'finding.delivered')).toHaveLength(1);
    });

    it('say what was refused and what was given up, and try again what was given up alone', async () => {
      const [refused, givenUp] = [stepOf(randomUUID()), stepOf(randomUUID())];
      for (const one of [refused, givenUp]) await keep(one);
      const entry: AuditEvent = {
        type: 'finding.delivered',
        outcome: 'failure',
        actor: { kind: 'program', name: 'province-node' },
        at: AT,
        subject: refused.statement.findingId,
        details: { code: 'INVALID_INPUT', field: 'statement' },
      };
      await on.findings.settle(refused.digest, 'registrationId: is not here', entry);
      await on.findings.postpone(givenUp.digest, 'x'.repeat(5_000), null);
      const stateOf = async ({ statement, digest }: KeptStep) =>
        (await on.findings.find(statement.findingId))?.deliveries.get(digest);
      expect(await stateOf(refused)).toMatchObject({
        state: 'refused',
        nextAt: null,
        problem: 'registrationId: is not here',
      });
      expect(await stateOf(givenUp)).toMatchObject({ state: 'given-up', nextAt: null });
      for (const one of [refused, givenUp]) await on.findings.hasten(one.statement.findingId, new Date(AT));
      expect((await on.findings.due(10, new Date(AT))).map(({ step }) => step.digest)).toEqual([
        givenUp.digest,
      ]);
    });

    it('list what was sent and what came, newest first, page by page, and count what is open', async () => {
      const ids = Array.from({ length: 5 }, () => randomUUID());
      for (const [place, findingId] of ids.entries()) {
        const own = stepOf(findingId);
        const step =
          place < 3
            ? own
            : {
                ...own,
                signer: 'shandong',
                statement: { ...own.statement, from: 'shandong', to: 'zhejiang' },
              };
        await keep(step, { deliverTo: null });
      }
      const list = async (filter: Partial<Parameters<FindingStore['list']>[0]>) =>
        (await on.findings.list({ direction: 'sent', limit: 10, ...filter })).map(
          ({ findingId }) => findingId,
        );
      const [first = '', second = '', third = '', fourth = '', fifth = ''] = ids;
      expect(await list({})).toEqual([third, second, first]);
      expect(await list({ direction: 'received' })).toEqual([fifth, fourth]);
      expect(await list({ limit: 2 })).toEqual([third, second]);
      expect(await list({ limit: 2, after: second })).toEqual([first]);
      expect(await list({ after: randomUUID() })).toEqual([]);
      expect(await list({ checkId: randomUUID() })).toEqual([]);
      expect(await on.findings.openFrom('shandong')).toBe(2);
      expect(await on.findings.openFrom('jiangsu')).toBe(0);
      expect(Buffer.from((await on.findings.evidenceOf(first)) ?? [])).toEqual(EVIDENCE);
      expect(await on.findings.evidenceOf(randomUUID())).toBeUndefined();
    });
  });
}
