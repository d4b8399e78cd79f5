import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { readEntryBundle, signingKeySchema, signRevocations } from '#libs/federation-log';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { type CheckReport } from '../../apps/cli/src/client/check-report.js';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { projectRoot } from '../../apps/cli/src/home/project-root.js';
import { locateHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { issueRevocations } from '../../apps/cli/src/keys/revocation-files.js';
import { coordinatorLog } from '../../apps/cli/src/log/coordinator-log.js';
import { exportLog } from '../../apps/cli/src/log/export-log.js';
import { startFederation, type Federation } from '../../apps/cli/src/up/federation.js';
import { findingSchema } from '../../apps/province-node/src/http/finding-schemas.js';
import { healthSchema } from '../../apps/province-node/src/http/schemas.js';
import { z } from 'zod';
import { fileApplication } from '../examiner.js';
import { drawnPicture, mirrored } from '../pictures.js';
import { freePortBase } from '../ports.js';

const MEMBERS = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];

let folder: string;
let home: WeftHome;
let portBase: number;
let federation: Federation;
const clients = new Map<string, NodeClient>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-processes-'));
  home = locateHome({ home: folder });
  portBase = await freePortBase();
  federation = await startFederation({
    home,
    databases: { portBase, postgresAdminUrl: undefined, databaseUrls: new Map() },
    members: MEMBERS,
    calibration: DEFAULT_CALIBRATION,
    clock: { now: () => new Date() },
    restarts: 0,
    checkBudgetMs: 8_000,
    say: () => undefined,
  });
  for (const province of MEMBERS)
    clients.set(
      province,
      new NodeClient(
        federation.origins.get(province) ?? '',
        readDevelopmentPerson(home.province(province), 'examiner'),
      ),
    );
}, 180_000);

afterAll(async () => {
  await federation?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function client(province: string): NodeClient {
  const found = clients.get(province);
  if (!found) throw new Error(`no client of ${province}`);
  return found;
}

/** The check that the node makes by itself in an incomplete one's place, within a minute. */
async function sequelOf(province: string, checkId: string): Promise<CheckReport> {
  for (let look = 0; look < 120; look += 1) {
    const { supersededBy } = await client(province).readCheck(checkId);
    if (supersededBy !== null) return client(province).readCheck(supersededBy);
    await pause(500);
  }
  throw new Error(`check ${checkId} was not asked again within a minute`);
}

const check = async (province: string, bytes: Uint8Array, application?: string): Promise<CheckReport> =>
  client(province).check({ name: 'picture.jpg', bytes }, application);

async function file(province: string, bytes: Uint8Array): Promise<string> {
  const work = {
    title: '缠枝莲纹',
    category: 'F',
    owner: '演示纺织有限公司',
    completedOn: '2024-03-01',
    centre: '',
  };
  const examiner = readDevelopmentPerson(home.province(province), 'examiner');
  return fileApplication(federation.origins.get(province) ?? '', examiner, bytes, work);
}

/** What the command gives, run as an operator runs it beside the nodes. */
async function comparedWithFederation() {
  const child = spawn(
    process.execPath,
    [
      join(projectRoot(), 'apps/cli/bin/weft.mjs'),
      ...['dedupe', '--province', 'zhejiang', '--federation', '--worklist'],
      ...['--out', join(folder, 'found.csv'), '--json'],
    ],
    { env: { PATH: process.env['PATH'], WEFT_HOME: folder, WEFT_PORT_BASE: String(portBase) } },
  );
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  await once(child, 'exit');
  expect([child.exitCode, await errors]).toEqual([0, '']);
  return z
    .object({
      registrations: z.number(),
      found: z.array(
        z.object({
          ...{ registrationId: z.string(), checkId: z.string(), province: z.string() },
          ...{ otherId: z.string(), verdict: z.string() },
        }),
      ),
      incomplete: z.array(z.string()),
      interrupted: z.boolean(),
      csv: z.string(),
      worklist: z.object({ found: z.number(), added: z.number() }),
    })
    .parse(JSON.parse(await output));
}

const worklistSchema = z.object({
  items: z.array(
    z.object({
      own: z.object({ registrationId: z.string() }),
      other: z.object({ province: z.string(), registrationId: z.string() }),
    }),
  ),
});

type Finding = z.infer<typeof findingSchema>;

/** Reads or, with a body, posts at the findings of a province. */
async function finding(province: string, path: string, body?: object): Promise<Finding> {
  return findingSchema.parse(await asExaminer(province, `/findings${path}`, body));
}

/** What the province's node answers its examiner, who reads or, with a body, posts. */
async function asExaminer(province: string, path: string, body?: object): Promise<unknown> {
  const origin = federation.origins.get(province) ?? '';
  const headers = { 'content-type': 'application/json' };
  const examiner = JSON.stringify(readDevelopmentPerson(home.province(province), 'examiner'));
  const session = await fetch(`${origin}/api/v1/session`, { method: 'POST', headers, body: examiner });
  const { token } = z.object({ token: z.string() }).parse(await session.json());
  const response = await fetch(`${origin}/api/v1${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { ...headers, authorization: `Bearer ${token}` },
  });
  return response.json();
}

/** Looks until a finding is there and so, for 45 seconds at most. */
async function untilFinding(
  province: string,
  findingId: string,
  so: (one: Finding) => boolean,
): Promise<Finding> {
  // A province that was started again does not answer at once.
  let cause: unknown;
  for (let look = 0; look < 90; look += 1) {
    try {
      const one = await finding(province, `/${findingId}`);
      if (so(one)) return one;
    } catch (error) {
      cause = error;
    }
    await pause(500);
  }
  throw new Error(`finding ${findingId} did not come so far at ${province}`, { cause });
}

/** The signed entries of a province's log. */
async function logOf(province: string): Promise<{ type: string; subject: string | null }[]> {
  const auditor = new NodeClient(
    federation.origins.get(province) ?? '',
    readDevelopmentPerson(home.province(province), 'auditor'),
  );
  const out = join(folder, 'findings', province);
  const { size } = await exportLog((path) => auditor.logFile(path), out);
  const entry = z.object({ type: z.string(), subject: z.string().nullable() });
  const read = (index: number, width: number, name: string) =>
    readEntryBundle(readFileSync(join(out, 'tile/entries', name)), { level: 'entries', index, width });
  const whole = Array.from({ length: Math.floor(size / 256) }, (_, index) =>
    read(index, 256, String(index).padStart(3, '0')),
  ).flat();
  const rest = size % 256;
  const last = Math.floor(size / 256);
  const tail = rest === 0 ? [] : read(last, rest, `${String(last).padStart(3, '0')}.p/${rest}`);
  return [...whole, ...tail].map((bytes) => entry.parse(JSON.parse(Buffer.from(bytes).toString())));
}

const outcomes = (one: CheckReport): Record<string, string> =>
  Object.fromEntries(one.coverage.map((row) => [row.province, row.outcome]));
const ALL_ANSWERED = Object.fromEntries(MEMBERS.map((province) => [province, 'ANSWERED']));

describe('five processes on their own databases', () => {
  it('find a mirrored copy of an application in another province, and name it', async () => {
    const picture = await drawnPicture(1);
    const registrationId = await file('guangdong', picture);
    const one = await check('zhejiang', await mirrored(picture));
    expect(one).toMatchObject({ verdict: 'DUPLICATE', complete: true });
    expect(one.candidates[0]).toMatchObject({
      province: 'guangdong',
      registrationId,
      title: '缠枝莲纹',
      state: 'applied',
      owner: null,
      pictures: 'nothing',
    });
    expect(outcomes(one)).toEqual(ALL_ANSWERED);
  });

  it('say INCOMPLETE and name the province that is killed in the middle of a check; CLEAR when it is back', async () => {
    const picture = await drawnPicture(2);
    const shandong = federation.nodes.get('shandong');
    if (!shandong?.pid) throw new Error('shandong is not running');
    process.kill(shandong.pid, 'SIGSTOP');
    const asked = check('zhejiang', picture);
    await pause(1_000);
    await shandong.kill('SIGKILL');
    const one = await asked;
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false });
    expect(outcomes(one)).toEqual({ ...ALL_ANSWERED, shandong: 'UNREACHABLE' });

    // Within three seconds its breaker is open, and it is not asked any more.
    await pause(3_000);
    expect(outcomes(await check('zhejiang', picture))).toEqual({ ...ALL_ANSWERED, shandong: 'BREAKER_OPEN' });

    await shandong.start();
    // And within two it is asked again.
    await pause(3_000);
    const again = await check('zhejiang', picture);
    expect(again).toMatchObject({ verdict: 'CLEAR', complete: true });
    expect(outcomes(again)).toEqual(ALL_ANSWERED);
    expect(await sequelOf('zhejiang', one.checkId)).toMatchObject({
      verdict: 'CLEAR',
      complete: true,
      supersedes: one.checkId,
      picture: one.picture,
    });
  }, 150_000);

  it('say INCOMPLETE within the deadline when a province hangs', async () => {
    const jiangsu = federation.nodes.get('jiangsu');
    if (!jiangsu?.pid) throw new Error('jiangsu is not running');
    process.kill(jiangsu.pid, 'SIGSTOP');
    try {
      const one = await check('zhejiang', await drawnPicture(3));
      expect(one.verdict).toBe('INCOMPLETE');
      // Its connection's own keepalive may notice before the deadline does.
      expect(['TIMEOUT', 'UNREACHABLE']).toContain(outcomes(one)['jiangsu']);
      expect({ ...outcomes(one), jiangsu: 'ANSWERED' }).toEqual(ALL_ANSWERED);
    } finally {
      process.kill(jiangsu.pid, 'SIGCONT');
    }
    // Within two seconds its breaker closes.
    await pause(3_000);
  });

  it('keep what was found although a province is silent, and say both', async () => {
    const picture = await drawnPicture(4);
    await file('zhejiang', picture);
    const guangdong = federation.nodes.get('guangdong');
    await guangdong?.kill('SIGKILL');
    const one = await check('shandong', picture);
    await guangdong?.start();
    expect(one).toMatchObject({ verdict: 'DUPLICATE', complete: false });
    expect(outcomes(one)).toEqual({ ...ALL_ANSWERED, guangdong: 'UNREACHABLE' });
  });

  it('name every province when the coordinator is down', async () => {
    await federation.coordinator.kill('SIGKILL');
    const one = await check('zhejiang', await drawnPicture(5));
    await federation.coordinator.start();
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'UNREACHABLE' });
    expect(outcomes(one)).toEqual(Object.fromEntries(MEMBERS.map((province) => [province, 'UNREACHABLE'])));
    expect(outcomes(await check('zhejiang', await drawnPicture(5)))).toEqual(ALL_ANSWERED);
  });

  it('give at most one CLEAR to the same new picture offered in two provinces at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const picture = await drawnPicture(100 + round);
      const offer = async (province: string, delay: number): Promise<CheckReport> => {
        await pause(delay);
        return check(province, picture, await file(province, picture));
      };
      const both = await Promise.all([offer('zhejiang', 0), offer('guangdong', round * 15)]);
      expect(both.every((one) => one.complete)).toBe(true);
      expect(both.filter((one) => one.verdict === 'CLEAR').length).toBeLessThanOrEqual(1);
    }
  });

  it('bring a finding to a province that was down when it was sent, and both read one history in both logs', async () => {
    const picture = await drawnPicture(300);
    const registrationId = await file('guangdong', picture);
    const { checkId } = await check('zhejiang', picture);
    const guangdong = federation.nodes.get('guangdong');
    await guangdong?.kill('SIGKILL');
    const { findingId } = await finding('zhejiang', '', { checkId, registrationId, reason: '同一花样' });
    await untilFinding('zhejiang', findingId, ({ steps }) => (steps[0]?.delivery?.attempts ?? 0) > 0);
    // The next attempt is in the database: the sender's own end and return do not lose it.
    const zhejiang = federation.nodes.get('zhejiang');
    await zhejiang?.kill('SIGKILL');
    await guangdong?.start();
    await zhejiang?.start();
    await untilFinding('guangdong', findingId, ({ state }) => state === 'sent');
    for (const step of ['acknowledged', 'examined', 'upheld'])
      await finding('guangdong', `/${findingId}/steps`, { step });
    const told = await untilFinding('zhejiang', findingId, ({ state }) => state === 'upheld');
    const plain = ({ steps }: Finding) => steps.map(({ delivery: _, ...step }) => step);
    expect(plain(told)).toEqual(plain(await finding('guangdong', `/${findingId}`)));
    expect(told).toMatchObject({ direction: 'sent', from: 'zhejiang', to: 'guangdong', next: [], fork: [] });
    await pause(1_500);
    const typesIn = async (province: string) =>
      (await logOf(province))
        .filter(({ subject }) => subject === findingId)
        .map(({ type }) => type)
        .sort();
    const received = Array.from({ length: 3 }, () => 'finding.received');
    expect(await typesIn('zhejiang')).toEqual(['finding.delivered', ...received, 'finding.signed']);
    expect(await typesIn('guangdong')).toEqual([
      ...Array.from({ length: 3 }, () => 'finding.delivered'),
      'finding.received',
      ...Array.from({ length: 3 }, () => 'finding.signed'),
    ]);
  }, 90_000);

  it('give their logs as files, every entry of a check under a signed checkpoint', async () => {
    const { checkId } = await check('jiangsu', await drawnPicture(200));
    const nodeLog = new NodeClient(
      federation.origins.get('jiangsu') ?? '',
      readDevelopmentPerson(home.province('jiangsu'), 'auditor'),
    );
    await pause(1_000);
    for (const [name, read, types] of [
      [
        'jiangsu',
        (path: string) => nodeLog.logFile(path),
        ['check.asked', 'member.answered', 'check.judged'],
      ],
      ['coordinator', coordinatorLog(`127.0.0.1:${portBase + 10}`, home.coordinator), ['member.asked']],
    ] as const) {
      const exported = await exportLog(read, join(folder, 'export', name));
      expect(exported.origin).toBe(`weft/${name}`);
      const bundle = readFileSync(join(folder, 'export', name, 'tile/entries', `000.p/${exported.size}`));
      const tile = { level: 'entries', index: 0, width: exported.size } as const;
      const entries = readEntryBundle(bundle, tile).map((entry) => Buffer.from(entry).toString());
      for (const type of types)
        expect(entries.filter((entry) => entry.includes(checkId) && entry.includes(`"${type}"`))).not.toEqual(
          [],
        );
    }
  });

  it('compare a whole registry with the other provinces, and go on with what was filed since', async () => {
    const [first, second] = [await drawnPicture(60), await drawnPicture(61)];
    const own = await file('zhejiang', first);
    const other = await file('jiangsu', await mirrored(first));
    const before = await comparedWithFederation();
    expect(before).toMatchObject({ incomplete: [], interrupted: false });
    expect(before.found).toContainEqual(
      expect.objectContaining({
        registrationId: own,
        province: 'jiangsu',
        otherId: other,
        verdict: 'DUPLICATE',
      }),
    );
    for (const { registrationId, otherId } of before.found) expect(registrationId).not.toBe(otherId);

    const later = await file('guangdong', second);
    const here = await file('zhejiang', second);
    const after = await comparedWithFederation();
    expect(after.registrations).toBe(before.registrations + 1);
    expect(after.found.slice(0, -1)).toEqual(before.found);
    expect(after.found.at(-1)).toMatchObject({ registrationId: here, province: 'guangdong', otherId: later });
    const kept = await client('zhejiang').readCheck(after.found.at(-1)?.checkId ?? '');
    expect(kept).toMatchObject({ verdict: 'DUPLICATE', complete: true });
    expect(readFileSync(after.csv, 'utf8')).toContain(later);

    expect(before.worklist.added).toBe(before.worklist.found);
    expect(after.worklist).toEqual({ found: before.worklist.found + 1, added: 1 });
    const { items } = worklistSchema.parse(await asExaminer('zhejiang', '/worklist?limit=200'));
    const listed = items.map(({ own, other }) => [own.registrationId, other.province, other.registrationId]);
    for (const { registrationId, province, otherId } of after.found)
      expect(listed).toContainEqual([registrationId, province, otherId]);
  }, 120_000);

  it('tell a picture without structure that it is unfit, not clear', async () => {
    const { default: sharp } = await import('sharp');
    const flat = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#804020' } })
      .jpeg()
      .toBuffer();
    await expect(check('zhejiang', flat)).rejects.toThrow(/picture/);
  });

  /** The last: what is revoked stays so. */
  it('ask and answer nobody who is put on the revocation list, and nobody at all on an old list, without a restart', async () => {
    const picture = await drawnPicture(9);
    const revoked = await issueRevocations(
      home,
      {
        certificates: [home.province('jiangsu').tlsCertificate],
        ...{ keys: [], parties: [], out: home.federation.revocations },
        keyFiles: MEMBERS.map((province) => home.province(province).founderKey),
      },
      new Date(),
    );
    // The file is looked at every five seconds.
    await pause(7_000);
    const one = await check('zhejiang', picture);
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false });
    const { jiangsu, ...others } = outcomes(one);
    expect([others, jiangsu === 'ANSWERED']).toEqual([
      { zhejiang: 'ANSWERED', shandong: 'ANSWERED', guangdong: 'ANSWERED' },
      false,
    ]);
    expect(one.coverage.find(({ province }) => province === 'jiangsu')?.detail).toMatch(/jiangsu is revoked/);
    expect(outcomes(await check('jiangsu', picture))).not.toMatchObject({ zhejiang: 'ANSWERED' });

    const old = {
      ...revoked,
      number: revoked.number + 1,
      issuedAt: new Date(Date.now() - 3_700_000).toISOString(),
    };
    const founders = MEMBERS.map((province) =>
      signingKeySchema.parse(JSON.parse(readFileSync(home.province(province).founderKey, 'utf8'))),
    );
    writeFileSync(home.federation.revocations, JSON.stringify(await signRevocations(old, founders)));
    await pause(7_000);
    const none = await check('zhejiang', picture);
    expect(none.verdict).toBe('INCOMPLETE');
    for (const { province, detail } of none.coverage)
      expect(`${province}: ${detail}`).toMatch(/over an hour ago/);
    const ready = await fetch(`${federation.origins.get('zhejiang')}/health/ready`);
    const { revocations } = healthSchema.parse(await ready.json());
    expect(revocations?.problem).toMatch(/over an hour ago/);
  }, 60_000);
});
