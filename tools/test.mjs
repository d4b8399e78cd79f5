/** `npm test`: installs and builds what is missing, then lint and all tests; the last line is "N passed, N failed". */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { licenceFaults } from './check-licences.mjs';
import { lockFaults } from './check-lock.mjs';
import { threatFaults } from './check-threats.mjs';
import { build, install, PrepareError, requireNode, root } from './prepare.mjs';

const LINT_MINUTES = 5;
const TEST_MINUTES = 15;
const lints = ['lint:types', 'lint:style', 'lint:direction', 'lint:proto'];
/** Tests of whole provinces with deadlines in seconds: they run one at a time, after all others, so that none waits for a processor. */
const ALONE = 'test/(browser|federation|faults)/|test/province-node/(start|model-change)\\.spec';
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

let passed = 0;
let failed = 0;
/** What jest said of each file. */
const results = [];

try {
  requireNode();
  install();
  build();
  count('lint:lock', lockFaults());
  count('lint:licences', licenceFaults());
  count('lint:threats', threatFaults());
  for (const lint of lints) {
    const status = await run('npm', ['run', '--silent', lint], LINT_MINUTES);
    count(lint, status === 0 ? [] : [`ended with ${status}`]);
  }
  const chosen = process.argv.slice(2);
  if (chosen.length > 0) await runJest(chosen);
  else {
    await runJest(['--testPathIgnorePatterns', ALONE]);
    await runJest(['--testPathPatterns', ALONE, '--runInBand']);
    count('threats', threatFaults(results));
  }
} catch (error) {
  failed++;
  console.error(error instanceof PrepareError ? error.message : error);
}
if (!existsSync(join(root, '.venv', 'bin', 'milvus-lite')))
  console.log(
    'Left out: the tests on a real Milvus; "node tools/install-milvus-lite.mjs" installs what they need',
  );
if (!hasChromium())
  console.log('Left out: the tests of the console in a browser; they need Chromium on the PATH');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function hasChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) =>
    ['chromium', 'chromium-browser'].some((name) => existsSync(join(folder, name))),
  );
}

function count(name, faults) {
  if (faults.length === 0) passed++;
  else failed++;
  console.log(faults.length === 0 ? `${name}: passed` : `${name}: FAILED\n  ${faults.join('\n  ')}`);
}

/** Runs jest and adds up its tests; a suite that does not load and a test that does not run count as failed. */
async function runJest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-test-'));
  const report = join(folder, 'jest.json');
  try {
    const status = await run(
      process.execPath,
      [...jest, '--json', `--outputFile=${report}`, ...args],
      TEST_MINUTES,
    );
    if (!existsSync(report)) {
      count('jest', [`ended with ${status} and without a report`]);
      return;
    }
    const result = JSON.parse(readFileSync(report, 'utf8'));
    results.push(...result.testResults);
    passed += result.numPassedTests;
    const bad =
      result.numFailedTests + result.numPendingTests + result.numTodoTests + result.numRuntimeErrorTestSuites;
    failed += bad;
    if (status !== 0 && bad === 0) count('jest', [`ended with ${status}`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a command to its end or its time limit; gives its exit code, or the signal that ended it. */
function run(command, args, minutes) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), minutes * 60_000);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? signal);
    });
  });
}
