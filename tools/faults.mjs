/** `npm run faults`: the whole fault matrix; its results go to test/output/faults.json and faults.md. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, requireNode, root } from './prepare.mjs';

const results = join(root, 'test', 'output');

requireNode();
install();
build();
rmSync(join(results, 'faults.md'), { force: true });
const status = await runMatrix();
console.log(readFileSync(join(results, 'faults.md'), 'utf8'));
console.log(`Written to ${join(results, 'faults.md')} and faults.json`);
process.exitCode = status;

/** @returns 0 if every cell kept every promise */
function runMatrix() {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      join('node_modules', 'jest', 'bin', 'jest.js'),
      'test/faults/matrix',
      '--runInBand',
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        WEFT_FAULT_CELLS: process.env.WEFT_FAULT_CELLS ?? 'all',
        WEFT_FAULT_RESULTS: results,
      },
    },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
