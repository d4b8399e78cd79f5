import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createFakeDesk, type FakeDesk } from '../../../../test/fakes/registration-desk.js';
import { fingerprinted } from '../../../../test/fakes/federation.js';
import { makeCheck } from '../../../../test/contracts/checks.contract.js';
import type { Actor } from '../audit.js';
import { opensCommitment } from '../audit-events/commitment.js';
import { decisionInForce } from './check-decision.js';
import { confirmDecision, decideCheck } from './decide-check.js';

const person = (name: string): Actor => ({ kind: 'person', name });

let desk: FakeDesk;
let checkId: string;

beforeEach(async () => {
  desk = createFakeDesk();
  ({ checkId } = makeCheck());
  await desk.checks.save(makeCheck({ checkId }), 'li', fingerprinted([1, 0, 0, 0]));
});

const decide = (fourEyes: boolean, supersedes: string | null = null, name = 'li') =>
  decideCheck(
    { ...desk, fourEyes },
    { checkId, kind: 'not-a-duplicate', reason: ' 仅色调\n相近 ', supersedes, actor: person(name) },
  );
const confirm = (decisionId: string, name: string) =>
  confirmDecision({ ...desk, fourEyes: true }, { checkId, decisionId, actor: person(name) });
/** Whether what is kept of a decision opens the entries about it, in their order. */
const opens = async ({ decisionId, reason }: { decisionId: string; reason: string }) => {
  const salt = (await desk.salts.find(decisionId, 'reason')) ?? '';
  return desk.registry.entries
    .map(({ details }) => details)
    .filter((details) => 'decisionId' in details && details.decisionId === decisionId)
    .map((details) => 'reasonCommitment' in details && details.reasonCommitment)
    .map((commitment) => opensCommitment(desk.digest, commitment, { of: 'reason', salt, value: reason }));
};
const told = () =>
  desk.registry.entries.map(({ type, outcome, actor }) => `${type} ${outcome} ${actor.name}`);

describe('a decision', () => {
  it('is kept with its reason, which the log commits to and does not say', async () => {
    const decision = await decide(false);
    expect(decision).toMatchObject({ reason: '仅色调 相近', inForce: true, decidedBy: 'li' });
    expect(await desk.decisions.ofCheck(checkId)).toEqual([decision]);
    expect(desk.registry.entries).toMatchObject([
      {
        type: 'decision.made',
        subject: checkId,
        details: { decision: 'not-a-duplicate', verdict: 'DUPLICATE' },
      },
    ]);
    expect(JSON.stringify(desk.registry.entries)).not.toContain('色调');
    expect(await opens(decision)).toEqual([true]);
    expect(await opens({ ...decision, reason: '仅色调相近' })).toEqual([false]);
  });

  it('that a second examiner confirms is committed to alike before and after, and not at all once its salt is erased', async () => {
    const waiting = await decide(true);
    await confirm(waiting.decisionId, 'wang');
    expect(await opens(waiting)).toEqual([true, true]);
    const next = await decide(true, waiting.decisionId);
    const salts = { find: async () => null };
    const { checkId: of, decisionId } = next;
    await confirmDecision(
      { ...desk, salts, fourEyes: true },
      { checkId: of, decisionId, actor: person('wang') },
    );
    expect(desk.registry.entries.at(-1)?.details).not.toHaveProperty('reasonCommitment');
  });

  it('is changed only by a decision that has seen it', async () => {
    const first = await decide(false);
    await expect(decide(false, null, 'wang')).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'supersedes',
    });
    await expect(decide(false, randomUUID())).rejects.toMatchObject({ code: 'CONFLICT' });
    const second = await decide(false, first.decisionId, 'wang');
    expect(decisionInForce(await desk.decisions.ofCheck(checkId))).toEqual(second);
    expect(told()).toEqual([
      'decision.made success li',
      'decision.made failure wang',
      'decision.made failure li',
      'decision.made success wang',
    ]);
  });

  it('of two examiners at once is made by one', async () => {
    const both = await Promise.allSettled([decide(false), decide(false, null, 'wang')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('waits for a second examiner where the bureau wants four eyes', async () => {
    const { decisionId } = await decide(true);
    expect(decisionInForce(await desk.decisions.ofCheck(checkId))).toBeNull();
    await expect(confirm(decisionId, 'li')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await confirm(decisionId, 'wang')).toMatchObject({
      inForce: true,
      decidedBy: 'li',
      confirmedBy: 'wang',
    });
    await expect(confirm(decisionId, 'zhao')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(told()).toEqual([
      'decision.proposed success li',
      'decision.made failure li',
      'decision.made success wang',
      'decision.made failure zhao',
    ]);
  });

  it('that waits suspends the one before it, and is confirmed only while it is the latest', async () => {
    const first = await decide(false);
    const waiting = await decide(true, first.decisionId);
    expect(decisionInForce(await desk.decisions.ofCheck(checkId))).toBeNull();
    const last = await decide(false, waiting.decisionId);
    await expect(confirm(waiting.decisionId, 'wang')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(decisionInForce(await desk.decisions.ofCheck(checkId))).toEqual(last);
  });

  it('needs a reason, and a check of this node', async () => {
    const wanted = { kind: 'duplicate', supersedes: null, actor: person('li') } as const;
    const at = { ...desk, fourEyes: false };
    await expect(decideCheck(at, { ...wanted, checkId, reason: ' ' })).rejects.toMatchObject({
      field: 'reason',
    });
    await expect(decideCheck(at, { ...wanted, checkId: randomUUID(), reason: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(confirm(randomUUID(), 'wang')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'decisionId',
    });
  });
});
