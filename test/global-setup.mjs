import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

/**
 * Ends the run's database server, if one was started, and removes its folder. Its input is a pipe that this run holds: it
 * closes when the run ends, also by kill -9.
 */
const KEEPER = `
cat >/dev/null
pid=$(head -n 1 "$1/cluster/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid"
  n=0
  while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
fi
rm -rf "$1"
`;

/** Names the folder and the port of this run's database server; the first spec that wants a database starts it. */
export default async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'weft-test-'));
  process.env.WEFT_TEST_POSTGRES_DIR = folder;
  process.env.WEFT_TEST_POSTGRES_PORT = String(await freePort());
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.unref();
  globalThis.endTestPostgres = async () => {
    const ended = once(keeper, 'exit');
    keeper.ref();
    keeper.stdin.end();
    await ended;
  };
}

async function freePort() {
  const probe = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
