/**
 * `npm run break-controls [-- E1 C2]`: shows for each row of docs/threats.md that its test fails once its control is broken. Changes one
 * place of the sources as test/attack/breaks.json says, runs the row's tests, and puts the place back; the tests must have failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readThreats } from './check-threats.mjs';
import { root } from './prepare.mjs';

const MINUTES = 4;
const rows = new Map(
  readThreats(readFileSync(join(root, 'docs', 'threats.md'), 'utf8')).map((row) => [row.id, row]),
);
const wanted = process.argv.slice(2);
const breaks = JSON.parse(readFileSync(join(root, 'test', 'attack', 'breaks.json'), 'utf8')).filter(
  ({ row }) => wanted.length === 0 || wanted.includes(row),
);
/** Puts the changed place back. */
let restore = () => undefined;
let endChild = () => undefined;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    endChild();
    restore();
    process.exit(1);
  });

let unnoticed = 0;
for (const one of breaks) {
  const said = await show(one);
  if (!said.startsWith('fails')) unnoticed += 1;
  console.log(`${one.row.padEnd(4)} ${said.padEnd(30)} ${one.what}`);
}
console.log(`${breaks.length - unnoticed} of ${breaks.length} broken controls fail their test`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** @param only the one of the row's test files that is run, where the others take minutes */
async function show({ row, file, from, to, only }) {
  const tests = rows.get(row).tests.filter((test) => only === undefined || test.file === only);
  const source = join(root, file);
  const before = readFileSync(source, 'utf8');
  if (before.split(from).length !== 2) return `does not stand once in ${file}`;
  try {
    restore = () => writeFileSync(source, before);
    writeFileSync(
      source,
      before.replace(from, () => to),
    );
    return await outcomeOf(tests);
  } finally {
    restore();
    restore = () => undefined;
  }
}

/** "fails N of M", or how the tests came to another end. */
async function outcomeOf(tests) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-break-'));
  const report = join(folder, 'jest.json');
  const names = tests.map(({ title }) =>
    title.split(/%[sdijop]|\$\{[^}]+\}|\$[a-z]+/i)[0].replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  try {
    await run([
      ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--json'],
      ...[`--outputFile=${report}`, '--runInBand', '--testNamePattern', names.join('|'), '--runTestsByPath'],
      ...new Set(tests.map(({ file }) => file)),
    ]);
    if (!existsSync(report)) return 'gives no report';
    const { numFailedTests, numPassedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    if (numRuntimeErrorTestSuites > 0) return 'does not load';
    return numFailedTests > 0
      ? `fails ${numFailedTests} of ${numFailedTests + numPassedTests}`
      : `is not noticed by ${numPassedTests}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs Node until it ends, or is ended after some minutes or with this process. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
    endChild = () => child.kill('SIGKILL');
    const timer = setTimeout(endChild, MINUTES * 60_000);
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
