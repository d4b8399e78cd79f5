import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { type ReceiptedCheck } from '../../apps/cli/src/client/check-report.js';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { locateHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
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

describe('four members that witness each other', () => {
  it('give every check a receipt of each log, cosigned by the quorum', async () => {
    const { checkId } = await client('zhejiang').check({ name: 'a.jpg', bytes: await drawnPicture(31) });
    const { check, tookMs } = await untilReceipts('zhejiang', checkId, (one) => one.witnessed, 10_000);
    console.log('witnessed after', tookMs);
    expect(check.receipts.map(({ party, about, state }) => `${about} ${party} ${state}`).sort()).toEqual(
      [
        ...MEMBERS.map((province) => `answer ${province} WITNESSED`),
        'judgement zhejiang WITNESSED',
        'question zhejiang WITNESSED',
        'result coordinator WITNESSED',
      ].sort(),
    );
  });
});
