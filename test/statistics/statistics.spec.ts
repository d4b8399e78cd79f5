import { randomUUID } from 'node:crypto';
import {
  createDataSource,
  createRegistry,
  migrate,
  PostgresChecks,
  PostgresDecisions,
  PostgresStatistics,
} from '#libs/persistence';
import type { AuditEvent, Check, DecisionKind, Registration } from '#libs/registry';
import { writeMonthlyTable } from '#libs/report';
import { readSheet } from 'read-excel-file/node';
import type { DataSource } from 'typeorm';
import { fingerprinted } from '../fakes/federation.js';
import { type FreshDatabase, freshDatabase } from '../postgres.js';
import { candidate, checkOf, sha256, uuid } from '../report/samples.js';

let database: FreshDatabase;
let dataSource: DataSource;
let statistics: PostgresStatistics;
beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  statistics = new PostgresStatistics(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const entry = {
  outcome: 'success',
  actor: { kind: 'person', name: 'examiner' },
  at: '2026-03-05T12:00:00.000Z',
} as const;

const filedEvent = (subject: string, patternId: string): AuditEvent => ({
  ...entry,
  type: 'registry.filed',
  subject,
  details: {
    patternId,
    category: 'F',
    pictureCommitment: `commitment:${'0'.repeat(64)}`,
    position: 1,
    searchable: 1,
  },
});

const decidedEvent = (subject: string, decision: DecisionKind): AuditEvent => ({
  ...entry,
  type: 'decision.made',
  subject,
  details: {
    decisionId: randomUUID(),
    decision,
    decidedBy: 'wang',
    registrationId: null,
    supersedes: null,
    verdict: 'DUPLICATE',
  },
});

const refusedEvent = (subject: string, at: string): AuditEvent => ({
  ...{ ...entry, at, type: 'registry.refused', subject },
  details: {
    ...{ from: 'applied', registrationNumber: null, position: 1, searchable: 1 },
    reasonCommitment: `commitment:${'0'.repeat(64)}`,
  },
});

async function insert(
  change: Partial<Registration>,
  filed: boolean,
): Promise<Pick<Registration, 'registrationId'>> {
  const registrationId = randomUUID();
  const patternId = randomUUID();
  await createRegistry(dataSource, 'zhejiang').transaction(async (writer) => {
    await writer.insertPattern(
      { patternId, pictureDigest: sha256(patternId), mediaType: 'image/png', width: 1, height: 1 },
      { modelDigest: sha256('model'), bytes: new Uint8Array([1]) },
    );
    await writer.insertRegistration({
      registrationId,
      patternId,
      province: 'zhejiang',
      registrationNumber: null,
      state: 'applied',
      title: '缠枝莲纹',
      category: 'F',
      owner: '=演示纺织有限公司',
      centre: '绍兴柯桥',
      completedOn: null,
      firstPublishedOn: null,
      registeredOn: null,
      filedAt: '2026-03-05T12:00:00.000Z',
      reason: '',
      ...change,
    });
    if (filed) await writer.log.append(filedEvent(registrationId, patternId));
  });
  return { registrationId };
}

const registered = (number: number, registeredOn: string): Partial<Registration> => ({
  state: 'registered',
  registrationNumber: `浙作登字-2026-F-${String(number).padStart(8, '0')}`,
  registeredOn,
});

async function save(check: Check): Promise<Check> {
  await new PostgresChecks(dataSource).save(check, 'examiner', fingerprinted([1, 0, 0, 0]));
  return check;
}

describe('the figures of a node', () => {
  it('count applications by filing and certificates by registration, in Chinese months; an import is no application', async () => {
    await insert({}, true);
    await insert({ centre: '杭州' }, true);
    await insert({ filedAt: '2026-03-31T16:00:00.000Z' }, true);
    await insert({ filedAt: '2026-03-31T15:59:59.999Z', ...registered(2, '2026-04-09') }, true);
    await insert(registered(1, '2026-03-01'), false);
    await insert({ ...registered(3, '2026-03-02'), state: 'revoked' }, false);
    expect(await statistics.works('2026-03', '2026-04')).toEqual([
      { month: '2026-03', centre: '杭州', category: 'F', applications: 1, certificates: 0 },
      { month: '2026-03', centre: '绍兴柯桥', category: 'F', applications: 2, certificates: 2 },
      { month: '2026-04', centre: '绍兴柯桥', category: 'F', applications: 1, certificates: 1 },
    ]);
    expect(await statistics.works('2025-01', '2025-12')).toEqual([]);
  });

  it('list the registrations of a month in the national form', async () => {
    const rows = await statistics.monthly('2026-03');
    const days = {
      month: '2026-03',
      ended: 3,
      median: 5,
      average: 16 / 3,
      longest: 9,
      inTime: 2,
      sure: true,
    };
    const file = await writeMonthlyTable('2026-03', rows, days);
    expect(await readSheet(file, 2)).toEqual([
      ['审结件数', '工作日中位数', '工作日平均数', '最长工作日', '七个工作日内', '节假日安排'],
      [3, 5, 5.3, 9, 2, '已知'],
    ]);
    const table = await readSheet(file);
    expect(table.map((row) => row.slice(0, 5))).toEqual([
      ['作品登记号', '登记日期', '作品名称', '作品类别', '著作权人'],
      ['浙作登字-2026-F-00000001', '2026-03-01', '缠枝莲纹', 'F', "'=演示纺织有限公司"],
      ['浙作登字-2026-F-00000003', '2026-03-02', '缠枝莲纹', 'F', "'=演示纺织有限公司"],
    ]);
  });

  it('count the days of what was registered or refused, of applications filed at this node alone', async () => {
    const filedAt = '2026-06-01T02:00:00.000Z';
    await insert({ filedAt, ...registered(11, '2026-06-05') }, true);
    await insert({ filedAt, ...registered(12, '2026-06-05') }, true);
    await insert({ filedAt, ...registered(13, '2026-07-01'), state: 'revoked' }, true);
    await insert({ filedAt, ...registered(14, '2026-06-05') }, false);
    await insert({ filedAt }, true);
    const { registrationId } = await insert({ filedAt, state: 'refused' }, true);
    // Past midnight in China, and still the day before by universal time.
    await createRegistry(dataSource, 'zhejiang').transaction((writer) =>
      writer.log.append(refusedEvent(registrationId, '2026-06-29T16:30:00.000Z')),
    );
    expect(await statistics.examinations('2026-06', '2026-07')).toEqual([
      { filedOn: '2026-06-01', endedOn: '2026-06-05', count: 2 },
      { filedOn: '2026-06-01', endedOn: '2026-06-30', count: 1 },
      { filedOn: '2026-06-01', endedOn: '2026-07-01', count: 1 },
    ]);
    expect(await statistics.examinations('2026-07', '2026-07')).toHaveLength(1);
  });

  it('count each picture once by its latest check, duplicates by the decision in force, and all that was compared', async () => {
    const picture = (name: string) => ({ digest: sha256(name), width: 1, height: 1 });
    const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T12:00:00.000Z`;
    const one = (n: number, name: string, verdict: Check['verdict'], change: Partial<Check> = {}) =>
      save(checkOf(verdict, { checkId: uuid(n), picture: picture(name), askedAt: at(n), ...change }));
    await one(1, 'a', 'INCOMPLETE');
    await one(2, 'a', 'DUPLICATE');
    await one(3, 'b', 'DUPLICATE', { candidates: [candidate({ province: 'zhejiang' })] });
    await one(4, 'c', 'INCOMPLETE');
    const rejected = await one(5, 'd', 'DUPLICATE');
    const found = await one(6, 'e', 'SUSPECTED');
    await one(7, 'f', 'CLEAR');
    await one(8, 'g', 'CLEAR', { askedAt: '2026-03-31T16:00:00.000Z' });
    const decisions = new PostgresDecisions(dataSource, 'zhejiang');
    const decide = (checkId: string, kind: 'duplicate' | 'not-a-duplicate', decisionId = randomUUID()) =>
      decisions.insert(
        {
          decisionId,
          checkId,
          registrationId: null,
          kind,
          reason: '人工认定',
          decidedBy: 'wang',
          decidedAt: at(9),
          confirmedBy: null,
          confirmedAt: null,
          inForce: true,
          supersedes: null,
        },
        decidedEvent(checkId, kind),
        { about: decisionId, of: 'reason', salt: '0'.repeat(64) },
      );
    await decide(rejected.checkId, 'not-a-duplicate');
    await decide(found.checkId, 'duplicate');
    expect(await statistics.checks('2026-03', '2026-04')).toEqual([
      // Two INCOMPLETE checks lack the 106,000 patterns of one member.
      {
        month: '2026-03',
        checks: 7,
        comparisons: 7 * 424_000 - 2 * 106_000,
        pictures: 6,
        duplicates: 3,
        elsewhere: 2,
        incomplete: 1,
      },
      {
        month: '2026-04',
        checks: 1,
        comparisons: 424_000,
        pictures: 1,
        duplicates: 0,
        elsewhere: 0,
        incomplete: 0,
      },
    ]);
  });
});
