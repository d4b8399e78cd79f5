import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { checkDuplicate, type Check, type CheckDependencies, type Fingerprinter } from '#libs/registry';
import { MEMBERS } from '../fakes/federation.js';
import { type FakeRevocations } from '../fakes/revocations.js';
import { GrpcFederation } from './grpc-federation.js';

const STALE = 'the revocation list was issued at 2026-11-02T08:00:00.000Z, over an hour ago';
let federation: GrpcFederation;
let asking: CheckDependencies & { fingerprinter: Fingerprinter };

beforeAll(async () => {
  federation = await GrpcFederation.start();
  asking = await federation.asking('zhejiang');
  for (const [place, province] of MEMBERS.entries())
    federation.registry(province).file([-1, place + 1], province);
});
afterEach(() => {
  for (const list of federation.revocations.values()) {
    list.stale = null;
    list.parties.clear();
  }
});
afterAll(() => federation.close());

const listOf = (party: string): FakeRevocations => {
  const list = federation.revocations.get(party);
  if (!list) throw new Error(`no list of ${party}`);
  return list;
};
const check = (): Promise<Check> =>
  checkDuplicate(asking, {
    picture: Buffer.from(JSON.stringify([5, 1, 1])),
    actor: { kind: 'person', name: 'examiner' },
    limit: 5,
    budgetMs: 4_000,
  });
const told = ({ verdict, coverage }: Check) => [
  verdict,
  ...coverage
    .filter(({ outcome }) => outcome !== 'ANSWERED')
    .map((row) => `${row.province} ${row.outcome}: ${row.detail}`),
];

describe('a check', () => {
  it('is clear while every list counts and names nobody', async () => {
    expect(told(await check())).toEqual(['CLEAR']);
  });

  it('is incomplete where a member has no list that counts, and says so; clear again when it has', async () => {
    listOf('shandong').stale = STALE;
    expect(told(await check())).toEqual(['INCOMPLETE', `shandong REFUSED: ${STALE}`]);
    expect(federation.registry('shandong').log.events.at(-1)).toMatchObject({
      type: 'call.refused',
      details: { reason: 'NO_REVOCATION_LIST', rpc: '/weft.similarity.v1.SimilarityService/Search' },
    });
    listOf('shandong').stale = null;
    expect(told(await check())).toEqual(['CLEAR']);
  });

  it.each(['coordinator', 'zhejiang'])(
    'is incomplete for all where %s has no list that counts',
    async (party) => {
      listOf(party).stale = STALE;
      const { verdict, coverage } = await check();
      expect(verdict).toBe('INCOMPLETE');
      expect(coverage.map(({ province }) => province)).toEqual(MEMBERS);
      const silent = coverage.filter(({ outcome }) => outcome !== 'ANSWERED');
      expect(silent.length).toBeGreaterThan(0);
      expect(silent.map(({ detail }) => detail)).toEqual(silent.map(() => expect.stringContaining(STALE)));
    },
  );

  it('is incomplete where a member is revoked at the coordinator, whose answer is not asked for', async () => {
    listOf('coordinator').parties.add('jiangsu');
    const before = federation.registry('jiangsu').log.events.length;
    expect(told(await check())).toEqual([
      'INCOMPLETE',
      'jiangsu REFUSED: the certificate of jiangsu is revoked',
    ]);
    expect(federation.registry('jiangsu').log.events).toHaveLength(before);
  });

  it('is refused to a revoked asker, and in the log of whoever refused', async () => {
    listOf('coordinator').parties.add('zhejiang');
    const { verdict, coverage } = await check();
    expect(verdict).toBe('INCOMPLETE');
    expect(coverage.every(({ outcome }) => outcome !== 'ANSWERED')).toBe(true);
    expect(federation.coordinatorLog.events.at(-1)).toMatchObject({
      type: 'call.refused',
      actor: { kind: 'member', name: 'zhejiang' },
      details: { reason: 'REVOKED', rpc: '/weft.check.v1.DuplicateCheckService/Check' },
    });
  });
});
