import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  compareLogs,
  Findings,
  openPolicy,
  policyOfDirectory,
  verifyBundle,
  verifyLog,
  type OpenPolicy,
  type ToldByLog,
} from '#libs/audit';
import { trustSchema } from '#libs/federation-log';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { nodeLogCrypto } from '#libs/identity';
import { createDataSource } from '#libs/persistence';
import sharp from 'sharp';
import { z } from 'zod';
import { logFolder } from '../../apps/cli/src/audit/log-folder.js';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { type ReceiptedCheck } from '../../apps/cli/src/client/check-report.js';
import { eraseIn } from '../../apps/cli/src/commands/erase.js';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { locateHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { rebuildLog } from '../../apps/cli/src/log/rebuild-log.js';
import { startFederation, type Federation } from '../../apps/cli/src/up/federation.js';
import { drawnPicture } from '../pictures.js';
import { freePortBase } from '../ports.js';

const MEMBERS = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];

let folder: string;
let home: WeftHome;
let federation: Federation;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-witnesses-'));
  home = locateHome({ home: folder });
  const portBase = await freePortBase();
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
}, 180_000);

afterAll(async () => {
  await federation?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function client(province: string, role: 'examiner' | 'auditor' = 'examiner'): NodeClient {
  const origin = federation.origins.get(province) ?? '';
  return new NodeClient(origin, readDevelopmentPerson(home.province(province), role));
}

/** Reads the check again until its receipts are as wanted; the milliseconds that took. */
async function untilReceipts(
  province: string,
  checkId: string,
  wanted: (check: ReceiptedCheck) => boolean,
  mostMs: number,
): Promise<{ check: ReceiptedCheck; tookMs: number }> {
  const node = client(province);
  const start = Date.now();
  for (;;) {
    const check = await node.readCheck(checkId);
    if (wanted(check)) return { check, tookMs: Date.now() - start };
    if (Date.now() - start > mostMs) throw new Error(JSON.stringify(check.receipts.map(told), null, 1));
    await pause(50);
  }
}

const told = ({ party, about, state, detail }: ReceiptedCheck['receipts'][number]) =>
  `${party} ${about} ${state} ${detail}`;

/** Waits until what is read is as wanted. */
async function until<T>(read: () => Promise<T>, wanted: (value: T) => boolean, mostMs: number): Promise<T> {
  const start = Date.now();
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() - start > mostMs) throw new Error(JSON.stringify(value, null, 1));
    await pause(100);
  }
}

const check = async (province: string, seed: number): Promise<string> =>
  (await client(province).check({ name: 'a.jpg', bytes: await drawnPicture(seed) })).checkId;

const node = (province: string) => {
  const found = federation.nodes.get(province);
  if (!found) throw new Error(`no node ${province}`);
  return found;
};

const filed = z.looseObject({ registrationId: z.uuid().nullable() }).transform((value) => ({
  registrationId: String(value.registrationId),
  checkId: String(value['checkId']),
}));
const cleared = z.object({ clearToken: z.string() });

/** Calls a node's HTTP API as its examiner. */
async function examiner(province: string) {
  const origin = federation.origins.get(province) ?? '';
  const send = async (method: string, path: string, token: string, body?: object): Promise<unknown> => {
    const form = body instanceof FormData;
    const response = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && !form ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const { user, password } = readDevelopmentPerson(home.province(province), 'examiner');
  const { token } = z
    .looseObject({ token: z.string() })
    .parse(await send('POST', '/session', '', { user, password }));
  return (method: string, path: string, body?: object) => send(method, path, token, body);
}

function auditorsPolicy(): OpenPolicy {
  const trust = trustSchema.parse(JSON.parse(readFileSync(home.federation.trust, 'utf8')));
  return openPolicy(nodeLogCrypto, policyOfDirectory(nodeLogCrypto.sha256, trust, federation.directory));
}

/** What an auditor finds in a member's copy of another's log. */
function mirrorOf(province: string, party: string) {
  const folder = join(home.province(province).folder, 'mirrors', party);
  return verifyLog(nodeLogCrypto, auditorsPolicy(), logFolder(folder), { known: [], everyFile: false });
}

describe('four members that witness each other', () => {
  it('give every check a receipt of each log, cosigned by the quorum', async () => {
    const one = await untilReceipts(
      'zhejiang',
      await check('zhejiang', 31),
      ({ witnessed }) => witnessed,
      10_000,
    );
    expect(one.check.receipts.map(({ party, about, state }) => `${about} ${party} ${state}`).sort()).toEqual(
      [
        ...MEMBERS.map((province) => `answer ${province} WITNESSED`),
        'judgement zhejiang WITNESSED',
        'question zhejiang WITNESSED',
        'result coordinator WITNESSED',
      ].sort(),
    );
  });

  it('give the evidence of a check as one file that is verified without them', async () => {
    const checkId = await check('shandong', 32);
    await untilReceipts('shandong', checkId, ({ witnessed }) => witnessed, 10_000);
    const bundle = await client('shandong', 'auditor').evidence(checkId);
    expect(bundle.length).toBeLessThan(200_000);
    const report = await verifyBundle(nodeLogCrypto, auditorsPolicy(), bundle);
    expect(report.findings).toEqual([]);
  });

  it('register an application by a clear token alone, and an auditor sees that they did', async () => {
    const call = await examiner('jiangsu');
    const work = { title: '缠枝莲', category: 'F', owner: '某公司' };
    const form = (bytes: Uint8Array) => {
      const body = new FormData();
      body.set('picture', new Blob([bytes]), 'a.jpg');
      for (const [name, value] of Object.entries(work)) body.set(name, value);
      return body;
    };
    const file = async (bytes: Uint8Array) => {
      const { registrationId } = filed.parse(await call('POST', '/applications', form(bytes)));
      await call('POST', `/registrations/${registrationId}/examination`);
      return registrationId;
    };
    const picture = await drawnPicture(34);
    const first = await file(picture);
    const { checkId } = filed.parse(await call('POST', `/registrations/${first}/check`, {}));
    const tooEarly = await call('POST', `/checks/${checkId}/clear-token`).catch(String);
    expect(String(tooEarly)).toMatch(/not witnessed|clearToken/);
    await untilReceipts('jiangsu', checkId, ({ witnessed }) => witnessed, 10_000);
    const { clearToken } = cleared.parse(await call('POST', `/checks/${checkId}/clear-token`));
    const registered = await call('POST', `/registrations/${first}/registration`, { clearToken });
    expect(registered).toMatchObject({ state: 'registered' });

    // The same picture again is a duplicate: no token, until an examiner decides otherwise; and the old token is of no use.
    const second = await file(await sharp(picture).flop().jpeg().toBuffer());
    const again = filed.parse(await call('POST', `/registrations/${second}/check`, {})).checkId;
    await untilReceipts('jiangsu', again, ({ witnessed }) => witnessed, 10_000);
    await expect(call('POST', `/checks/${again}/clear-token`)).rejects.toThrow(/DUPLICATE.*not decided/);
    const stolen = call('POST', `/registrations/${second}/registration`, { clearToken });
    await expect(stolen).rejects.toThrow(/is for another application/);
    await call('POST', `/checks/${again}/decisions`, { kind: 'derivative', reason: '经权利人许可的演绎' });
    const decided = cleared.parse(await call('POST', `/checks/${again}/clear-token`));
    await call('POST', `/registrations/${second}/registration`, decided);

    const bundle = await client('jiangsu', 'auditor').evidence(again);
    const report = await verifyBundle(nodeLogCrypto, auditorsPolicy(), bundle);
    expect(report.findings).toEqual([]);
    expect(report.proved.map(({ en }) => en).join('\n')).toContain('derivative');
    const disclosed = await client('jiangsu', 'auditor').evidence(again, true);
    const opened = await verifyBundle(nodeLogCrypto, auditorsPolicy(), disclosed);
    expect([opened.findings, opened.proved.map(({ zh }) => zh).join('\n')]).toEqual([
      [],
      expect.stringContaining('经权利人许可的演绎'),
    ]);

    // Once the person's data is erased nobody can open it, and all that was proved still is.
    const url = readFileSync(home.province('jiangsu').databaseUrl, 'utf8').trim();
    expect(await eraseIn(url, 'jiangsu', [second])).toMatchObject([{ owners: 1, reasons: 1 }]);
    const erased = await client('jiangsu', 'auditor').evidence(again, true);
    expect(Buffer.from(erased).toString()).not.toContain('许可');
    for (const bytes of [bundle, disclosed, erased])
      expect((await verifyBundle(nodeLogCrypto, auditorsPolicy(), bytes)).findings).toEqual([]);
    const findings = new Findings();
    const told = new Map<string, ToldByLog>();
    for (const party of ['jiangsu', 'coordinator']) {
      const copy = await until(
        () => mirrorOf('zhejiang', party),
        ({ told: at }) => at !== null && at.used.length + at.minted.size === 2,
        20_000,
      );
      findings.addAll(copy.findings);
      if (copy.told) told.set(`weft/${party}`, copy.told);
    }
    compareLogs(told, findings);
    expect(findings.list.filter(({ fault }) => fault === 'NO_CLEAR_TOKEN')).toEqual([]);
    expect(told.get('weft/coordinator')?.minted.size).toBe(2);
  }, 60_000);

  it('keep copies of all other logs', async () => {
    const state = await until(
      () => client('guangdong').logState(),
      ({ mirrors, witnessed }) =>
        mirrors.length === 4 &&
        mirrors.every(({ party, size }) =>
          witnessed.some((one) => one.origin === `weft/${party}` && one.size === size),
        ),
      20_000,
    );
    expect(state.mirrors.map(({ party }) => party).sort()).toEqual([
      'coordinator',
      'jiangsu',
      'shandong',
      'zhejiang',
    ]);
    expect(state.equivocations).toEqual([]);
    expect(state.log).toMatchObject({ quorum: 2 });
  });

  it('say UNWITNESSED within ten seconds of losing their quorum, and are witnessed again when it is back', async () => {
    const before = unwitnessedLines('zhejiang');
    await node('shandong').kill('SIGKILL');
    await node('jiangsu').kill('SIGKILL');
    const checkId = await check('zhejiang', 33);
    const lost = await untilReceipts(
      'zhejiang',
      checkId,
      ({ receipts }) => receipts.some(({ about, state }) => about === 'judgement' && state === 'UNWITNESSED'),
      10_000,
    );
    expect(lost.check.witnessed).toBe(false);
    const { log } = await until(
      () => client('zhejiang').logState(),
      (state) => state.log.phase === 'unwitnessed',
      10_000,
    );
    expect(log.witnesses.filter(({ problem }) => problem !== null)).toHaveLength(2);
    expect(unwitnessedLines('zhejiang')).toBe(before + 1);
    await Promise.all([node('shandong').start(), node('jiangsu').start()]);
    const back = await untilReceipts(
      'zhejiang',
      checkId,
      ({ receipts }) =>
        receipts.filter(({ party }) => party !== 'shandong' && party !== 'jiangsu').every(isWitnessed),
      30_000,
    );
    expect(back.check.verdict).toBe('INCOMPLETE');
    expect((await client('zhejiang').logState()).log.phase).not.toBe('unwitnessed');
  });

  it('rebuild the log of a member that lost its database, and go on to witness it', async () => {
    const copy = join(home.province('jiangsu').folder, 'mirrors', 'guangdong');
    const sizeOf = async (of: string) =>
      (await client('zhejiang').logState()).witnessed.find(({ origin }) => origin === `weft/${of}`)?.size ??
      0;
    // What was appended is signed, cosigned by all and copied before the log is destroyed: nothing came while the node was stopped.
    const size = await stopWhenCopied('guangdong', copy, () => sizeOf('guangdong'));
    const url = readFileSync(home.province('guangdong').databaseUrl, 'utf8').trim();
    const database = await createDataSource(url);
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    await database.destroy();

    expect(await rebuildLog(home, 'guangdong', url, copy)).toMatchObject({ origin: 'weft/guangdong', size });
    await expect(rebuildLog(home, 'guangdong', url, copy)).rejects.toMatchObject({ code: 'UNSUITABLE' });

    rmSync(home.province('guangdong').people);
    await node('guangdong').start();
    await until(
      () => sizeOf('guangdong'),
      (now) => now > size,
      20_000,
    );
    for (const province of MEMBERS.slice(0, 3)) {
      expect((await client(province).logState()).equivocations).toEqual([]);
    }
    expect((await client('guangdong').logState()).log.size).toBeGreaterThan(size);
  });
});

const isWitnessed = ({ state }: { readonly state: string }) => state === 'WITNESSED';

function unwitnessedLines(province: string): number {
  const lines = readFileSync(join(home.logs, `${province}.log`), 'utf8').split('\n');
  return lines.filter((line) => line.includes('UNWITNESSED')).length;
}

/** Stops a node when a copy has its whole log. @returns entries of the copy */
async function stopWhenCopied(
  province: string,
  copy: string,
  cosignedSize: () => Promise<number>,
): Promise<number> {
  const signed = join(home.province(province).folder, 'log-signed.json');
  for (let tries = 0; tries < 5; tries += 1) {
    await pause(5_000);
    const size = await until(cosignedSize, (cosigned) => readCheckpointSize(copy) === cosigned, 30_000);
    await node(province).stop();
    const { size: last } = z.object({ size: z.number() }).parse(JSON.parse(readFileSync(signed, 'utf8')));
    if (last === size) return size;
    await node(province).start();
  }
  throw new Error(`the log of ${province} grew whenever it was stopped`);
}

function readCheckpointSize(folder: string): number {
  return Number(readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n')[1]);
}
