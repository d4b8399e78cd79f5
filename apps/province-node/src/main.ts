import 'reflect-metadata';
import tls from 'node:tls';
import { StartError } from '#libs/identity';
import { describeError, PersistenceError } from '#libs/persistence';
import { destination, type Logger, pino } from 'pino';
import { parseConfig } from './config.js';
import { type RunningNode, startNode } from './start/start-node.js';

tls.DEFAULT_MIN_VERSION = 'TLSv1.3';

/** Milliseconds for what is under way to finish. */
const STOP_PATIENCE_MS = 8_000;

const logger = pino(
  { base: { process: 'province-node' }, serializers: { err: describeError } },
  destination({ dest: 1, sync: true }),
);

try {
  const config = parseConfig(process.env);
  logger.level = config.logLevel;
  const ofProvince = logger.child({ province: config.province });
  const ended = endOfLife(config.followParent);
  const start = startNode(config, ofProvince);
  const reason = await Promise.race([ended, start.then(() => ended)]);
  await stop(await start, reason, ofProvince);
} catch (error) {
  const mendable = error instanceof StartError || error instanceof PersistenceError;
  if (mendable) logger.fatal(error.message);
  else logger.fatal({ err: error }, 'the node failed');
  process.exit(1);
}

/** Resolves when the node is told to stop, with the reason. */
function endOfLife(followParent: boolean): Promise<string> {
  if (followParent && !process.connected) {
    throw new StartError(
      'WEFT_PARENT',
      'is "ipc", and the parent has opened no channel or is gone',
      'leave it unset, or start the node with an IPC channel',
    );
  }
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    if (followParent) process.once('disconnect', () => resolve('the parent is gone'));
  });
}

async function stop(node: RunningNode, reason: string, log: Logger): Promise<never> {
  log.info({ reason }, 'stopping');
  const impatience = setTimeout(() => {
    log.error(`work was still under way after ${STOP_PATIENCE_MS} ms and was dropped`);
    process.exit(1);
  }, STOP_PATIENCE_MS);
  await node.stop();
  clearTimeout(impatience);
  log.info('stopped');
  process.exit(0);
}
