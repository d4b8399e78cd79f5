import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeFederation, FakeProvince, digest, fingerprinted } from '../../../../test/fakes/federation.js';
import { createStatementVerifier } from '#libs/federation-log';
import { askQuestion } from './ask-question.js';
import { HedgedMembers, type HedgeEvent } from './hedged-members.js';
import { judgeReply } from './judge-reply.js';
import type { AcceptedQuestion, MemberReply } from './ports.js';

const UNREACHABLE: MemberReply = { kind: 'none', outcome: 'UNREACHABLE', detail: 'connection refused' };
const TIMEOUT: MemberReply = { kind: 'none', outcome: 'TIMEOUT', detail: 'no answer by the deadline' };
const START = Date.parse('2026-11-02T08:00:00.000Z');
const BUDGET_MS = 8_000;

/** How one process of the member behaves; times in milliseconds of a clock that passes only while everybody waits. */
interface Way {
  readonly takes: number;
  readonly kind?: 'lost' | 'forged' | 'behind';
}

let federation: FakeFederation;
let processes: readonly FakeProvince[];
let ways: Way[];
/** Which processes were asked, and which calls were given up. */
let asked: number[];
let givenUp: number[];
let events: HedgeEvent[];
let now: number;
let timers: { at: number; work: () => void }[];
let members: HedgedMembers;
/** Work that takes no time of this clock, under way. */
let busy = 0;

async function counted<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  return work.finally(() => (busy -= 1));
}

function hedged(replicas: () => number): HedgedMembers {
  const verifier = createStatementVerifier(federation.signedDirectory);
  return new HedgedMembers({
    members: { replicas, search },
    verifier: { verify: (...args) => counted(verifier.verify(...args)) },
    ...{ digest, directory: federation.directory, later },
    monotonic: () => now,
    now: () => new Date(START + now),
    tell: (_province, event) => events.push(event),
  });
}

function later(work: () => void, milliseconds: number): () => void {
  const timer = { at: now + milliseconds, work };
  timers.push(timer);
  return () => (timers = timers.filter((one) => one !== timer));
}

beforeEach(async () => {
  federation = await FakeFederation.create();
  const first = federation.member('shandong');
  const second = new FakeProvince(
    'shandong',
    first.signer,
    federation.directory,
    createStatementVerifier(federation.signedDirectory),
  );
  processes = [first, second];
  first.file([0, 1, 0, 0]);
  second.rows.push(...first.rows);
  [asked, givenUp, events, now, timers] = [[], [], [], 0, []];
  ways = [{ takes: 10 }, { takes: 10 }];
  members = hedged(() => ways.length);
});

/** A process of the member: its real story, after its time. */
async function search(
  _province: string,
  questions: readonly AcceptedQuestion[],
  _deadline: Date,
  { replica, signal } = { replica: 0, signal: new AbortController().signal },
): Promise<MemberReply[]> {
  asked.push(replica);
  const way = ways[replica] ?? { takes: 0 };
  signal.addEventListener('abort', () => givenUp.push(replica), { once: true });
  await new Promise<void>((resolve) => void later(resolve, Math.min(way.takes, BUDGET_MS)));
  if (way.kind === 'lost') return questions.map(() => UNREACHABLE);
  if (way.takes >= BUDGET_MS) return questions.map(() => TIMEOUT);
  const province = processes[replica % 2];
  if (way.kind === 'behind' && province) province.told = { searchable: province.rows.length + 1, entry: 9 };
  const replies = await counted(province?.search(questions) ?? Promise.resolve([]));
  if (way.kind !== 'forged') return replies;
  return replies.map((reply) =>
    reply.kind === 'answer' ? { ...reply, answerJws: `${reply.answerJws.slice(0, -4)}AAAA` } : reply,
  );
}

async function question(): Promise<AcceptedQuestion> {
  const actor = { kind: 'person', name: 'examiner' } as const;
  const asking = { fingerprinted: fingerprinted([1, 0, 0, 0]), actor, limit: 5, budgetMs: BUDGET_MS };
  return askQuestion(federation.asking('zhejiang'), asking);
}

/** Lets everything happen that takes no time. */
async function untilQuiet(done: () => boolean): Promise<void> {
  for (let quiet = 0; quiet < 10 && !done(); quiet = busy > 0 ? 0 : quiet + 1)
    await new Promise((go) => setImmediate(go));
}

/** One call, while time passes. */
async function ask(questions: readonly AcceptedQuestion[]) {
  const begun = now;
  let replies: MemberReply[] | undefined;
  void members
    .search('shandong', questions, new Date(START + now + BUDGET_MS))
    .then((all) => (replies = all));
  for (;;) {
    await untilQuiet(() => replies !== undefined);
    if (replies) break;
    const [next] = [...timers].sort((one, other) => one.at - other.at);
    if (!next) continue;
    now = Math.max(now, next.at);
    timers = timers.filter((one) => one !== next);
    next.work();
  }
  return { replies, took: now - begun };
}

async function outcomeOf(one: AcceptedQuestion, reply: MemberReply | undefined) {
  if (!reply) return 'nothing';
  const verifier = createStatementVerifier(federation.signedDirectory);
  const timed = { province: 'shandong', reply, askedAt: '', arrivedAt: '' };
  const { row } = await judgeReply({ verifier, digest, directory: federation.directory }, one, timed);
  return row.outcome;
}

/** Calls that were answered soon, as the member's p95 and the budget want them. */
async function warmUp(calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) await ask([await question()]);
  expect(new Set(asked)).toEqual(new Set([0]));
  [asked, events, givenUp] = [[], [], []];
}

describe('a member of two processes', () => {
  it('is asked at the second when the first takes longer than 95 of 100 calls did; the first answer counts', async () => {
    await warmUp(25);
    ways = [{ takes: 3_000 }, { takes: 10 }];
    const one = await question();
    const { replies, took } = await ask([one]);
    expect(await outcomeOf(one, replies[0])).toBe('ANSWERED');
    expect(asked).toEqual([0, 1]);
    expect(givenUp).toContain(0);
    expect(events).toEqual(['hedged', 'hedge_won']);
    expect(took).toBeLessThan(100);
    // A first process that is quick again is asked alone.
    ways = [{ takes: 10 }, { takes: 10 }];
    asked = [];
    await ask([await question()]);
    expect(asked).toEqual([0]);
  });

  it('is not asked twice for slowness over 5% of its questions', async () => {
    await warmUp(20);
    ways = [{ takes: 1_000 }, { takes: 10 }];
    await ask([await question()]);
    expect(events).toEqual(['hedged', 'hedge_won']);
    events = [];
    const { took } = await ask([await question()]);
    expect([took, events]).toEqual([1_000, ['over_budget']]);
  });

  it('keeps its budget over any course of calls', async () => {
    const course = fc.array(fc.record({ questions: fc.integer({ min: 1, max: 8 }), slow: fc.boolean() }), {
      maxLength: 40,
    });
    const one = await question();
    await fc.assert(
      fc.asyncProperty(course, async (calls) => {
        members = hedged(() => 2);
        let [first, second] = [0, 0];
        for (const { questions, slow } of calls) {
          ways = [{ takes: slow ? 7_000 : 10 }, { takes: 10 }];
          asked = [];
          await ask(Array.from({ length: questions }, () => one));
          first += questions;
          if (asked.length > 1) second += questions;
          expect(second * 20).toBeLessThanOrEqual(first);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is asked at the second at once, and without a budget, when the first is not there', async () => {
    ways = [{ takes: 5, kind: 'lost' }, { takes: 10 }];
    for (let call = 0; call < 5; call += 1) {
      const one = await question();
      const { replies, took } = await ask([one]);
      expect(await outcomeOf(one, replies[0])).toBe('ANSWERED');
      expect(took).toBe(15);
    }
    expect(asked).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(new Set(events)).toEqual(new Set(['failed_over']));
  });

  it('is UNREACHABLE, with each process asked once, when none is there', async () => {
    ways = [
      { takes: 5, kind: 'lost' },
      { takes: 5, kind: 'lost' },
      { takes: 5, kind: 'lost' },
    ];
    const { replies } = await ask([await question()]);
    expect(replies).toEqual([UNREACHABLE]);
    expect(asked).toEqual([0, 1, 2]);
  });

  it.each(['forged', 'behind'] as const)(
    'is believed by its other process when the one that answers first is %s',
    async (kind) => {
      await warmUp(25);
      ways = [{ takes: 400 }, { takes: 10, kind }];
      const one = await question();
      const { replies, took } = await ask([one]);
      expect([took, await outcomeOf(one, replies[0])]).toEqual([400, 'ANSWERED']);
      // What the second said was said, and stands in the member's log.
      expect(processes[1]?.log.types()).toEqual(['member.answered']);
    },
  );

  it('gives the first of two different answers, and both are in its log', async () => {
    await warmUp(25);
    processes[1]?.file([1, 0, 0, 0]);
    ways = [{ takes: 40 }, { takes: 5 }];
    const one = await question();
    const before = processes[0]?.log.types().length ?? 0;
    const { replies } = await ask([one]);
    // The second's: a candidate that the first has not.
    const [reply] = replies;
    const payload = reply?.kind === 'answer' ? (reply.answerJws.split('.')[1] ?? '') : '';
    expect(Buffer.from(payload, 'base64url').toString()).toContain('"declared":2');
    // The first goes on with what it was asked, and nobody reads it.
    for (const { work } of timers.splice(0)) work();
    await untilQuiet(() => false);
    expect(processes[0]?.log.types().slice(before)).toEqual(['member.answered']);
    expect(processes[1]?.log.types()).toEqual(['member.answered']);
  });

  it('is TIMEOUT when neither answers in time', async () => {
    ways = [{ takes: BUDGET_MS }, { takes: BUDGET_MS }];
    const { replies } = await ask([await question()]);
    expect(replies).toEqual([TIMEOUT]);
  });
});

describe('a member of one process', () => {
  it('is asked there, and never twice', async () => {
    ways = [{ takes: 5_000 }];
    const one = await question();
    const { replies } = await ask([one]);
    expect([asked, events, await outcomeOf(one, replies[0])]).toEqual([[0], [], 'ANSWERED']);
  });
});
