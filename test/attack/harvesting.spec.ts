import { beforeEach, describe, expect, it } from '@jest/globals';
import { AskerWatch, checkDuplicate, type Check } from '#libs/registry';
import { clock, FakeFederation, fingerprinted, MEMBERS, MODEL } from '../fakes/federation.js';

const actor = { kind: 'person', name: 'examiner' } as const;
let federation: FakeFederation;

beforeEach(async () => {
  federation = await FakeFederation.create();
  for (const province of MEMBERS) federation.member(province).file([0, 1, 0, 0]);
});

const check = (from: string, numbers: readonly number[]): Promise<Check> =>
  checkDuplicate(
    {
      ...federation.asking(from),
      fingerprinter: { modelDigest: MODEL, fingerprint: async () => fingerprinted(numbers) },
    },
    { picture: new Uint8Array(), actor, limit: 5, budgetMs: 20_000 },
  );

describe('a province that asks too much', () => {
  it('is refused by the member whose quota is used up, never told CLEAR by it, and it is an entry; others are answered', async () => {
    const shandong = federation.member('shandong');
    shandong.watch = new AskerWatch(clock, 1, 'secret');
    expect((await check('zhejiang', [1, 0, 0, 0])).verdict).toBe('CLEAR');
    const { verdict, coverage } = await check('zhejiang', [0, 0, 1, 0]);
    expect(verdict).toBe('INCOMPLETE');
    expect(coverage.find(({ province }) => province === 'shandong')).toMatchObject({
      outcome: 'REFUSED',
      detail: 'asker: zhejiang has asked shandong as much as it may in an hour; ask again later',
    });
    expect(shandong.log.events.at(-1)).toMatchObject({
      type: 'call.refused',
      details: { reason: 'OVER_QUOTA', rpc: 'Search' },
    });
    expect((await check('jiangsu', [0, 0, 0, 1])).verdict).toBe('CLEAR');
  });

  it('does not use up what a province asks itself', async () => {
    federation.member('zhejiang').watch = new AskerWatch(clock, 1, 'secret');
    for (const numbers of [
      [1, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ])
      expect((await check('zhejiang', numbers)).verdict).toBe('CLEAR');
  });

  it('is suspected in the log of the member before the answer, and answered all the same', async () => {
    const { watch, log } = federation.member('shandong');
    const embedding = Float32Array.of(1, 0, 0, 0);
    for (let asked = 0; asked < 499; asked += 1) watch.take({ asker: 'zhejiang' }, embedding);
    expect((await check('zhejiang', [1, 0, 0, 0])).complete).toBe(true);
    expect((await check('zhejiang', [1, 0, 0, 0])).complete).toBe(true);
    const told = log.types().filter((type) => ['harvest.suspected', 'member.answered'].includes(type));
    expect(told).toEqual(['harvest.suspected', 'member.answered', 'member.answered']);
    expect(log.events.find(({ type }) => type === 'harvest.suspected')).toMatchObject({
      actor: { kind: 'member', name: 'zhejiang' },
      details: { rule: 'SWEEP', questions: 500, applications: 0, steps: 0 },
    });
    expect(watch.state).toMatchObject([{ province: 'zhejiang', questions: 501, alarms: 1, overQuota: 0 }]);
  });

  it('gets no more candidates than 100 of a member, whatever it asks for', async () => {
    const asking = federation.asking('zhejiang');
    const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted([1, 0, 0, 0]) };
    const request = { picture: new Uint8Array(), actor, limit: 101, budgetMs: 20_000 };
    await expect(checkDuplicate({ ...asking, fingerprinter }, request)).rejects.toThrow(/^limit: Too big/);
    expect((await checkDuplicate({ ...asking, fingerprinter }, { ...request, limit: 100 })).verdict).toBe(
      'CLEAR',
    );
  });
});
