import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkDuplicate,
  type Check,
  type CheckDependencies,
  type Fingerprinter,
  type HedgeEvent,
} from '#libs/registry';
import { MEMBERS } from '../fakes/federation.js';
import type { FakeVerifier } from '../fakes/verifier.js';
import { GrpcFederation } from './grpc-federation.js';

const ALL_ANSWERED = MEMBERS.map((province) => `${province} ANSWERED`);
/** Calls after which it is known how long a member takes, and one question more may be asked of it. */
const KNOWN = 22;

let federation: GrpcFederation;
let asking: CheckDependencies & { fingerprinter: Fingerprinter };
let second: { readonly address: string; readonly verifier: FakeVerifier };
const events: [string, HedgeEvent][] = [];

beforeAll(async () => {
  federation = await GrpcFederation.start();
  for (const [place, province] of MEMBERS.entries())
    for (let number = 0; number < 5; number += 1)
      federation.registry(province).file([-1, place + 1, number + 1], `${province} ${number}`);
  second = await federation.startReplica('jiangsu');
  const coordinator = await federation.startFurtherCoordinator(
    new Map([['jiangsu', [second.address]]]),
    (...event) => events.push(event),
  );
  asking = {
    ...(await federation.asking('zhejiang')),
    federation: federation.client('zhejiang', [coordinator]),
  };
});

afterAll(() => federation.close());

const checkLike = (numbers: number[]): Promise<Check> =>
  checkDuplicate(asking, {
    picture: Buffer.from(JSON.stringify(numbers)),
    ...{ actor: { kind: 'person', name: 'examiner' } as const, limit: 5, budgetMs: 20_000 },
  });
const outcomes = ({ coverage }: Check): string[] => coverage.map((row) => `${row.province} ${row.outcome}`);

/** Holds what a verifier is asked until it is let go. */
function hold(verifier: FakeVerifier): () => void {
  const { verify } = verifier;
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  verifier.verify = async (...args) => {
    await held;
    return verify.apply(verifier, args);
  };
  return () => {
    verifier.verify = verify;
    letGo();
  };
}

const answersOf = (check: Check) =>
  federation
    .registry('jiangsu')
    .log.events.filter(({ type, subject }) => type === 'member.answered' && subject === check.checkId);

describe('a member with a second process on its registry', () => {
  it('answers by the second while the first is slow, and its log bears what both said', async () => {
    for (let call = 0; call < KNOWN; call += 1)
      expect(outcomes(await checkLike([1, 0, 0]))).toEqual(ALL_ANSWERED);
    expect(events).toEqual([]);
    const letGo = hold(federation.registry('jiangsu').candidateVerifier);
    const check = await checkLike([1, 0, 0]);
    expect(check).toMatchObject({ verdict: 'CLEAR', complete: true, coordinator: 'AGREES' });
    expect(events).toEqual([
      ['jiangsu', 'hedged'],
      ['jiangsu', 'hedge_won'],
    ]);
    expect(answersOf(check)).toHaveLength(1);
    letGo();
    for (let look = 0; look < 200 && answersOf(check).length < 2; look += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    // The call was given up; what the first had begun it may end, and then it is an entry too.
    const digests = answersOf(check).map(({ details }) => 'answerDigest' in details && details.answerDigest);
    expect(digests).toContain(check.coverage.find(({ province }) => province === 'jiangsu')?.answerDigest);
  });

  it('answers by the second at once when the first is gone, and UNREACHABLE names it when both are', async () => {
    events.length = 0;
    await federation.stop('jiangsu');
    const begun = performance.now();
    expect(outcomes(await checkLike([1, 0, 0]))).toEqual(ALL_ANSWERED);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(events).toEqual([['jiangsu', 'failed_over']]);
    await federation.stop(second.address);
    const check = await checkLike([1, 0, 0]);
    expect(check.verdict).toBe('INCOMPLETE');
    expect(outcomes(check).filter((outcome) => !outcome.endsWith(' ANSWERED'))).toEqual([
      expect.stringMatching(/^jiangsu (UNREACHABLE|BREAKER_OPEN)$/),
    ]);
    await federation.startMember('jiangsu');
    for (let look = 0; look < 20; look += 1) {
      if ((await checkLike([1, 0, 0])).complete) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error('a first process that is back was not asked again');
  });
});
