import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFingerprinter, DEFAULT_CALIBRATION } from '#libs/fingerprint';
import pg from 'pg';
import { z } from 'zod';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { locateHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { startFederation, type Federation } from '../../apps/cli/src/up/federation.js';
import { fileApplication } from '../examiner.js';
import { drawnPicture } from '../pictures.js';
import { freePortBase } from '../ports.js';

const MEMBERS = ['zhejiang', 'guangdong'];
/** Bytes of a piece that is looked for, how many of a fingerprint, and how many different values make one unmistakable. */
const PIECE = 24;
const PIECES = 12;
const DISTINCT = 12;
/** "WFP", the format's version and the model's digest: the same in every fingerprint. */
const HEADER = 36;

const nameSchema = z.array(z.object({ name: z.string() }));
const contentSchema = z.array(z.object({ content: z.string() }));

let folder: string;
let home: WeftHome;
let federation: Federation;
let filed: Uint8Array;
let asked: Uint8Array;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-nothing-kept-'));
  home = locateHome({ home: folder });
  federation = await startFederation({
    home,
    databases: { portBase: await freePortBase(), postgresAdminUrl: undefined, databaseUrls: new Map() },
    members: MEMBERS,
    calibration: DEFAULT_CALIBRATION,
    clock: { now: () => new Date() },
    restarts: 0,
    checkBudgetMs: 20_000,
    say: () => undefined,
  });
  const fingerprinter = await createFingerprinter();
  const [own, foreign] = [await drawnPicture(1), await drawnPicture(2)];
  filed = (await fingerprinter.fingerprint(own)).fingerprint.bytes;
  asked = (await fingerprinter.fingerprint(foreign)).fingerprint.bytes;

  const person = (province: string) => readDevelopmentPerson(home.province(province), 'examiner');
  const origin = (province: string) => federation.origins.get(province) ?? '';
  const work = { title: '缠枝莲纹', category: 'F', owner: '演示纺织有限公司' };
  await fileApplication(origin('guangdong'), person('guangdong'), own, work);
  const check = await new NodeClient(origin('zhejiang'), person('zhejiang')).check({
    name: 'picture.jpg',
    bytes: foreign,
  });
  expect(check.coverage.map(({ province, outcome }) => [province, outcome])).toEqual(
    MEMBERS.map((province) => [province, 'ANSWERED']),
  );
}, 240_000);

afterAll(async () => {
  await federation?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Unmistakable pieces of a fingerprint, spread over all its parts. */
function piecesOf(fingerprint: Uint8Array): Buffer[] {
  const bytes = Buffer.from(fingerprint);
  const pieces = Array.from({ length: Math.floor((bytes.length - HEADER) / PIECE) }, (_, i) =>
    bytes.subarray(HEADER + i * PIECE, HEADER + (i + 1) * PIECE),
  ).filter((piece) => new Set(piece).size >= DISTINCT);
  return Array.from(
    { length: PIECES },
    (_, i) => pieces[Math.floor((i * pieces.length) / PIECES)] ?? Buffer.alloc(0),
  );
}

/** A piece as it is, in hexadecimal, and in base64 from each of the three places at which it may begin there. */
function formsOf(piece: Buffer): Buffer[] {
  const base64 = [0, 1, 2].map((skipped) => {
    const whole = piece.subarray(skipped, skipped + Math.floor((PIECE - skipped) / 3) * 3);
    return whole.toString('base64');
  });
  return [piece, ...[piece.toString('hex'), ...base64].map((form) => Buffer.from(form))];
}

/** How many of a fingerprint's pieces stand, in any form, in any of these. */
function found(fingerprint: Uint8Array, contents: readonly Buffer[]): number {
  return piecesOf(fingerprint).filter((piece) =>
    formsOf(piece).some((form) => contents.some((content) => content.includes(form))),
  ).length;
}

/** Every row of every table, as text. */
async function rowsOf(urlFile: string): Promise<Buffer[]> {
  const client = new pg.Client({ connectionString: readFileSync(urlFile, 'utf8').trim() });
  await client.connect();
  try {
    const tables = await client.query(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const contents: Buffer[] = [];
    for (const { name } of nameSchema.parse(tables.rows)) {
      const { rows } = await client.query(`SELECT to_jsonb(one)::text AS content FROM ${name} one`);
      contents.push(...contentSchema.parse(rows).map(({ content }) => Buffer.from(content)));
    }
    return contents;
  } finally {
    await client.end();
  }
}

function filesIn(path: string): Buffer[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

describe('after an answered question', () => {
  it("no table of any party holds anything of the question's fingerprint", async () => {
    const guangdong = await rowsOf(home.province('guangdong').databaseUrl);
    const others = [
      ...(await rowsOf(home.coordinator.databaseUrl)),
      ...(await rowsOf(home.province('zhejiang').databaseUrl)),
    ];
    expect(found(filed, guangdong)).toBe(PIECES);
    expect(found(asked, guangdong)).toBe(0);
    expect(others.length).toBeGreaterThan(0);
    expect(found(asked, others)).toBe(0);
  });

  it('no file does either: keys and data, logs, and those of the stopped database server', async () => {
    await federation.stop();
    const files = filesIn(folder);
    expect(found(filed, files)).toBeGreaterThan(0);
    expect(found(asked, files)).toBe(0);
  }, 120_000);
});
