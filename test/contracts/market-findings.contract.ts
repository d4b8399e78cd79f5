import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AuditEvent,
  MarketFinding,
  MarketFindingStore,
  MarketStep,
  MarketStepTerms,
} from '#libs/registry';
import { digestOf } from '../fakes/registration-desk.js';

/** A store of market findings under test, empty. */
export interface MarketFindingsUnderTest {
  readonly market: MarketFindingStore;
  /** The same store after a restart. */
  reopen(): MarketFindingStore;
  /** A check that findings can be of. */
  check(): Promise<string>;
  /** Types of the entries in the log, in order. */
  logged(): Promise<string[]>;
  salt(about: string): Promise<string | null>;
  close(): Promise<void>;
}

const AT = '2026-03-05T12:00:00.000Z';
const EVIDENCE = Buffer.from('{"kind":"weft.evidence.v1"}\n');
const COMMITMENT = `commitment:${'0'.repeat(64)}`;
const kept = () => ({ stepId: randomUUID(), by: 'li', at: AT });

const found = (): MarketStep => ({
  ...kept(),
  step: 'found',
  foundOn: '2026-03-01',
  remark: '柯桥市场 "三楼" \\ 𠮷',
});
const handedOn = (): MarketStep => ({
  ...kept(),
  ...{ step: 'handed-on', authority: 'court', name: '柯桥区人民法院', handedOn: '2026-03-04', remark: '' },
  evidenceDigest: digestOf(EVIDENCE),
});
const outcome = (answers: string): MarketStep => ({
  ...kept(),
  ...{
    step: 'outcome',
    answers,
    result: 'settled',
    decidedOn: '2026-03-05',
    reference: '（2026）浙0603民初1号',
  },
  remark: '',
});

function entryOf(findingId: string, step: MarketStep): AuditEvent {
  const head = {
    outcome: 'success',
    actor: { kind: 'person', name: 'li' },
    at: AT,
    subject: findingId,
  } as const;
  const { stepId } = step;
  const reasonCommitment = COMMITMENT;
  switch (step.step) {
    case 'found': {
      const details = { checkId: randomUUID(), registrationId: randomUUID(), province: 'zhejiang' };
      const { foundOn } = step;
      return { ...head, type: 'market-finding.opened', details: { ...details, foundOn, reasonCommitment } };
    }
    case 'handed-on': {
      const { authority, handedOn: day, evidenceDigest } = step;
      const details = { stepId, authority, handedOn: day, evidenceDigest, reasonCommitment };
      return { ...head, type: 'market-finding.handed-on', details };
    }
    case 'outcome': {
      const { answers, result, decidedOn } = step;
      const details = { stepId, answers, authority: 'court' as const, result, decidedOn, reasonCommitment };
      return { ...head, type: 'market-finding.concluded', details };
    }
  }
}

function termsOf(findingId: string, step: MarketStep): MarketStepTerms {
  return {
    entry: entryOf(findingId, step),
    salt: { about: step.stepId, of: 'reason', salt: randomBytes(32).toString('hex') },
    evidence: step.step === 'handed-on' ? EVIDENCE : null,
  };
}

/** What every store of market findings does. */
export function describeMarketFindings(
  name: string,
  openStore: () => Promise<MarketFindingsUnderTest>,
): void {
  describe(`market findings ${name}`, () => {
    let on: MarketFindingsUnderTest;
    beforeEach(async () => {
      on = await openStore();
    });
    afterEach(() => on.close());

    const open = async (change: Partial<MarketFinding> = {}): Promise<MarketFinding> => {
      const about = { findingId: randomUUID(), registrationId: randomUUID(), province: 'zhejiang' };
      const finding = { ...about, checkId: await on.check(), steps: [found()], ...change };
      const [first = found()] = finding.steps;
      await on.market.open(finding, termsOf(finding.findingId, first));
      return finding;
    };
    const latest = async (findingId: string): Promise<string> =>
      (await on.market.find(findingId))?.steps.at(-1)?.stepId ?? '';
    const add = async (findingId: string, step: MarketStep, before?: string): Promise<void> =>
      on.market.add(findingId, before ?? (await latest(findingId)), step, termsOf(findingId, step));

    it('keep every step with its entry, its salt and the bundle that was handed on, also after a restart', async () => {
      const finding = await open();
      const { findingId } = finding;
      const handed = handedOn();
      const end = outcome(handed.stepId);
      await add(findingId, handed);
      await add(findingId, end);
      const again = on.reopen();
      expect(await again.find(findingId)).toEqual({ ...finding, steps: [...finding.steps, handed, end] });
      expect(Buffer.from((await again.evidenceOf(findingId, handed.stepId)) ?? [])).toEqual(EVIDENCE);
      expect(await again.evidenceOf(findingId, end.stepId)).toBeUndefined();
      expect(await again.evidenceOf(randomUUID(), handed.stepId)).toBeUndefined();
      expect(await again.find(randomUUID())).toBeUndefined();
      const types = ['market-finding.opened', 'market-finding.handed-on', 'market-finding.concluded'];
      expect(await on.logged()).toEqual(types);
      expect(await on.salt(handed.stepId)).toMatch(/^[0-9a-f]{64}$/);
    });

    it('are opened once of a check and a registration', async () => {
      const { checkId, registrationId } = await open();
      await expect(open({ checkId, registrationId })).rejects.toMatchObject({
        code: 'CONFLICT',
        field: 'registrationId',
      });
      await open({ checkId });
      expect(await on.logged()).toHaveLength(2);
    });

    it('take one of two steps that come at once, and log nothing of the other', async () => {
      const { findingId, steps } = await open();
      const before = steps[0]?.stepId ?? '';
      const both = await Promise.allSettled([
        add(findingId, handedOn(), before),
        add(findingId, handedOn(), before),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'CONFLICT', field: 'before' },
      });
      expect((await on.market.find(findingId))?.steps).toHaveLength(2);
      expect(await on.logged()).toHaveLength(2);
      await expect(add(randomUUID(), handedOn())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('list the latest first, by state and by check, page by page', async () => {
      const [one, two, three] = [await open(), await open(), await open()];
      const handed = handedOn();
      for (const { findingId } of [two, three]) await add(findingId, { ...handed, stepId: randomUUID() });
      await add(three.findingId, outcome(await latest(three.findingId)));
      const list = async (filter: Partial<Parameters<MarketFindingStore['list']>[0]>) =>
        (await on.market.list({ limit: 10, ...filter })).map(({ findingId }) => findingId);
      expect(await list({})).toEqual([three, two, one].map(({ findingId }) => findingId));
      expect(await list({ state: 'found' })).toEqual([one.findingId]);
      expect(await list({ state: 'handed-on' })).toEqual([two.findingId]);
      expect(await list({ state: 'concluded' })).toEqual([three.findingId]);
      expect(await list({ checkId: two.checkId })).toEqual([two.findingId]);
      expect(await list({ limit: 1, after: three.findingId })).toEqual([two.findingId]);
      expect(await list({ after: randomUUID() })).toEqual([]);
    });

    it('have at most 64 steps', async () => {
      const { findingId } = await open();
      for (let count = 1; count < 64; count += 1) await add(findingId, handedOn());
      await expect(add(findingId, handedOn())).rejects.toMatchObject({ code: 'TOO_MANY' });
    });
  });
}
