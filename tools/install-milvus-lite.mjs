/** `node tools/install-milvus-lite.mjs`: puts milvus-lite, which speaks Milvus's own gRPC, into .venv for the tests. Plain Node. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrepareError, root } from './prepare.mjs';

const MINUTES = 10;
const folder = join(root, '.venv');
const requirements = join(root, 'tools', 'milvus-lite.txt');
const stamp = join(folder, '.weft-requirements');
const own = join(folder, 'bin', 'python');

try {
  installMilvusLite();
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function installMilvusLite() {
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const python = process.env.WEFT_PYTHON ?? 'python3';
  if (!succeeds(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']))
    throw new PrepareError(
      `${python} is missing or older than 3.11; install a newer one, or name it by WEFT_PYTHON`,
    );
  if (!succeeds(python, ['-c', 'import ensurepip, venv']))
    throw new PrepareError(
      `${python} cannot make a virtual environment; on Debian run: apt-get install python3-venv`,
    );
  console.log('Installing milvus-lite into .venv ...');
  rmSync(folder, { recursive: true, force: true });
  run(python, ['-m', 'venv', folder]);
  run(own, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '-r', requirements]);
  if (!succeeds(join(folder, 'bin', 'milvus-lite'), ['server', '--help']))
    throw new PrepareError(
      'milvus-lite was installed and does not run; see what it says: .venv/bin/milvus-lite server --help',
    );
  writeFileSync(stamp, wanted);
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: MINUTES * 60_000 }).status === 0;
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: MINUTES * 60_000,
  });
  if (status !== 0)
    throw new PrepareError(
      `${command} ${args.join(' ')} failed; see above, and check the network and the disk`,
    );
}
