import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODEL_DIGEST } from '#libs/fingerprint';
import { createDataSource, createDepositCopies, createRegistry, migrate } from '#libs/persistence';
import { type DepositCopies, type Registry } from '#libs/registry';
import { z } from 'zod';
import { makeRegistration } from '../../../../test/contracts/registry-samples.js';
import { drawnPicture } from '../../../../test/pictures.js';
import { freshDatabase, type FreshDatabase } from '../../../../test/postgres.js';
import { projectRoot } from '../home/project-root.js';
import { homeAt, makeHome } from '../home/weft-home.js';

const OLD = `sha256:${'0d'.repeat(32)}`;
const summarySchema = z.object({
  made: z.number(),
  failed: z.number(),
  failures: z.array(z.object({ problem: z.string() })),
});

let folder: string;
let database: FreshDatabase;
let registry: Registry;
let copies: DepositCopies;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-cli-refingerprint-'));
  database = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  registry = createRegistry(dataSource, 'zhejiang');
  close = () => dataSource.destroy();
  const home = homeAt(join(folder, 'home'));
  makeHome(home, ['zhejiang']);
  copies = createDepositCopies(home.province('zhejiang').depositCopies);
});

afterAll(async () => {
  await close();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** A registration whose fingerprint is of the old model; its picture and the picture's digest. */
async function file(seed: number): Promise<{ picture: Uint8Array; pictureDigest: string }> {
  const picture = await drawnPicture(seed);
  const pictureDigest = `sha256:${createHash('sha256').update(picture).digest('hex')}`;
  const pattern = {
    patternId: randomUUID(),
    pictureDigest,
    mediaType: 'image/jpeg',
    width: 400,
    height: 400,
  };
  await registry.transaction(async (writer) => {
    await writer.insertPattern(pattern, { modelDigest: OLD, bytes: Uint8Array.of(1) });
    await writer.insertRegistration(makeRegistration(pattern));
  });
  return { picture, pictureDigest };
}

function refingerprint(): Promise<{ code: number; summary: z.infer<typeof summarySchema> }> {
  const weft = join(projectRoot(), 'apps', 'cli', 'bin', 'weft.mjs');
  const env = { ...process.env, WEFT_HOME: join(folder, 'home'), WEFT_DATABASE_URL_ZHEJIANG: database.url };
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [weft, 'refingerprint', '--province', 'zhejiang', '--json'],
      { env },
      (_error, stdout, stderr) => {
        try {
          resolve({ code: child.exitCode ?? -1, summary: summarySchema.parse(JSON.parse(stdout)) });
        } catch (cause) {
          reject(new Error(`weft refingerprint: ${stdout}${stderr}`, { cause }));
        }
      },
    );
  });
}

it('makes what is missing, names what it cannot make, and goes on when that is mended', async () => {
  const [lost, ...others] = [await file(1), await file(2), await file(3)];
  for (const { pictureDigest, picture } of others) await copies.put(pictureDigest, picture);
  expect(await refingerprint()).toEqual({
    code: 20,
    summary: {
      made: 2,
      failed: 1,
      failures: [{ problem: expect.stringContaining(`no deposit copy of ${lost.pictureDigest}`) }],
    },
  });
  await copies.put(lost.pictureDigest, lost.picture);
  expect(await refingerprint()).toEqual({ code: 0, summary: { made: 1, failed: 0, failures: [] } });
  const changes = await registry.changesSince(0, MODEL_DIGEST, 10);
  expect(changes.filter(({ fingerprint }) => fingerprint !== null)).toHaveLength(3);
}, 120_000);
