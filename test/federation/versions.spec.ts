import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkDuplicate, type Check } from '#libs/registry';
import { MEMBERS, MODEL, digest } from '../fakes/federation.js';
import { GrpcFederation } from './grpc-federation.js';
import { NEXT_MODEL } from './member-registry.js';

const examiner = { kind: 'person', name: 'examiner' } as const;
const allAnswered = MEMBERS.map((province) => `${province} ANSWERED`);
let federation: GrpcFederation;

afterAll(() => federation.close());

const outcomes = ({ coverage }: Check): string[] => coverage.map((row) => `${row.province} ${row.outcome}`);

describe('while the members change to another version', () => {
  beforeAll(async () => {
    federation = await GrpcFederation.start();
    federation.registry('shandong').file([1, 2, 3], '经纬牡丹');
    for (const [place, province] of MEMBERS.entries())
      for (let number = 0; number < 10; number += 1)
        federation.registry(province).file([-1, place + 1, number + 1], `${province} ${number}`);
    // Three have upgraded and made what was missing; Guangdong has not.
    for (const province of MEMBERS) {
      federation.registry(province).refingerprint(NEXT_MODEL);
      if (province === 'guangdong') continue;
      await federation.stop(province);
      await federation.startMember(province, [NEXT_MODEL, MODEL]);
    }
  });

  const checkIn = async (version: string, numbers: number[]): Promise<Check> =>
    checkDuplicate(await federation.asking('zhejiang', version), {
      picture: Buffer.from(JSON.stringify(numbers)),
      actor: examiner,
      limit: 5,
      budgetMs: 4_000,
    });

  it('a check in the version in force is answered by all, the upgraded ones from what is stored', async () => {
    expect(await checkIn(MODEL, [0, 0, 0, 1])).toMatchObject({
      verdict: 'CLEAR',
      calibration: { modelDigest: MODEL },
    });
    expect(await checkIn(MODEL, [1, 2, 3])).toMatchObject({ verdict: 'DUPLICATE', complete: true });
  });

  it('a check in the next version names the member that does not serve it, and what it serves, and is not CLEAR', async () => {
    const check = await checkIn(NEXT_MODEL, [0, 0, 0, 1]);
    expect([check.verdict, outcomes(check)]).toEqual([
      'INCOMPLETE',
      [...allAnswered.slice(0, 3), 'guangdong VERSION_MISMATCH'],
    ]);
    expect(check.coverage[3]?.detail).toContain(`guangdong serves ${MODEL}, not ${NEXT_MODEL}`);
    expect(check).toMatchObject({ coordinator: 'AGREES', calibration: { modelDigest: NEXT_MODEL } });
  });

  it("a match in the next version is judged by that version's thresholds", async () => {
    // A score of 0.88: over what the next version calls suspected, under what the first one calls duplicate.
    expect(await checkIn(NEXT_MODEL, [1, 2, 3, 2])).toMatchObject({ verdict: 'SUSPECTED', complete: false });
  });

  it('tells which versions each member serves and how far each is', async () => {
    federation.registry('jiangsu').file([7, 7, 1], '只有新指纹', [NEXT_MODEL]);
    const { members } = await federation.client('shandong').describeMembers(new Date(Date.now() + 2_000));
    const told = members.map(({ province, outcome, served }) => [
      province,
      outcome,
      ...served.map((one) => [one.modelDigest, one.declared - one.searched]),
    ]);
    expect(told).toEqual([
      ['zhejiang', 'ANSWERED', [NEXT_MODEL, 0], [MODEL, 0]],
      ['shandong', 'ANSWERED', [NEXT_MODEL, 0], [MODEL, 0]],
      ['jiangsu', 'PARTIAL', [NEXT_MODEL, 0], [MODEL, 1]],
      ['guangdong', 'ANSWERED', [MODEL, 0]],
    ]);
    expect(outcomes(await checkIn(MODEL, [0, 0, 0, 1]))[2]).toBe('jiangsu PARTIAL');
  });

  it('is CLEAR in the next version when the last member serves it', async () => {
    await federation.stop('guangdong');
    await federation.startMember('guangdong', [NEXT_MODEL, MODEL]);
    expect(await checkIn(NEXT_MODEL, [0, 0, 0, 1])).toMatchObject({ verdict: 'CLEAR', complete: true });
  });

  it('without thresholds for its version a check says nothing, even if all answer', async () => {
    const UNKNOWN = digest('a version that the directory does not name');
    for (const province of MEMBERS) {
      federation.registry(province).refingerprint(UNKNOWN);
      await federation.stop(province);
      await federation.startMember(province, [MODEL, UNKNOWN]);
    }
    for (const numbers of [
      [1, 2, 3],
      [0, 0, 0, 1],
    ]) {
      const check = await checkIn(UNKNOWN, numbers);
      expect(outcomes(check)).toEqual(allAnswered);
      expect(check).toMatchObject({ verdict: 'INCOMPLETE', calibration: null });
      expect(check.candidates.every(({ verdict }) => verdict === null)).toBe(true);
    }
  });
});
