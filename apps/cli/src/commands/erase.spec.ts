import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStatementSigner, generateSigningKey } from '#libs/federation-log';
import {
  createAuditLog,
  createDataSource,
  createRegistry,
  migrate,
  PostgresChecks,
  PostgresDecisions,
  PostgresFindings,
  PostgresSalts,
  readAuditLog,
} from '#libs/persistence';
import {
  confirmDecision,
  decideCheck,
  fileApplication,
  refuse,
  sendFinding,
  type Actor,
} from '#libs/registry';
import { makeCheck } from '../../../../test/contracts/checks.contract.js';
import { fingerprinted } from '../../../../test/fakes/federation.js';
import { createFakeDesk } from '../../../../test/fakes/registration-desk.js';
import { freshDatabase, type FreshDatabase } from '../../../../test/postgres.js';
import { projectRoot } from '../home/project-root.js';

/** Whatever is said of a person here. */
const saidOf = (name: string) =>
  [name, `与${name}的在先作品相同`, `${name}自己的演绎`, `${name}补充了材料`] as const;
const person = (name: string): Actor => ({ kind: 'person', name });
const weft = join(projectRoot(), 'apps', 'cli', 'bin', 'weft.mjs');

let folder: string;
let database: FreshDatabase;
let dataSource: Awaited<ReturnType<typeof createDataSource>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-cli-erase-'));
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

function erase(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const env = { ...process.env, WEFT_HOME: join(folder, 'home'), WEFT_DATABASE_URL_ZHEJIANG: database.url };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [weft, 'erase', '--province', 'zhejiang', ...args, '--json'],
      { env },
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

/** Where any row of any table holds this text. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await dataSource.query<{ name: string }[]>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await dataSource.query<{ n: string }[]>(
      `SELECT count(*) AS n FROM ${name} AS one WHERE strpos(one::text, $1) > 0`,
      [text],
    );
    if (Number(row?.n) > 0) found.push(name);
  }
  return found;
}

/** An application with a check, two decisions on it and a refusal, and a check of another picture that shows its owner. */
async function refusedApplication(name: string) {
  const [owner, reason, decided, decidedAgain] = saidOf(name);
  const log = createAuditLog(dataSource, 'zhejiang');
  const checks = new PostgresChecks(dataSource);
  const desk = {
    ...createFakeDesk(),
    registry: createRegistry(dataSource, 'zhejiang'),
    decisions: new PostgresDecisions(dataSource, 'zhejiang'),
    salts: new PostgresSalts(dataSource),
    checks,
    log,
  };
  const metadata = { title: '缠枝莲', category: 'F', owner };
  const picture = Buffer.from(randomUUID());
  const { registrationId } = await fileApplication(desk, { picture, metadata, actor: person('li.na') });
  const own = makeCheck({ registrationId });
  const checkOf = { ...own, evidence: { ...own.evidence, pictureSalt: '5a'.repeat(32) } };
  await checks.save(checkOf, 'li.na', fingerprinted([1, 0, 0, 0]));
  const other = makeCheck();
  const candidates = other.candidates.map((one) => ({ ...one, registrationId, owner }));
  expect(candidates.length).toBeGreaterThan(0);
  await checks.save({ ...other, candidates }, 'li.na', fingerprinted([0, 1, 0, 0]));
  const { checkId } = own;
  const decision = { checkId, actor: person('li.na'), kind: 'derivative' } as const;
  const first = await decideCheck(
    { ...desk, fourEyes: false },
    { ...decision, supersedes: null, reason: decided },
  );
  const second = await decideCheck(
    { ...desk, fourEyes: true },
    { ...decision, supersedes: first.decisionId, reason: decidedAgain },
  );
  await confirmDecision(
    { ...desk, fourEyes: true },
    { checkId, decisionId: second.decisionId, actor: person('wang') },
  );
  await refuse(desk, { registrationId, actor: person('li.na'), reason });
  return { registrationId, checkId, otherId: other.checkId, checks, registry: desk.registry };
}

describe('weft erase', () => {
  it('leaves nothing of a person in any table, and every entry of the log as it was', async () => {
    const { registrationId, checkId, otherId, checks, registry } = await refusedApplication('张三丰');
    await refusedApplication('陈静');
    const entries = async () =>
      (await readAuditLog(dataSource, 'zhejiang', 0, 1_000)).map(({ entry }) => entry);
    const before = await entries();
    const everywhere = ['check_decision', 'duplicate_check', 'registration'];
    expect((await tablesWith('张三丰')).sort()).toEqual(everywhere);
    const unsaid = await erase('--registration', registrationId);
    expect([unsaid.code, unsaid.stderr]).toEqual([1, expect.stringMatching(/--for-good/)]);
    expect(await entries()).toEqual(before);

    const erased = await erase('--registration', registrationId, '--for-good');
    expect([erased.code, erased.stderr]).toEqual([0, '']);
    expect(JSON.parse(erased.stdout)).toEqual({
      province: 'zhejiang',
      erased: [{ registrationId, owners: 1, reasons: 3, salts: 5, shown: 1 }],
    });
    for (const text of saidOf('张三丰')) expect([text, await tablesWith(text)]).toEqual([text, []]);
    // Nothing of anybody else.
    expect((await tablesWith('陈静')).sort()).toEqual(everywhere);
    expect(await dataSource.query('SELECT FROM commitment_salt')).toHaveLength(5);
    expect(await registry.find(registrationId)).toMatchObject({ title: '缠枝莲', state: 'refused' });
    expect((await checks.find(checkId))?.registrationId).toBe(registrationId);
    expect((await checks.find(otherId))?.candidates[0]).toMatchObject({
      registrationId,
      owner: '（已删除 erased）',
    });
    const after = await entries();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length).map((entry) => JSON.parse(entry) as unknown)).toEqual([
      expect.objectContaining({
        type: 'registry.erased',
        outcome: 'success',
        actor: { kind: 'program', name: 'weft erase' },
        subject: registrationId,
        details: expect.objectContaining({ salts: 5, reasons: 3, owners: 1, searchable: 2 }) as unknown,
      }),
    ]);

    // The same again finds nothing, and is told.
    const again = await erase('--registration', registrationId, '--for-good');
    expect(JSON.parse(again.stdout)).toMatchObject({
      erased: [{ owners: 0, reasons: 0, salts: 0, shown: 0 }],
    });
    expect(await entries()).toHaveLength(after.length + 1);
  });

  it('takes the reasons of findings out of what both provinces signed, also about another province’s registration', async () => {
    const registrationId = randomUUID();
    const checks = new PostgresChecks(dataSource);
    const findings = new PostgresFindings(dataSource, 'zhejiang');
    const made = makeCheck();
    const candidates = made.candidates.map((one) => ({ ...one, registrationId, owner: '王五' }));
    const check = { ...made, candidates };
    await checks.save(check, 'li.na', fingerprinted([1, 0, 0, 0]));
    const desk = {
      ...createFakeDesk(),
      ...{ province: 'zhejiang', findings, checks, log: createAuditLog(dataSource, 'zhejiang') },
      evidenceOf: async () => Buffer.from('{}'),
      signer: await createStatementSigner(await generateSigningKey()),
      verifier: { verify: () => Promise.reject(new Error('nothing comes here')) },
    };
    const { checkId } = check;
    const sent = await sendFinding(desk, {
      ...{ checkId, registrationId, reason: '王五的花样', actor: person('li.na') },
    });
    expect((await tablesWith('王五')).sort()).toEqual(['duplicate_check', 'finding_reason']);
    const erased = await erase('--registration', registrationId, '--for-good');
    expect([erased.code, erased.stderr]).toEqual([0, '']);
    expect(JSON.parse(erased.stdout)).toEqual({
      province: 'zhejiang',
      erased: [{ registrationId, owners: 0, reasons: 1, salts: 1, shown: 1 }],
    });
    expect(await tablesWith('王五')).toEqual([]);
    const kept = await findings.find(sent.statement.findingId);
    expect(kept?.steps).toEqual([{ ...sent, said: null }]);
    // It is delivered all the same, without the words.
    expect((await findings.due(10, new Date()))[0]?.step).toEqual({ ...sent, said: null });
    const last = (await readAuditLog(dataSource, 'zhejiang', 0, 1_000)).at(-1)?.entry ?? '';
    expect(JSON.parse(last)).toMatchObject({
      ...{ type: 'registry.erased', outcome: 'success', subject: registrationId },
      details: { reasons: 1, salts: 1, owners: 0 },
    });
    const again = await erase('--registration', registrationId, '--for-good');
    expect(again.code).toBe(1);
  });

  it('tells of a registration that is not there, and that is an entry', async () => {
    for (const id of [randomUUID(), 'none']) {
      const missing = await erase('--registration', id, '--for-good');
      expect(missing.code).toBe(1);
      expect(JSON.parse(missing.stderr)).toMatchObject({
        error: { code: 'NOT_FOUND', field: 'registrationId' },
      });
      const last = (await readAuditLog(dataSource, 'zhejiang', 0, 1_000)).at(-1)?.entry ?? '';
      expect(JSON.parse(last)).toMatchObject({ type: 'registry.erased', outcome: 'failure' });
    }
  });
});
