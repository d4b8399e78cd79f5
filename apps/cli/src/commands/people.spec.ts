import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argon2Passwords } from '#libs/identity';
import {
  createAuditLog,
  createDataSource,
  PostgresAttempts,
  PostgresPeople,
  readAuditLog,
} from '#libs/persistence';
import { logIn, type LogInDeps } from '#libs/registry';
import { freshDatabase, type FreshDatabase } from '../../../../test/postgres.js';
import { projectRoot } from '../home/project-root.js';

const PASSWORD = 'correct horse battery';
const weft = join(projectRoot(), 'apps', 'cli', 'bin', 'weft.mjs');

let folder: string;
let database: FreshDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-cli-people-'));
  database = await freshDatabase();
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function addPerson(changed: Record<string, string> = {}, ...more: string[]): Promise<Ended> {
  const options = {
    '--province': 'zhejiang',
    '--user': 'li.na',
    '--role': 'examiner',
    '--password-file': join(folder, 'password'),
    ...changed,
  };
  const env = {
    ...process.env,
    WEFT_HOME: join(folder, 'home'),
    WEFT_DATABASE_URL_ZHEJIANG: database.url,
  };
  const args = [weft, 'people', 'add', ...Object.entries(options).flat(), ...more];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** What the node logs people in with, on the same database. */
async function nodesDesk(): Promise<{ deps: LogInDeps; log(): Promise<string>; close(): Promise<void> }> {
  const dataSource = await createDataSource(database.url);
  const clock = { now: () => new Date() };
  return {
    deps: {
      people: new PostgresPeople(dataSource, 'zhejiang'),
      attempts: new PostgresAttempts(dataSource),
      passwords: await Argon2Passwords.create(),
      sessions: { province: 'zhejiang', key: randomBytes(32), clock },
      log: createAuditLog(dataSource, 'zhejiang'),
      clock,
    },
    log: async () =>
      (await readAuditLog(dataSource, 'zhejiang', 0, 100)).map(({ entry }) => entry).join('\n'),
    close: () => dataSource.destroy(),
  };
}

describe('weft people add', () => {
  it('lets a person log in at the node, and logs it without the password', async () => {
    const ended = await addPerson({}, '--role', 'auditor', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual({
      province: 'zhejiang',
      user: 'li.na',
      roles: ['examiner', 'auditor'],
    });
    const desk = await nodesDesk();
    try {
      const attempt = { user: 'li.na', password: PASSWORD, address: '127.0.0.1' };
      expect(await logIn(desk.deps, attempt)).toMatchObject({
        user: 'li.na',
        roles: ['examiner', 'auditor'],
      });
      await expect(logIn(desk.deps, { ...attempt, password: `${PASSWORD}\n` })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
      const log = await desk.log();
      expect(log).toMatch(
        /^(?=.*"type":"person\.added")(?=.*"name":"weft people add")(?=.*"subject":"li\.na")/m,
      );
      expect(log).not.toContain(PASSWORD);
    } finally {
      await desk.close();
    }
    const again = await addPerson({}, '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'CONFLICT', field: 'user' } });
  });

  it('says in one line what is wrong, without the password', async () => {
    await writeFile(join(folder, 'open'), PASSWORD, { mode: 0o644 });
    await writeFile(join(folder, 'short'), 'eleven char', { mode: 0o600 });
    const cases: [Record<string, string>, RegExp][] = [
      [{ '--province': 'atlantis' }, /atlantis/],
      [{ '--user': 'Li Na' }, /^weft: user: is not 2 to 32/],
      [{ '--role': 'emperor' }, /^weft: roles: is not one of examiner, auditor, operator/],
      [{ '--password-file': join(folder, 'open') }, /open: its mode 0644 lets others at it; run: chmod 600/],
      [{ '--password-file': join(folder, 'short') }, /^weft: password: is shorter than 12 characters/],
      [{ '--password-file': join(folder, 'none') }, /none: does not exist; make it/],
    ];
    for (const [changed, line] of cases) {
      const ended = await addPerson({ '--user': 'wang.wei', ...changed });
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(line);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      expect(ended.stderr).not.toMatch(/correct horse|eleven char/);
    }
  });
});
