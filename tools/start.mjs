/** `npm start`: installs and builds what is missing, then becomes `weft up` with the arguments given. */
import { clearInterval, setInterval } from 'node:timers';
import { build, install, PrepareError, requireNode } from './prepare.mjs';

const ORPHAN_CHECK_MS = 250;

try {
  requireNode();
  install();
  build();
  stopWithParent();
  process.argv = [process.argv[0], 'weft', 'up', ...process.argv.slice(2)];
  await import('../apps/cli/bin/weft.mjs');
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  console.error(`weft: ${error.message}`);
  process.exitCode = 1;
}

/** npm cannot pass a SIGKILL on: when it is gone, this process stops as if it had been told to. */
function stopWithParent() {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined || parent === 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, ORPHAN_CHECK_MS);
  timer.unref();
}
