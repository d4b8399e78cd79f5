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

function stepOf(findingId: string, reason = '镜像 "x" \\ 𠮷'): KeptStep {
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
  return { statement, jws, digest: hash(jws), signer: 'zhejiang' };
}

function entryOf({ digest, statement }: KeptStep): AuditEvent {
  return {
    type: 'finding.signed',
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
      expect(await on.findings.ofFinding(step.statement.findingId)).toEqual([step]);
      expect(await on.logged()).toEqual(['finding.signed']);
      const [due, ...others] = await on.findings.due(10, new Date(AT));
      expect([due?.step, due?.to, due?.attempts, others]).toEqual([step, 'guangdong', 0, []]);
      expect(Buffer.from(due?.evidence ?? [])).toEqual(EVIDENCE);
    });

    it('keep nothing, log nothing and deliver nothing of what may not be kept', async () => {
      const step = stepOf(randomUUID());
      const refused = keep(step, {
        mayKeep: () => {
          throw new Error('may not');
        },
      });
      await expect(refused).rejects.toThrow('may not');
      expect(await on.findings.ofFinding(step.statement.findingId)).toEqual([]);
      expect([await on.logged(), await on.findings.due(10, new Date(AT))]).toEqual([[], []]);
    });

    it('show each statement those before it, also of two that come at once', async () => {
      const findingId = randomUUID();
      const seen: number[] = [];
      const mayKeep = (there: readonly KeptStep[]): void => void seen.push(there.length);
      await Promise.all(['一', '二', '三'].map((reason) => keep(stepOf(findingId, reason), { mayKeep })));
      expect(seen).toEqual([0, 1, 2]);
      expect(await on.findings.ofFinding(findingId)).toHaveLength(3);
      expect(await on.findings.ofFinding(randomUUID())).toEqual([]);
    });

    it('deliver until it is delivered, later after each attempt, also after a restart', async () => {
      const step = stepOf(randomUUID());
      await keep(step);
      await keep(stepOf(randomUUID()), { deliverTo: null, evidence: null });
      const later = new Date(Date.parse(AT) + 60_000);
      await on.findings.postpone(step.digest, later);
      expect(await on.findings.due(10, new Date(AT))).toEqual([]);
      const reopened = on.reopen();
      expect(await reopened.due(10, later)).toMatchObject([{ step: { digest: step.digest }, attempts: 1 }]);
      await reopened.delivered(step.digest);
      expect(await reopened.due(10, later)).toEqual([]);
      expect(await reopened.ofFinding(step.statement.findingId)).toEqual([step]);
    });
  });
}
