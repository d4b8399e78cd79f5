/** Run by tools/older-version.mjs: lets another version work, and writes down what it keeps and what it said of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readEntryBundle, tilesOfTree, tilePath } from '#libs/federation-log';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import sharp from 'sharp';
import { z } from 'zod';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { DEFAULT_MEMBERS } from '../../apps/cli/src/home/weft-home.js';
import { coordinatorLog } from '../../apps/cli/src/log/coordinator-log.js';
import { exportLog, type ReadLogFile } from '../../apps/cli/src/log/export-log.js';
import { fileApplication } from '../examiner.js';
import { KEPT, keptSchema, packKept, type KeptDatabase } from './kept-database.js';
import { NodeDesk } from './node-desk.js';
import { OldFederation, SystemPostgres } from './old-federation.js';

/** Where it all happens. */
const PROVINCE = 'zhejiang';
/** Who is held for a check that stays incomplete. */
const SILENT = 'shandong';
const PASSWORD = 'drawn patterns only';
const SETTLING_MS = 120_000;
const QUIET_MS = 4_000;

const anId = z.looseObject({ checkId: z.string() });
const list = z.array(z.looseObject({}));

const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '' },
    checkout: { type: 'string', default: '' },
    postgres: { type: 'string', default: '/usr/lib/postgresql/15/bin' },
    ports: { type: 'string', default: '31400' },
  },
});

/** Small, for the fixture is kept with the source. */
function picture(seed: number): Promise<Uint8Array> {
  return drawPattern(composeDesign(seed), { width: 256, height: 256 });
}

const WORK = { category: 'F', owner: '演示纺织有限公司', completedOn: '2024-03-01', centre: '柯桥' };

/** An existing registry comes in; of each neighbour one work. */
async function importRegistries(federation: OldFederation): Promise<void> {
  const heading = '登记号,登记日期,作品名称,类别,著作权人,完成日期,状态,原因,图片';
  const rows = [
    '浙作登字-2021-F-00000001,2021-03-04,缠枝莲纹,F,演示纺织有限公司,2021-01-02,已登记,,one.jpg',
    '浙作登字-2022-F-00000002,2022-05-06,海水江崖纹,F,演示纺织有限公司,2022-01-02,已登记,,two.jpg',
    '浙作登字-2022-F-00000003,2022-05-07,团花纹,F,演示纺织有限公司,2022-01-02,已撤销,重复登记,three.jpg',
  ];
  const pictures = new Map([
    ['one.jpg', await picture(1)],
    ['two.jpg', await picture(2)],
    ['three.jpg', await picture(3)],
  ]);
  federation.import(PROVINCE, pictures, [heading, ...rows, ''].join('\n'));
  federation.import(
    'jiangsu',
    new Map([['four.jpg', await picture(4)]]),
    [
      heading,
      '苏作登字-2023-F-00000004,2023-01-09,牡丹纹,F,演示纺织有限公司,2022-12-02,已登记,,four.jpg',
      '',
    ].join('\n'),
  );
}

/** What an examiner does in a week. @returns the ids of the checks and of the batches */
async function work(federation: OldFederation): Promise<{ checks: string[]; batches: string[] }> {
  const origin = federation.origin(PROVINCE);
  const person = { user: 'zhang.examiner', password: PASSWORD };
  const desk = await NodeDesk.of(origin, person.user, person.password);
  const node = new NodeClient(origin, person);
  const checks: string[] = [];
  const checked = async (id: string): Promise<string> => {
    const { checkId } = await desk.post(`registrations/${id}/check`, {}, anId);
    checks.push(checkId);
    return checkId;
  };

  const fresh = await fileApplication(origin, person, await picture(5), { ...WORK, title: '新样一' });
  const clear = await checked(fresh);
  await witnessed(node, clear);
  const { clearToken } = await desk.post(
    `checks/${clear}/clear-token`,
    undefined,
    z.looseObject({ clearToken: z.string() }),
  );
  await desk.post(`registrations/${fresh}/examination`, undefined, z.unknown());
  await desk.post(`registrations/${fresh}/registration`, { clearToken }, z.unknown());

  const copied = await sharp(await picture(4))
    .flop()
    .jpeg({ quality: 70 })
    .toBuffer();
  const copy = await fileApplication(origin, person, copied, { ...WORK, title: '仿牡丹纹' });
  const duplicate = await checked(copy);
  const first = await desk.post(
    `checks/${duplicate}/decisions`,
    { kind: 'needs-more', reason: '请补交底稿' },
    z.looseObject({ decisionId: z.string() }),
  );
  await desk.post(
    `checks/${duplicate}/decisions`,
    { kind: 'duplicate', reason: '与江苏登记的牡丹纹相同', supersedes: first.decisionId },
    z.unknown(),
  );
  await desk.post(`registrations/${copy}/refusal`, { reason: '重复' }, z.unknown());
  await fileApplication(origin, person, await picture(6), { ...WORK, title: '待查新样' });

  const batch = await node.checkBatch(2, pictures(), () => undefined);
  for (const { check } of batch) if (check) checks.push(check.checkId);
  for (const checkId of checks) await witnessed(node, checkId);
  const goOn = federation.hold(SILENT);
  const incomplete = await node.check({ name: 'seven.jpg', bytes: await picture(7) });
  if (incomplete.complete) throw new Error(`${SILENT} answered though it was held`);
  checks.push(incomplete.checkId);
  goOnAtTheEnd = goOn;
  const { batches } = await desk.get(
    'check-batches',
    z.object({ batches: z.array(z.looseObject({ batchId: z.string() })) }),
  );
  return { checks, batches: batches.map(({ batchId }) => batchId) };
}

let goOnAtTheEnd = (): void => undefined;

async function* pictures() {
  yield { name: 'eight.jpg', bytes: await picture(8) };
  yield {
    name: 'one-again.jpg',
    bytes: await sharp(await picture(1))
      .rotate(90)
      .jpeg({ quality: 80 })
      .toBuffer(),
  };
}

async function witnessed(node: NodeClient, checkId: string): Promise<void> {
  for (const end = Date.now() + SETTLING_MS; Date.now() < end; await pause(300))
    if ((await node.readCheck(checkId)).witnessed) return;
  throw new Error(`check ${checkId} is not witnessed`);
}

/** Every log stays as it is for a while. */
async function settled(logs: ReadonlyMap<string, ReadLogFile>): Promise<void> {
  let before = '';
  let since = Date.now();
  for (const end = Date.now() + SETTLING_MS; Date.now() < end; await pause(500)) {
    const now = await Promise.all(
      [...logs.values()].map(async (read) => Buffer.from(await read('checkpoint')).toString()),
    );
    if (now.join() !== before) [before, since] = [now.join(), Date.now()];
    if (Date.now() - since > QUIET_MS) return;
  }
  throw new Error('the logs do not come to rest');
}

async function readLog(read: ReadLogFile): Promise<KeptDatabase['logs'][string]> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-old-log-'));
  try {
    const { size } = await exportLog(read, join(folder, 'log'));
    const entries: string[] = [];
    for (const tile of tilesOfTree(size))
      if (tile.level === 'entries')
        for (const entry of readEntryBundle(readFileSync(join(folder, 'log', tilePath(tile))), tile))
          entries.push(Buffer.from(entry).toString());
    return { checkpoint: readFileSync(join(folder, 'log', 'checkpoint'), 'utf8'), entries };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The directory and who founded it, what each log's key signed last, deposit copies. */
function openFiles(root: string): Record<string, string> {
  const wanted =
    /^(federation\/(directory|trust)\.json|.*\/log-signed\.json|provinces\/[a-z]+\/deposit-copies\/.+)$/;
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => wanted.test(path));
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path)).toString('base64')]));
}

async function tell(
  federation: OldFederation,
  postgres: SystemPostgres,
  ids: Awaited<ReturnType<typeof work>>,
): Promise<KeptDatabase> {
  const desk = await NodeDesk.of(federation.origin(PROVINCE), 'zhang.examiner', PASSWORD);
  const logs = new Map<string, ReadLogFile>(
    DEFAULT_MEMBERS.filter((province) => province !== SILENT).map((province) => {
      const auditor = readDevelopmentPerson(federation.home.province(province), 'auditor');
      const node = new NodeClient(federation.origin(province), auditor);
      return [province, (path) => node.logFile(path)];
    }),
  );
  logs.set('coordinator', coordinatorLog(federation.coordinatorLog, federation.home.coordinator));
  const checks: unknown[] = [];
  const decisions: unknown[] = [];
  const evidence: Record<string, string> = {};
  await settled(logs);
  for (const id of ids.checks) {
    evidence[id] = await desk.text(`checks/${id}/evidence`);
    const told = await desk.get(`checks/${id}/decisions`, z.looseObject({ decisions: list }));
    decisions.push(...told.decisions);
  }
  await settled(logs);
  for (const id of ids.checks) checks.push(await desk.get(`checks/${id}`, z.unknown()));
  const batches = [];
  for (const id of ids.batches) batches.push(await desk.get(`check-batches/${id}`, z.unknown()));
  const kept: Record<string, unknown> = {
    version: values.version,
    registrations: (await desk.get('registrations', z.looseObject({ registrations: list }))).registrations,
    ...{ checks, decisions, batches, evidence },
    people: [
      { user: 'zhang.examiner', password: PASSWORD, role: 'examiner' },
      { user: 'li.auditor', password: PASSWORD, role: 'auditor' },
    ],
    logs: {},
    databases: {},
    files: openFiles(federation.home.root),
  };
  const readLogs: Record<string, unknown> = {};
  for (const [party, read] of logs) readLogs[party] = await readLog(read);
  const databases: Record<string, string> = {};
  for (const party of [...DEFAULT_MEMBERS, 'coordinator']) databases[party] = postgres.dump(`weft_${party}`);
  return keptSchema.parse({ ...kept, logs: readLogs, databases });
}

const ports = Number(values.ports);
const postgres = SystemPostgres.start(values.postgres, ports + 39);
try {
  const federation = await OldFederation.start(values.checkout, postgres.adminUrl, ports);
  try {
    federation.addPerson(PROVINCE, 'zhang.examiner', 'examiner', PASSWORD);
    federation.addPerson(PROVINCE, 'li.auditor', 'auditor', PASSWORD);
    await importRegistries(federation);
    const kept = await tell(federation, postgres, await work(federation));
    const bytes = packKept(kept);
    const out = join(KEPT, `${values.version}.br`);
    writeFileSync(out, bytes);
    console.log(
      `${out}: ${bytes.length} bytes, ${kept.registrations.length} registrations, ${kept.checks.length} checks`,
    );
  } finally {
    goOnAtTheEnd();
    await federation.down();
    rmSync(federation.home.root, { recursive: true, force: true });
  }
} finally {
  postgres.stop();
}
