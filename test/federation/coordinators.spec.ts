import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  checkBatch,
  checkDuplicate,
  type Check,
  type CheckDependencies,
  type Fingerprinter,
  type Question,
  type SignedQuestion,
} from '#libs/registry';
import { MEMBERS, MODEL, digest, random, type FakeLog } from '../fakes/federation.js';
import { TcpProxy } from '../faults/tcp-proxy.js';
import { GrpcFederation } from './grpc-federation.js';
import { fingerprintAlong, pictureLike } from './member-registry.js';

const examiner = { kind: 'person', name: 'examiner' } as const;
const ALL_ANSWERED = MEMBERS.map((province) => `${province} ANSWERED`);

let federation: GrpcFederation;
/** What stands before each of two coordinators that have one log. */
let first: TcpProxy;
let second: TcpProxy;
let asking: CheckDependencies & { fingerprinter: Fingerprinter };
const portOf = (address: string) => Number(address.split(':')[1]);

beforeAll(async () => {
  federation = await GrpcFederation.start();
  for (const [place, province] of MEMBERS.entries())
    for (let number = 0; number < 5; number += 1)
      federation.registry(province).file([-1, place + 1, number + 1], `${province} ${number}`);
  first = await TcpProxy.start(portOf(federation.directory.coordinator.address));
  second = await TcpProxy.start(portOf(await federation.startFurtherCoordinator()));
  asking = await federation.asking('zhejiang');
});

beforeEach(async () => {
  const addresses = [first, second].map(({ port }) => `127.0.0.1:${port}`);
  asking = { ...asking, federation: federation.client('zhejiang', addresses) };
  // The first is in use.
  expect(outcomes(await checkLike([1, 0, 0]))).toEqual(ALL_ANSWERED);
});

afterEach(async () => {
  await Promise.all([first.heal(), second.heal()]);
});

afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  await federation.close();
});

const checkLike = (numbers: number[], budgetMs = 8_000): Promise<Check> =>
  checkDuplicate(asking, {
    picture: Buffer.from(JSON.stringify(numbers)),
    ...{ actor: examiner, limit: 5, budgetMs },
  });
const outcomes = ({ coverage }: Check): string[] => coverage.map((row) => `${row.province} ${row.outcome}`);

/** Holds a member's answers until it is let go. */
function hold(province: string): { readonly asked: Promise<void>; letGo(): void } {
  const { candidateVerifier } = federation.registry(province);
  const { verify } = candidateVerifier;
  let [letGo, isAsked] = [() => undefined, () => undefined] as (() => void)[];
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const asked = new Promise<void>((resolve) => (isAsked = resolve));
  candidateVerifier.verify = async (...args) => {
    isAsked?.();
    await held;
    return verify.apply(candidateVerifier, args);
  };
  return {
    asked,
    letGo: () => {
      candidateVerifier.verify = verify;
      letGo?.();
    },
  };
}

/** The entries of an asker's log that were made since. */
async function entriesSince(log: FakeLog, work: () => Promise<unknown>) {
  const before = log.events.length;
  await work();
  return log.events.slice(before);
}

describe('two coordinators with one identity and one log', () => {
  it('stand in for each other: a node asks the one that it can reach, and stays with it', async () => {
    await first.suffer({ kind: 'cut' });
    expect(outcomes(await checkLike([1, 0, 0]))).toEqual(ALL_ANSWERED);
    await first.heal();
    await second.suffer({ kind: 'cut' });
    const [one, other] = await Promise.all([checkLike([1, 0, 0]), checkLike([2, 0, 0])]);
    expect([one.verdict, other.verdict]).toEqual(['CLEAR', 'CLEAR']);
  });

  it('lose no check of a coordinator that dies with it: another question is asked, and both are in the log', async () => {
    const held = hold('jiangsu');
    const log = federation.registry('zhejiang').log;
    let check: Check | undefined;
    const entries = await entriesSince(log, async () => {
      const checking = checkLike([1, 0, 0]);
      await held.asked;
      await first.suffer({ kind: 'reset' });
      held.letGo();
      check = await checking;
    });
    expect(check).toMatchObject({
      verdict: 'CLEAR',
      complete: true,
      coordinator: 'AGREES',
      supersedes: null,
    });
    const asked = entries.filter(({ type }) => type === 'check.asked');
    const judged = entries.filter(({ type }) => type === 'check.judged');
    expect(asked).toMatchObject([
      { details: { repeats: null } },
      { subject: check?.checkId, details: { repeats: asked[0]?.subject } },
    ]);
    expect(judged).toMatchObject([
      { subject: asked[0]?.subject, details: { verdict: 'INCOMPLETE', coordinator: 'UNREACHABLE' } },
      { subject: check?.checkId, details: { verdict: 'CLEAR' } },
    ]);
    expect(asked).toHaveLength(2);
    expect(judged).toHaveLength(2);
  });

  it('are left where they fall silent and break nothing off, well before the check is over', async () => {
    await first.suffer({ kind: 'black-hole' });
    expect(outcomes(await checkLike([1, 0, 0], 20_000))).toEqual(ALL_ANSWERED);
  });

  it('give an INCOMPLETE check, at once, where neither can be reached', async () => {
    await Promise.all([first, second].map((proxy) => proxy.suffer({ kind: 'cut' })));
    const begun = performance.now();
    const check = await checkLike([1, 0, 0]);
    expect(check).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'UNREACHABLE' });
    expect(check.coverage.map(({ detail }) => detail)).toEqual(
      MEMBERS.map(() => expect.stringContaining('not asked: ')),
    );
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  it('cannot be used to have one question answered twice: the members know it, whoever brings it', async () => {
    const signed = await signedQuestion();
    const answers = await Promise.all(
      [first, second].map(({ port }) =>
        federation.client('zhejiang', [`127.0.0.1:${port}`]).check(signed, new Date(Date.now() + 4_000)),
      ),
    );
    const answered = answers.flatMap((reply) =>
      'replies' in reply ? reply.replies.filter(({ reply: one }) => one.kind === 'answer') : [],
    );
    expect(answered.map(({ province }) => province).sort()).toEqual([...MEMBERS].sort());
  });

  it('let a batch go on by the other where one breaks off; what was open is INCOMPLETE, and nothing else is', async () => {
    const held = hold('shandong');
    const pictures = [1, 2].map((number) => ({
      name: `picture ${number}`,
      fingerprinted: pictureLike([1, 0, number]),
    }));
    const terms = { actor: examiner, limit: 5, budgetMs: 8_000 };
    const run = async (): Promise<Check[]> => {
      const checks: Check[] = [];
      try {
        for await (const { check } of checkBatch(asking, { pictures, ...terms })) checks.push(check);
      } catch (error) {
        expect(error).toMatchObject({ code: 'FEDERATION_UNAVAILABLE' });
      }
      return checks;
    };
    const broken = run();
    await held.asked;
    await Promise.all([first, second].map((proxy) => proxy.suffer({ kind: 'cut' })));
    held.letGo();
    expect((await broken).map(({ verdict }) => verdict)).toEqual(['INCOMPLETE', 'INCOMPLETE']);
    await second.heal();
    expect((await run()).map(({ verdict }) => verdict)).toEqual(['CLEAR', 'CLEAR']);
  });
});

async function signedQuestion(): Promise<SignedQuestion> {
  const fingerprint = fingerprintAlong([1, 1]);
  const now = Date.now();
  const question: Question = {
    kind: 'weft.question.v1',
    checkId: random.uuid(),
    nonce: random.nonce(),
    askedAt: new Date(now).toISOString(),
    deadline: new Date(now + 4_000).toISOString(),
    ...{ asker: 'zhejiang', epoch: 1, modelDigest: MODEL, limit: 5 },
    fingerprintDigest: digest(fingerprint),
  };
  return { questionJws: await asking.signer.sign(question), fingerprint };
}
