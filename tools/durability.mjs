/** `npm run durability -- --rounds 500 --seed 7`: kills a working federation's processes at random and says what was kept. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, install, requireNode, root } from './prepare.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
for (const [name, value] of Object.entries(values))
  if (!/^\d{1,6}$/.test(value)) {
    console.error(`--${name}: "${value}" is no whole number of up to six digits`);
    process.exit(1);
  }
requireNode();
install();
build();
const folder = mkdtempSync(join(tmpdir(), 'weft-durability-'));
const report = join(folder, 'report.json');
try {
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      'test/faults/durability.spec.ts',
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        WEFT_DURABILITY_ROUNDS: values.rounds,
        WEFT_DURABILITY_SEED: values.seed,
        WEFT_DURABILITY_REPORT: report,
      },
    },
  );
  if (existsSync(report)) console.log(readFileSync(report, 'utf8'));
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
