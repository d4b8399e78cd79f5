import { createStatementSigner, createStatementVerifier } from '#libs/federation-log';
import { FakeFederation, MODEL, digest, fingerprintOf, random } from '../../../../test/fakes/federation.js';
import { acceptQuestion } from './accept-question.js';
import type { RefusalReason } from './refusal-reasons.js';
import { RecentNonces } from './recent-nonces.js';
import type { SignedQuestion } from './ports.js';
import type { Question } from './statements.js';

const NOW = new Date('2026-03-01T08:00:00.000Z');
const clock = { now: () => NOW };
const fingerprint = fingerprintOf([1, 0, 0, 0]);
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toISOString();

let federation: FakeFederation;
let seen: RecentNonces;
beforeAll(async () => {
  federation = await FakeFederation.create();
});
beforeEach(() => {
  seen = new RecentNonces(clock);
});

function question(change: Partial<Question> = {}): Question {
  return {
    kind: 'weft.question.v1',
    checkId: random.uuid(),
    nonce: random.nonce(),
    askedAt: at(-1),
    deadline: at(8),
    asker: 'zhejiang',
    epoch: 1,
    modelDigest: MODEL,
    fingerprintDigest: digest(fingerprint),
    limit: 10,
    ...change,
  };
}

async function signed(change: Partial<Question> = {}, by = 'zhejiang'): Promise<SignedQuestion> {
  const key = federation.keys.get(by);
  if (!key) throw new Error(`no key of ${by}`);
  return { questionJws: await (await createStatementSigner(key)).sign(question(change)), fingerprint };
}

const accept = (one: SignedQuestion) =>
  acceptQuestion(
    {
      verifier: createStatementVerifier(federation.signedDirectory),
      directory: federation.directory,
      digest,
      clock,
      seen,
    },
    one,
  );

describe('accepting a question', () => {
  it('takes one that a member signed just now', async () => {
    await expect(accept(await signed())).resolves.toMatchObject({ asker: 'zhejiang', limit: 10 });
  });

  it.each<[string, RefusalReason, Partial<Question>]>([
    ['of another epoch', 'WRONG_EPOCH', { epoch: 2 }],
    ['whose deadline has passed', 'EXPIRED', { askedAt: at(-20), deadline: at(-1) }],
    ['asked an hour ago', 'EXPIRED', { askedAt: at(-3600) }],
    ['from an hour ahead', 'EXPIRED', { askedAt: at(3600), deadline: at(3608) }],
    ['that stays open too long', 'MALFORMED', { deadline: at(400) }],
    ['of another fingerprint', 'MALFORMED', { fingerprintDigest: digest('another') }],
    ['for no candidates', 'MALFORMED', { limit: 0 }],
    ['for too many candidates', 'MALFORMED', { limit: 101 }],
    ['by somebody who is no member', 'NOT_ALLOWED', { asker: 'atlantis' }],
    ['by one member in the name of another', 'BAD_SIGNATURE', { asker: 'shandong' }],
  ])('refuses one %s', async (_, reason, change) => {
    await expect(accept(await signed(change))).rejects.toMatchObject({ reason });
  });

  it('refuses the same question a second time, but not another by the same asker', async () => {
    const one = await signed();
    await accept(one);
    await expect(accept(one)).rejects.toMatchObject({ reason: 'REPLAYED' });
    await expect(accept(await signed())).resolves.toBeDefined();
  });

  it.each(['', 'x', 'a.b.c', `${'A'.repeat(100)}.${Buffer.from('{"asker":5}').toString('base64url')}.x`])(
    'refuses %j as no question at all',
    async (questionJws) => {
      await expect(accept({ questionJws, fingerprint })).rejects.toMatchObject({ reason: 'MALFORMED' });
    },
  );

  it('refuses an empty and an oversized fingerprint before any signature is looked at', async () => {
    for (const size of [0, 32_769])
      await expect(accept({ questionJws: 'x', fingerprint: new Uint8Array(size) })).rejects.toMatchObject({
        reason: 'MALFORMED',
      });
  });
});

describe('recent nonces', () => {
  it('are forgotten after their deadline and bounded before it', () => {
    let now = NOW;
    const bounded = new RecentNonces({ now: () => now }, 2);
    const deadline = new Date(NOW.getTime() + 1000);
    expect([
      bounded.take('a', '1', deadline),
      bounded.take('a', '1', deadline),
      bounded.take('b', '1', deadline),
    ]).toEqual([true, false, true]);
    expect(bounded.take('c', '1', deadline)).toBe(false);
    now = new Date(NOW.getTime() + 2000);
    expect(bounded.take('c', '1', new Date(now.getTime() + 1000))).toBe(true);
  });
});
