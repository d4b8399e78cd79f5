import {
  checkFingerprint,
  completeCheck,
  type Check,
  type IncompleteCheck,
  type MemberReply,
  type Outcome,
} from '#libs/registry';
import { FakeFederation, MEMBERS, fingerprinted } from '../fakes/federation.js';
import { createFakeChecks, type FakeChecks } from '../fakes/checks.js';

const actor = { kind: 'program', name: 'province-node' } as const;
const PICTURE = fingerprinted([1, 0, 0, 0]);

let federation: FakeFederation;
let checks: FakeChecks;
let silent: Set<string>;
let now: number;

beforeEach(async () => {
  federation = await FakeFederation.create();
  for (const province of MEMBERS) federation.member(province).file([0, 1, 0, 0]);
  checks = createFakeChecks();
  silent = new Set();
  now = Date.now();
  federation.tampering.fromMember = (province, replies): MemberReply[] =>
    silent.has(province)
      ? replies.map(() => ({ kind: 'none', outcome: 'UNREACHABLE', detail: 'is down' }))
      : replies;
});

const deps = () => ({
  ...federation.asking('zhejiang'),
  checks,
  incomplete: checks.incomplete,
  clock: { now: () => new Date(now) },
});

async function checkPicture(excluding?: string): Promise<Check> {
  const asking = { fingerprinted: PICTURE, actor, excluding, limit: 7, budgetMs: 10_000 };
  const check = await checkFingerprint(deps(), asking);
  await checks.save(check, 'li', PICTURE);
  return check;
}

/** Looks once, as the node does: members are as they are now. */
async function complete(): Promise<(Check | null)[]> {
  const members = new Map<string, Outcome>(
    MEMBERS.map((province) => [province, silent.has(province) ? 'UNREACHABLE' : 'ANSWERED']),
  );
  const due: IncompleteCheck[] = await checks.incomplete.due(10, new Date(now));
  return Promise.all(due.map((one) => completeCheck(deps(), one, { actor, budgetMs: 10_000, members })));
}

describe('an incomplete check', () => {
  it('is asked again when the missing province is back, and superseded; the log links the two', async () => {
    silent.add('jiangsu');
    const own = federation.member('zhejiang').file([1, 0, 0, 0], 'applied');
    const first = await checkPicture(own);
    expect(first).toMatchObject({ verdict: 'INCOMPLETE', complete: false });
    expect(await complete()).toEqual([null]);
    silent.clear();
    const [second] = await complete();
    expect(second).toMatchObject({
      verdict: 'CLEAR',
      complete: true,
      supersedes: first.checkId,
      registrationId: own,
      limit: 7,
      picture: first.picture,
    });
    expect(await checks.find(first.checkId)).toEqual(first);
    expect(await checks.sequel(first.checkId)).toEqual({ waits: false, supersededBy: second?.checkId });
    expect((await checks.list(5)).map(({ askedBy }) => askedBy)).toEqual(['li', 'li']);
    expect(await complete()).toEqual([]);
    const { events } = federation.member('zhejiang').log;
    const about = events.filter(
      ({ subject, type }) => subject === second?.checkId && type.startsWith('check.'),
    );
    expect(about).toMatchObject([
      { type: 'check.asked', actor, details: { repeats: first.checkId } },
      { type: 'check.judged', actor, details: { supersedes: first.checkId, verdict: 'CLEAR' } },
    ]);
  });

  it('that found something already finds what the missing province has', async () => {
    federation.member('shandong').file([0.9, Math.fround(Math.sqrt(0.19)), 0, 0]);
    silent.add('guangdong');
    const first = await checkPicture();
    expect(first).toMatchObject({ verdict: 'SUSPECTED', complete: false });
    federation.member('guangdong').file([1, 0, 0, 0]);
    silent.clear();
    expect(await complete()).toMatchObject([{ verdict: 'DUPLICATE', complete: true }]);
  });

  it('is not asked while a province that answered is away: its answer would be lost', async () => {
    federation.member('shandong').file([1, 0, 0, 0]);
    silent.add('jiangsu');
    expect(await checkPicture()).toMatchObject({ verdict: 'DUPLICATE', complete: false });
    silent = new Set(['shandong']);
    expect(await complete()).toEqual([null]);
    silent.clear();
    expect(await complete()).toMatchObject([{ verdict: 'DUPLICATE', complete: true }]);
  });

  it('of several missing provinces is superseded as each comes back', async () => {
    silent = new Set(['jiangsu', 'guangdong']);
    const first = await checkPicture();
    silent = new Set(['guangdong']);
    const [second] = await complete();
    expect(second).toMatchObject({ verdict: 'INCOMPLETE', supersedes: first.checkId });
    silent.clear();
    expect(await complete()).toMatchObject([{ verdict: 'CLEAR', supersedes: second?.checkId }]);
  });

  it('that comes to no more waits longer each time, keeps its verdict, and ends after a week', async () => {
    silent.add('jiangsu');
    const first = await checkPicture();
    const members = new Map<string, Outcome>(MEMBERS.map((province) => [province, 'ANSWERED']));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const [one] = await checks.incomplete.due(1, new Date(now));
      if (!one) throw new Error('nothing waits');
      expect(await completeCheck(deps(), one, { actor, budgetMs: 10_000, members })).toBeNull();
      const start = now;
      while ((await checks.incomplete.due(1, new Date(now))).length === 0) now += 1_000;
      waits.push(now - start);
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(await checks.sequel(first.checkId)).toEqual({ waits: true, supersededBy: null });
    now += 8 * 86_400_000;
    expect(await complete()).toEqual([null]);
    expect(await checks.sequel(first.checkId)).toEqual({ waits: false, supersededBy: null });
  });
});
