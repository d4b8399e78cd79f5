import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  checkDuplicate,
  openSession,
  readSession,
  type Check,
  type Clock,
  type Outcome,
} from '#libs/registry';
import { FakeFederation, MEMBERS, MODEL, clock, fingerprinted } from '../fakes/federation.js';

const actor = { kind: 'person', name: 'examiner' } as const;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BUDGET_MS = 10 * SECOND;
const PATTERN = [1, 0, 0, 0];
const OTHER = [0, 1, 0, 0];

/** A clock that lies so many milliseconds ahead of the right one. */
const ahead = (by: number): Clock => ({ now: () => new Date(clock.now().getTime() + by) });

let federation: FakeFederation;
beforeEach(async () => {
  federation = await FakeFederation.create();
  for (const province of MEMBERS) federation.member(province).file(OTHER);
});

function check(numbers: readonly number[] = PATTERN): Promise<Check> {
  const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted(numbers) };
  return checkDuplicate(
    { ...federation.asking('zhejiang'), fingerprinter },
    { picture: new Uint8Array(), actor, limit: 5, budgetMs: BUDGET_MS },
  );
}
const rowOf = ({ coverage }: Check, province: string) => coverage.find((row) => row.province === province);

describe("a member's clock", () => {
  it.each<[string, number, Outcome, RegExp]>([
    ['an hour behind', -HOUR, 'REFUSED', /askedAt: .* is over 5 minutes from .*; set the clock/],
    ['an hour ahead', HOUR, 'REFUSED', /askedAt: .* is over 5 minutes from .*; set the clock/],
    ['ahead by more than the time there is', BUDGET_MS + SECOND, 'REFUSED', /deadline: .* has passed/],
    ['four minutes behind', -4 * MINUTE, 'ANSWERED', /^$/],
    ['two seconds ahead', 2 * SECOND, 'ANSWERED', /^$/],
  ])('%s: its row says so, and only a full answer is clear', async (_name, by, outcome, detail) => {
    federation.member('jiangsu').clock = ahead(by);
    const one = await check();
    expect(rowOf(one, 'jiangsu')).toMatchObject({ outcome, detail: expect.stringMatching(detail) });
    expect(one.verdict).toBe(outcome === 'ANSWERED' ? 'CLEAR' : 'INCOMPLETE');
    federation.member('guangdong').file(PATTERN);
    expect(await check()).toMatchObject({ verdict: 'DUPLICATE', complete: outcome === 'ANSWERED' });
  });

  it('that is set while it runs: no question is answered twice, and the next one is judged by the new time', async () => {
    const jiangsu = federation.member('jiangsu');
    let replay = async (): Promise<unknown> => undefined;
    federation.tampering.fromMember = (_province, replies) => replies;
    const search = jiangsu.search.bind(jiangsu);
    jiangsu.search = (questions) => {
      replay = () => search(questions);
      return search(questions);
    };
    expect(await check()).toMatchObject({ verdict: 'CLEAR' });
    for (const by of [0, -4 * MINUTE, -HOUR, BUDGET_MS + SECOND, HOUR]) {
      jiangsu.clock = ahead(by);
      expect(await replay()).toMatchObject([{ kind: 'none', outcome: 'REFUSED' }]);
    }
    expect(jiangsu.log.types()).toEqual([
      'member.answered',
      ...Array.from({ length: 5 }, () => 'call.refused'),
    ]);
    expect((await check()).verdict).toBe('INCOMPLETE');
    jiangsu.clock = clock;
    expect((await check()).verdict).toBe('CLEAR');
  });
});

describe("the asker's and the coordinator's clock", () => {
  it.each([-HOUR, HOUR])(
    'that lies %d ms off: nobody is asked in vain, and whoever asks is told to set it',
    async (by) => {
      federation.member('zhejiang').clock = ahead(by);
      await expect(check()).rejects.toThrow(/over 5 minutes from|has passed/);
      federation.member('zhejiang').clock = clock;
      federation.coordinatorClock = ahead(by);
      await expect(check()).rejects.toThrow(/over 5 minutes from|has passed/);
      for (const province of MEMBERS)
        expect(federation.member(province).log.types()).not.toContain('member.answered');
    },
  );

  it('whatever the five clocks say, a check is CLEAR only if every member searched in full and signed it', async () => {
    const offset = fc.oneof(
      fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
      fc.integer({ min: -20 * SECOND, max: 20 * SECOND }),
      fc.constant(0),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(offset, { minLength: 5, maxLength: 5 }), async (offsets) => {
        federation.coordinatorClock = ahead(offsets[4] ?? 0);
        const before = new Map<string, number>();
        for (const [place, province] of MEMBERS.entries()) {
          const member = federation.member(province);
          member.clock = ahead(offsets[place] ?? 0);
          before.set(province, member.log.events.length);
        }
        const one = await check().catch(() => undefined);
        if (one?.verdict !== 'CLEAR') return;
        for (const province of MEMBERS) {
          expect(rowOf(one, province)).toMatchObject({ outcome: 'ANSWERED', searched: 1, declared: 1 });
          const since = federation.member(province).log.events.slice(before.get(province));
          expect(since.map(({ type }) => type)).toContain('member.answered');
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a session', () => {
  const keeper = (by: number) => ({
    province: 'zhejiang',
    key: new Uint8Array(32).fill(7),
    clock: ahead(by),
  });

  it('gets no longer by a clock that is set back, and no shorter by one that is set right by seconds', async () => {
    const { token } = await openSession(keeper(0), { user: 'li.na', roles: ['examiner'] });
    expect(await readSession(keeper(-20 * SECOND), token)).toMatchObject({ user: 'li.na' });
    for (const by of [-HOUR, -MINUTE, 15 * MINUTE + SECOND, HOUR])
      await expect(readSession(keeper(by), token)).rejects.toMatchObject({
        ...{ code: 'UNAUTHENTICATED', problem: 'has expired', remedy: 'log in again' },
      });
  });
});
