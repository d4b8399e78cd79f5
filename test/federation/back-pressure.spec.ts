import { status, type Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkBatch, checkFingerprint, RegistryError, Turns, type Check } from '#libs/registry';
import { MEMBERS } from '../fakes/federation.js';
import { GrpcFederation } from './grpc-federation.js';
import { pictureLike } from './member-registry.js';

const ACTOR = { kind: 'person', name: 'examiner' } as const;
/** What the coordinator has on its way at once, and what may wait of one province. */
const AT_ONCE = 16;
const WAITING_EACH = 96;
const FLOOD = WAITING_EACH + 8;

let federation: GrpcFederation;

beforeAll(async () => {
  federation = await GrpcFederation.start();
  for (const province of MEMBERS) federation.registry(province).file([1, 0, 0], '缠枝莲纹');
}, 60_000);
afterAll(() => federation.close());

const rows = ({ coverage }: Check) => coverage.map(({ province, outcome }) => `${province} ${outcome}`);

async function asking(province: string) {
  const deps = await federation.asking(province);
  return {
    deps,
    check: (turn: number) =>
      checkFingerprint(deps, {
        fingerprinted: pictureLike([0, 1, turn / 1_000]),
        actor: ACTOR,
        limit: 1,
        budgetMs: 60_000,
      }),
  };
}

/** Holds a member's verification until it is let go. */
function hold(province: string) {
  const { candidateVerifier } = federation.registry(province);
  const { verify } = candidateVerifier;
  let letGo: () => void = () => undefined;
  let held = 0;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  candidateVerifier.verify = async (...given) => {
    held += 1;
    await released;
    return verify.apply(candidateVerifier, given);
  };
  return {
    async until(count: number): Promise<void> {
      while (held < count) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    release(): void {
      candidateVerifier.verify = verify;
      letGo();
    },
  };
}

describe('a flood of one province at the coordinator', () => {
  it("fills that province's line and no other's: the rest is told at once when to come again, and another province's check goes first", async () => {
    const held = hold('guangdong');
    const [zhejiang, shandong] = [await asking('zhejiang'), await asking('shandong')];
    const done: string[] = [];
    const noting = async (name: string, check: Promise<Check>) => {
      const one = await check;
      done.push(name);
      return one;
    };
    const first = Array.from({ length: AT_ONCE }, (_, turn) => noting('zhejiang', zhejiang.check(turn)));
    await held.until(AT_ONCE);
    const flood = Array.from({ length: FLOOD }, (_, turn) => noting('flood', zhejiang.check(100 + turn)));
    // What is refused is told at once, while nothing moves on.
    while (done.length < FLOOD - WAITING_EACH) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(done).toEqual(Array.from({ length: FLOOD - WAITING_EACH }, () => 'flood'));
    const question = { questionJws: 'a.b.c', fingerprint: new Uint8Array(8) };
    const refusal = await zhejiang.deps.federation
      .check(question, new Date(Date.now() + 30_000))
      .catch((error: unknown) => error);
    if (!(refusal instanceof RegistryError)) throw new Error('it was not refused');
    expect(refusal.code).toBe('FEDERATION_UNAVAILABLE');
    expect(refusal.cause).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    const { metadata } = refusal.cause as { metadata: Metadata };
    expect(Number(metadata.get('retry-after-ms')[0])).toBeGreaterThanOrEqual(100);
    const other = noting('shandong', shandong.check(500));
    await new Promise((resolve) => setTimeout(resolve, 500));
    held.release();

    expect(await other).toMatchObject({ verdict: 'CLEAR', complete: true });
    expect((await Promise.all(first)).every(({ verdict }) => verdict === 'CLEAR')).toBe(true);
    const checks = await Promise.all(flood);
    const refused = checks.filter(({ complete }) => !complete);
    expect(refused).toHaveLength(FLOOD - WAITING_EACH);
    for (const one of refused) {
      expect(one).toMatchObject({ verdict: 'INCOMPLETE', coordinator: 'UNREACHABLE' });
      expect(one.coverage).toHaveLength(MEMBERS.length);
      for (const row of one.coverage) expect(row.detail).toMatch(/^not asked: check: too much waits/);
    }
    // It came last, and did not wait for all of the flood.
    expect(done.indexOf('shandong')).toBeLessThan(done.lastIndexOf('flood'));
  }, 60_000);
});

describe('a member with too much to verify', () => {
  it('is REFUSED in the coverage, never CLEAR, and its log has the refusal; it answers when there is room', async () => {
    await federation.stop('jiangsu');
    const turns = new Turns({
      field: 'question',
      atOnce: 1,
      waitingEach: 0,
      monotonic: () => performance.now(),
    });
    await federation.startMember('jiangsu', undefined, turns);
    const { check } = await asking('zhejiang');
    let calm = await check(1);
    // Until its breaker has seen that it is back.
    while (!calm.complete) calm = await check(1);
    const held = hold('jiangsu');
    const waiting = check(2);
    await held.until(1);
    const refused = await check(3);
    held.release();
    expect(refused).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'AGREES' });
    expect(rows(refused)).toEqual(
      MEMBERS.map((province) => `${province} ${province === 'jiangsu' ? 'REFUSED' : 'ANSWERED'}`),
    );
    expect(await waiting).toMatchObject({ verdict: 'CLEAR', complete: true });
    expect(await check(4)).toMatchObject({ verdict: 'CLEAR', complete: true });
    expect(federation.registry('jiangsu').log.events).toContainEqual(
      expect.objectContaining({
        type: 'call.refused',
        details: expect.objectContaining({ rpc: 'Search', reason: 'BUSY' }),
      }),
    );
  }, 60_000);

  it('slows a batch down instead of failing all of it: every picture gets its check, and the stream goes on', async () => {
    const { deps } = await asking('shandong');
    const pictures = Array.from({ length: 20 }, (_, place) => ({
      name: `p${place}`,
      fingerprinted: pictureLike([0, 1, place / 100]),
    }));
    const checks: Check[] = [];
    for await (const { check } of checkBatch(deps, { pictures, actor: ACTOR, limit: 1, budgetMs: 60_000 }))
      checks.push(check);
    expect(checks).toHaveLength(20);
    for (const { complete, coverage } of checks)
      for (const { province, outcome } of coverage)
        expect(`${province} ${outcome}`).toBe(
          province === 'jiangsu' && !complete ? 'jiangsu REFUSED' : `${province} ANSWERED`,
        );
    // One question at a time is verified there, and most of them find room.
    expect(checks.filter(({ complete }) => complete).length).toBeGreaterThan(10);
  }, 60_000);
});
