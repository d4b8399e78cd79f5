import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { signDirectory, signingKeySchema, type Directory } from '#libs/federation-log';
import { createFingerprinter, decodeFingerprint, MODEL_DIGEST } from '#libs/fingerprint';
import { loadIdentity, type Identity } from '#libs/identity';
import { createDataSource, createDepositCopies, createRegistry, migrate } from '#libs/persistence';
import { judgeReply, type Question } from '#libs/registry';
import { createMemberClient, type RpcMemberClient } from '#libs/rpc';
import sharp from 'sharp';
import { z } from 'zod';
import { homeAt, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { ensureDevelopmentKeys } from '../../apps/cli/src/keys/development-keys.js';
import { makeRegistration } from '../contracts/registry-samples.js';
import { drawnPicture } from '../pictures.js';
import { freePortBase } from '../ports.js';
import { type FreshDatabase, freshDatabase } from '../postgres.js';

const MAIN = resolve(import.meta.dirname, '../../dist/apps/province-node/src/main.js');
const MEMBERS = ['zhejiang', 'shandong'];
const OLD = `sha256:${'0d'.repeat(32)}`;
/** Pictures in the registry. */
const PICTURES = 48;

const health = z.object({
  served: z.array(z.object({ modelDigest: z.string(), searched: z.number(), declared: z.number() })),
  refingerprinting: z.object({ running: z.boolean(), made: z.number(), failed: z.number() }),
});

let folder: string;
let home: WeftHome;
let database: FreshDatabase;
let port: number;
let directory: Directory;
let asker: Identity;
let coordinator: RpcMemberClient;
let queries: { readonly old: Uint8Array; readonly now: Uint8Array };
const running: ChildProcess[] = [];

/** A fingerprint as the first release wrote it: format version 1, its one part the embedding. */
function fingerprintOfOld(embedding: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(46 + embedding.length * 4);
  bytes.write('WFP\u0001', 0, 'latin1');
  bytes.write(OLD.slice('sha256:'.length), 4, 'hex');
  bytes.writeUInt16LE(1, 36);
  bytes.writeUInt32LE(embedding.length * 4, 38);
  embedding.forEach((value, i) => bytes.writeFloatLE(value, 42 + i * 4));
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return new Uint8Array(bytes);
}

/** A registry as the release before left it: every fingerprint is of the old model. */
async function fillRegistry(): Promise<void> {
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  const registry = createRegistry(dataSource, 'zhejiang');
  const copies = createDepositCopies(home.province('zhejiang').depositCopies);
  const fingerprinter = await createFingerprinter();
  const whole = sharp(await drawnPicture(11));
  const old: Uint8Array[] = [];
  for (let number = 0; number < PICTURES; number += 1) {
    const window = { left: 2 * number, top: number, width: 300, height: 340 };
    const picture = await whole.clone().extract(window).png().toBuffer();
    const { pattern, fingerprint } = await fingerprinter.fingerprint(picture);
    queries ??= { old: new Uint8Array(), now: fingerprint.bytes };
    old.push(fingerprintOfOld(decodeFingerprint(fingerprint.bytes).embedding));
    await copies.put(pattern.pictureDigest, picture);
    const kept = { ...pattern, patternId: randomUUID() };
    await registry.transaction(async (writer) => {
      await writer.insertPattern(kept, { modelDigest: OLD, bytes: old.at(-1) ?? new Uint8Array() });
      await writer.insertRegistration(makeRegistration(kept));
    });
  }
  queries = { ...queries, old: old[0] ?? new Uint8Array() };
  await dataSource.destroy();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-model-'));
  home = homeAt(join(folder, 'home'));
  port = await freePortBase();
  database = await freshDatabase();
  const terms = { id: 'cal-test', duplicateAt: 0.9, suspectedAt: 0.8, gallery: 1_000, background: [] };
  directory = {
    ...(await ensureDevelopmentKeys(home, {
      members: MEMBERS,
      addresses: {
        coordinator: `127.0.0.1:${port}`,
        nodes: new Map(MEMBERS.map((province, place) => [province, `127.0.0.1:${port + 1 + place}`])),
      },
      calibration: { modelDigest: OLD, scale: 'embedding', ...terms },
      clock: { now: () => new Date() },
    })),
    nextCalibration: { modelDigest: MODEL_DIGEST, ...terms },
  };
  const keys = await Promise.all(
    MEMBERS.map(async (province) =>
      signingKeySchema.parse(JSON.parse(await readFile(home.province(province).founderKey, 'utf8'))),
    ),
  );
  await writeFile(home.federation.directory, JSON.stringify(await signDirectory(directory, keys)));
  await writeFile(home.province('zhejiang').databaseUrl, `${database.url}\n`, { mode: 0o600 });
  await fillRegistry();
  const files = { directoryFile: home.federation.directory, trustFile: home.federation.trust };
  asker = await loadIdentity(
    { province: 'shandong' },
    { ...files, keysDir: home.province('shandong').folder },
    () => new Date(),
  );
  const { tls } = await loadIdentity(
    'coordinator',
    { ...files, keysDir: home.coordinator.folder },
    () => new Date(),
  );
  coordinator = createMemberClient(directory, tls);
}, 120_000);

afterAll(async () => {
  coordinator?.close();
  for (const child of running) child.kill('SIGKILL');
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The node's process, ready; `output` is its log once it has ended. */
async function startNode(): Promise<{ readonly child: ChildProcess; readonly output: Promise<string> }> {
  const { folder: keys, databaseUrl } = home.province('zhejiang');
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'] ?? '',
      WEFT_PROVINCE: 'zhejiang',
      WEFT_DATABASE_URL_FILE: databaseUrl,
      WEFT_GRPC_LISTEN: `127.0.0.1:${port + 1}`,
      WEFT_HTTP_LISTEN: `127.0.0.1:${port + 11}`,
      WEFT_KEYS_DIR: keys,
      WEFT_DIRECTORY_FILE: home.federation.directory,
      WEFT_TRUST_FILE: home.federation.trust,
      WEFT_DATA_DIR: keys,
      WEFT_FINGERPRINT_THREADS: '1',
      // Just started and on a busy machine it takes longer than it may in service; what is asked here is what it has.
      WEFT_VERIFY_BUDGET_MS: '15000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  if (!child.stdout) throw new Error('no output');
  const output = text(child.stdout);
  for (let look = 0; look < 1_800; look += 1) {
    if (child.exitCode !== null) throw new Error(`the node ended: ${await output}`);
    if (await progress()) return { child, output };
    await pause(50);
  }
  throw new Error('the node is not ready within 90 s');
}

/** What GET /health/ready tells of the versions; undefined while the node is not ready. */
async function progress(): Promise<z.infer<typeof health> | undefined> {
  const response = await fetch(`http://127.0.0.1:${port + 11}/health/ready`).catch(() => undefined);
  return response?.ok ? health.parse(await response.json()) : undefined;
}

async function progressWhen(holds: (told: z.infer<typeof health>) => boolean) {
  for (let look = 0; look < 3_600; look += 1) {
    const told = await progress();
    if (told && holds(told)) return told;
    await pause(25);
  }
  throw new Error(`not within 90 s: ${JSON.stringify(await progress())}`);
}

/** Asks the node for the first picture in this version; its coverage row, and the score of the best hit. */
async function ask(modelDigest: string) {
  const fingerprint = modelDigest === OLD ? queries.old : queries.now;
  const digest = (data: string | Uint8Array) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
  const now = Date.now();
  const question: Question = {
    kind: 'weft.question.v1',
    checkId: randomUUID(),
    nonce: randomBytes(16).toString('base64url'),
    askedAt: new Date(now).toISOString(),
    deadline: new Date(now + 20_000).toISOString(),
    asker: 'shandong',
    epoch: directory.epoch,
    modelDigest,
    fingerprintDigest: digest(fingerprint),
    limit: 5,
  };
  const questionJws = await asker.signer.sign(question);
  const deadline = new Date(now + 20_000);
  const [reply] = await coordinator.search('zhejiang', [{ questionJws, fingerprint }], deadline);
  if (!reply) throw new Error('no reply');
  const { row, hits } = await judgeReply(
    { verifier: asker.verifier, digest, directory },
    { question, questionJws },
    { province: 'zhejiang', reply, askedAt: question.askedAt, arrivedAt: new Date().toISOString() },
  );
  return { ...row, best: hits[0]?.score };
}

describe('a node whose program is of the next version, on the registry of the one before', () => {
  let before: number;

  it('answers in the version in force while it makes the next, and says how far it is', async () => {
    const { child } = await startNode();
    const told = await progressWhen(({ refingerprinting }) => refingerprinting.made >= 5);
    expect(told.served).toMatchObject([
      { modelDigest: MODEL_DIGEST, declared: PICTURES },
      { modelDigest: OLD, searched: PICTURES, declared: PICTURES },
    ]);
    const inForce = await ask(OLD);
    expect(inForce).toMatchObject({ outcome: 'ANSWERED', searched: PICTURES, declared: PICTURES });
    expect(inForce.best).toBeCloseTo(1, 3);
    const other = await ask(`sha256:${'ee'.repeat(32)}`);
    expect(other).toMatchObject({ outcome: 'VERSION_MISMATCH', searched: null });
    expect(other.detail).toContain(`zhejiang serves ${MODEL_DIGEST} and ${OLD}`);
    const next = await ask(MODEL_DIGEST);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(next).toMatchObject({ outcome: 'PARTIAL', declared: PICTURES });
    expect(next.detail).toMatch(/searched \d+ of 48 declared registrations/);
    before = next.searched ?? 0;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(PICTURES);
  }, 180_000);

  it('killed in the middle it goes on where it was, until all is in both versions', async () => {
    const { child, output } = await startNode();
    const told = await progressWhen(({ refingerprinting }) => !refingerprinting.running);
    expect(told.refingerprinting.failed).toBe(0);
    expect(told.refingerprinting.made).toBeLessThanOrEqual(PICTURES - before);
    const next = await ask(MODEL_DIGEST);
    expect(next).toMatchObject({ outcome: 'ANSWERED', searched: PICTURES });
    expect(next.best).toBeCloseTo(1, 3);
    expect(await ask(OLD)).toMatchObject({ outcome: 'ANSWERED', searched: PICTURES });
    const { served } = (await progress()) ?? {};
    expect(served?.map(({ searched, declared }) => [searched, declared])).toEqual([
      [PICTURES, PICTURES],
      [PICTURES, PICTURES],
    ]);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(await output).toContain('every registration has a fingerprint of this version');
  }, 180_000);
});
