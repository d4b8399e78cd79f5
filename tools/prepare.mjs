/** Brings a clone to where its programs run: the Node version, the installed packages, the build. Plain Node, no package. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const installStamp = join(root, 'node_modules', '.weft-lock');
const buildStamp = join(root, 'dist', '.weft-sources');
const buildInputs = [
  'apps',
  'libs',
  'proto',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tools/build-console.mjs',
];
const notSources = new Set(['node_modules', 'generated', '.venv', 'training', 'model']);

/** A preparation that failed; its message is for the user. */
export class PrepareError extends Error {}

/** Refuses a Node that the packages do not run on. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 22) || major > 22;
  if (!fits) {
    throw new PrepareError(
      `Node ${process.versions.node} is too old; install Node 20.19 or later, or 22.22 or later`,
    );
  }
}

/** Installs the packages of the lock file if they are missing or of another lock file. */
export function install() {
  const wanted = digestOf(['package-lock.json', 'package.json', '.npmrc']);
  if (readStamp(installStamp) === wanted) return;
  console.log('Installing packages ...');
  run(
    'npm',
    ['ci', '--include=dev', '--loglevel=error'],
    'npm ci failed; check the network and the disk, then start again',
  );
  writeFileSync(installStamp, wanted);
}

/** Compiles the sources if they have changed since the last build. */
export function build() {
  const wanted = digestOf(buildInputs);
  if (readStamp(buildStamp) === wanted && existsSync(join(root, 'dist', 'apps', 'console'))) return;
  console.log('Building ...');
  run('npm', ['run', '--silent', 'build'], 'the build failed; mend what it names above');
  writeFileSync(buildStamp, wanted);
}

function run(command, args, failure) {
  const env = { ...process.env, npm_config_update_notifier: 'false' };
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error) throw new PrepareError(`${command} does not run (${error.message}); install it with Node`);
  if (status !== 0) throw new PrepareError(failure);
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** SHA-256 over names and contents of these files and of all sources under these folders. */
export function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter((entry) =>
      entry.isDirectory()
        ? !notSources.has(entry.name)
        : /\.(tsx?|css|html|svg|mjs|json|proto|yaml)$/.test(entry.name),
    )
    .flatMap((entry) => filesOf(join(path, entry.name)));
}
