/** `npm start`: installs and builds what is missing, then becomes `weft up` with the arguments given. */
import { spawnSync } from 'node:child_process';
import { clearInterval, setInterval } from 'node:timers';
import { build, install, PrepareError, requireNode } from './prepare.mjs';

const ORPHAN_CHECK_MS = 250;

try {
  requireNode();
  stopWithNpm();
  install();
  build();
  process.argv = [process.argv[0], 'weft', 'up', ...process.argv.slice(2)];
  await import('../apps/cli/bin/weft.mjs');
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  console.error(`weft: ${error.message}`);
  process.exitCode = 1;
}

/** npm cannot pass a SIGKILL on, and its shell passes on no signal: when npm is gone, this process stops as if told to. */
function stopWithNpm() {
  const npm = findNpm();
  if (npm === undefined) return;
  const timer = setInterval(() => {
    if (isAlive(npm)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, ORPHAN_CHECK_MS);
  timer.unref();
}

/** The npm that runs this script, its parent or its shell's; undefined without npm or `ps`. */
function findNpm() {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  for (let pid = process.ppid, level = 0; pid > 1 && level < 3; level++) {
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, args] = /^\s*(\d+)\s+(.*)/.exec(stdout ?? '') ?? [];
    if (args === undefined) return undefined;
    if (/\bnpm\b/.test(args)) return pid;
    pid = Number(parent);
  }
  return undefined;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
