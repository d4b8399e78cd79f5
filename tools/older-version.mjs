/**
 * `npm run keep-database -- --version COMMIT`: builds that version, lets it work, and keeps its databases for test/upgrade/upgrade.spec.ts.
 * `npm run skew -- --version COMMIT`: lets processes of that version and of this work in one federation, and tells what came of it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, install, requireNode, root } from './prepare.mjs';

const PROGRAMS = { keep: 'test/upgrade/make-kept-database.ts', mix: 'test/upgrade/mix-versions.ts' };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'string', default: '' },
    /** Where that version is checked out and built already. */
    checkout: { type: 'string' },
    /** Folder of the system's PostgreSQL programs, pg_dump among them; to keep a database. */
    postgres: { type: 'string', default: '/usr/lib/postgresql/15/bin' },
  },
});

function run(cwd, command, ...args) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

const [what] = positionals;
if (!(what in PROGRAMS) || !/^[0-9a-f]{7,40}$/.test(values.version)) {
  console.error(`--version: "${values.version}" is no commit; take one from git log`);
  process.exit(1);
}
requireNode();
install();
build();
const made = values.checkout === undefined ? mkdtempSync(join(tmpdir(), 'weft-old-')) : undefined;
const checkout = values.checkout ?? join(made, 'checkout');
try {
  if (made !== undefined) {
    run(root, 'git', 'worktree', 'add', '--detach', checkout, values.version);
    run(checkout, 'npm', 'ci', '--include=dev', '--loglevel=error');
    run(checkout, 'npm', 'run', 'build');
  }
  run(
    root,
    process.execPath,
    ...['--import', './tools/ts-loader.mjs', PROGRAMS[what]],
    ...['--version', values.version.slice(0, 7), '--checkout', checkout],
    ...(what === 'keep' ? ['--postgres', values.postgres] : []),
  );
} finally {
  if (made !== undefined) {
    run(root, 'git', 'worktree', 'remove', '--force', checkout);
    rmSync(made, { recursive: true });
  }
}
