import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  createAuditLog,
  createDataSource,
  migrate,
  PostgresChecks,
  PostgresEntryFinder,
  PostgresReceipts,
} from '#libs/persistence';
import type { AuditEvent, ReceiptOutcome } from '#libs/registry';
import { makeCheck } from '../contracts/checks.contract.js';
import { digest, fingerprinted } from '../fakes/federation.js';
import { freshDatabase, type FreshDatabase } from '../postgres.js';

let database: FreshDatabase;
let dataSource: Awaited<ReturnType<typeof createDataSource>>;
let receipts: PostgresReceipts;
beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  receipts = new PostgresReceipts(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const later = (check: { finishedAt: string }, ms: number) => new Date(Date.parse(check.finishedAt) + ms);
const outcome = (state: ReceiptOutcome['state'], nextAt: Date | null = null): ReceiptOutcome => ({
  state,
  detail: state === 'WITNESSED' ? '' : `why it is ${state}`,
  receipt: state === 'PENDING' ? null : `the receipt, ${state}`,
  nextAt,
});

describe('the receipts of checks in PostgreSQL', () => {
  it('are settled together, each by its own outcome; what is witnessed or refused stays so', async () => {
    const checks = [makeCheck(), makeCheck()];
    for (const check of checks)
      await new PostgresChecks(dataSource).save(check, 'examiner', fingerprinted([1, 0, 0, 0]));
    const [check] = checks;
    if (!check) throw new Error('a check is needed');
    const now = later(check, 600);
    const due = await receipts.due('zhejiang', 16, now);
    expect(due).toHaveLength(4);
    const settle = (at: number) =>
      outcome(
        (['WITNESSED', 'UNWITNESSED', 'INVALID', 'PENDING'] as const)[at] ?? 'PENDING',
        at % 2 === 1 ? now : null,
      );
    await receipts.settle(
      due.map((one, at) => ({ due: one, outcome: settle(at) })),
      now,
    );
    const again = await receipts.due('zhejiang', 16, now);
    expect(again.map(({ checkId, about, attempts }) => [checkId, about, attempts]).sort()).toEqual(
      [due[1], due[3]].map((one) => [one?.checkId, one?.about, 1]).sort(),
    );
    await receipts.settle(
      due.map((one) => ({ due: one, outcome: outcome('WITNESSED') })),
      later(check, 900),
    );
    const states = (await Promise.all(checks.map(({ checkId }) => receipts.ofCheck(checkId)))).flat();
    const own = states.filter(({ party }) => party === 'zhejiang');
    expect(own.map(({ state }) => state).sort()).toEqual(['INVALID', 'WITNESSED', 'WITNESSED', 'WITNESSED']);
    expect(own.find(({ state }) => state === 'INVALID')).toMatchObject({
      detail: 'why it is INVALID',
      receipt: 'the receipt, INVALID',
    });
    expect(await receipts.due('zhejiang', 16, now)).toEqual([]);
    await receipts.settle([], now);
  });

  it('tell how long each check waited for the last that came', async () => {
    const check = makeCheck({ askedAt: '2026-04-01T08:00:00.000Z', finishedAt: '2026-04-01T08:00:00.100Z' });
    await new PostgresChecks(dataSource).save(check, 'examiner', fingerprinted([1, 0, 0, 0]));
    const since = new Date(check.askedAt);
    expect(await receipts.waits(since)).toEqual([{ witnessed: false, ms: 0 }]);
    const parties = [...new Set((await receipts.ofCheck(check.checkId)).map(({ party }) => party))];
    for (const [at, party] of parties.entries()) {
      const when = later(check, 500 + at);
      const due = await receipts.due(party, 16, when);
      await receipts.settle(
        due
          .filter(({ checkId }) => checkId === check.checkId)
          .map((one) => ({ due: one, outcome: outcome('WITNESSED') })),
        when,
      );
    }
    expect(await receipts.waits(since)).toEqual([{ witnessed: true, ms: 499 + parties.length }]);
  });
});

describe('entries of a log', () => {
  it('are found together, in the order wanted, each the latest of its check, type and digest', async () => {
    const log = createAuditLog(dataSource, 'zhejiang');
    const [one, other] = [randomUUID(), randomUUID()];
    const asked = (subject: string): AuditEvent => ({
      type: 'check.asked',
      outcome: 'success',
      actor: { kind: 'person', name: 'li.na' },
      at: '2026-03-01T08:30:00.123Z',
      subject,
      details: {
        questionDigest: digest(subject),
        modelDigest: digest('model'),
        epoch: 1,
        pictureCommitment: `commitment:${'0'.repeat(64)}`,
      },
    });
    for (const subject of [one, other, one]) await log.append(asked(subject));
    const type = 'check.asked';
    const finder = new PostgresEntryFinder(dataSource, 'zhejiang');
    const wanted = (checkId: string, digest = '') => ({ checkId, type, digest });
    const found = await finder.find([
      wanted(other),
      wanted(one),
      wanted(randomUUID()),
      wanted(one, digest('another')),
      { ...wanted(one), type: 'check.judged' },
      wanted(one, digest(one)),
    ]);
    expect(found.map((entry) => entry?.index ?? null)).toEqual([1, 2, null, null, null, 2]);
    expect(Buffer.from(found[0]?.entry ?? []).toString()).toContain(other);
    expect(await finder.find([])).toEqual([]);
  });

  it('tell how much each member was answered, by the minute', async () => {
    const log = createAuditLog(dataSource, 'shandong');
    const answered = (asker: string, at: string): AuditEvent => ({
      type: 'member.answered',
      outcome: 'success',
      actor: { kind: 'member', name: asker },
      at,
      subject: randomUUID(),
      details: {
        ...{ questionDigest: digest('q'), answerDigest: digest('a'), searched: 1, declared: 1 },
        ...{ declaredAt: null, cosigned: 0, verified: 0, complete: true },
      },
    });
    const finder = new PostgresEntryFinder(dataSource, 'shandong');
    const since = new Date('2026-03-01T08:00:00.000Z');
    expect(await finder.askedSince(since)).toEqual([]);
    for (const [asker, minute] of [
      ['jiangsu', '07:59'],
      ['jiangsu', '08:30'],
      ['zhejiang', '08:30'],
      ['jiangsu', '08:30'],
      ['jiangsu', '08:31'],
    ] as const)
      await log.append(answered(asker, `2026-03-01T${minute}:10.000Z`));
    const minute = Date.parse('2026-03-01T08:30:00.000Z') / 60_000;
    expect(await finder.askedSince(since)).toEqual([
      { asker: 'jiangsu', minute, questions: 2 },
      { asker: 'jiangsu', minute: minute + 1, questions: 1 },
      { asker: 'zhejiang', minute, questions: 1 },
    ]);
  });
});
