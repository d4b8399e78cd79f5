import { destination, pino, type Logger } from 'pino';
import { z } from 'zod';
import { describeError } from './describe-error.js';

/** Something that serves until it is stopped. */
export interface Running {
  /** Takes no new work, finishes what is under way, closes everything. */
  stop(): Promise<void>;
}

/** What a configuration says of the process itself. */
export interface ProcessConfig {
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Whether to stop when the parent process is gone. */
  readonly followParent: boolean;
}

/** A program that runs as a process of its own. */
export interface Program<C extends ProcessConfig> {
  /** As its log lines name it. */
  readonly name: string;
  /** Milliseconds for what is under way to finish when it is told to stop. */
  readonly stopMs: number;
  configure(): C;
  /** What else each of its log lines says. */
  labels(config: C): Readonly<Record<string, string>>;
  start(config: C, logger: Logger): Promise<Running>;
}

/** A process that is to follow its parent, and has none. */
class ParentMissing extends Error {
  override readonly name = 'ParentMissing';

  constructor() {
    super(
      'WEFT_PARENT: is "ipc", and the parent has opened no channel or is gone; ' +
        'leave it unset, or start the process with an IPC channel',
    );
  }
}

/**
 * Runs a program until SIGTERM, SIGINT or the end of its parent, and ends the process: with 0 if it stopped in order, 1 if
 * it failed or work had to be dropped. An error that tells its remedy is for the operator to mend and is logged as one
 * line; any other is a fault and is logged with its stack.
 */
export async function runProcess<C extends ProcessConfig>(program: Program<C>): Promise<never> {
  let logger = pino(
    { base: { process: program.name }, serializers: { err: describeError } },
    destination({ dest: 1, sync: true }),
  );
  try {
    const config = program.configure();
    logger.level = config.logLevel;
    logger = logger.child(program.labels(config));
    if (config.followParent && !process.connected) throw new ParentMissing();
    const told = toldToStop(config.followParent);
    const start = program.start(config, logger);
    const reason = await Promise.race([told, start.then(() => told)]);
    await stop(await start, program.stopMs, reason, logger);
    process.exit(0);
  } catch (error) {
    if (error instanceof Error && isMendable(error)) logger.fatal(error.message);
    else logger.fatal({ err: error }, `${program.name} failed`);
    process.exit(1);
  }
}

/** Resolves with the reason. */
function toldToStop(followParent: boolean): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    if (followParent) process.once('disconnect', () => resolve('the parent is gone'));
  });
}

async function stop(running: Running, stopMs: number, reason: string, logger: Logger): Promise<void> {
  logger.info({ reason }, 'stopping');
  const impatience = setTimeout(() => {
    logger.error(`work was still under way after ${stopMs} ms and was dropped`);
    process.exit(1);
  }, stopMs);
  await running.stop();
  clearTimeout(impatience);
  logger.info('stopped');
}

function isMendable(error: Error): boolean {
  return error instanceof ParentMissing || z.object({ remedy: z.string() }).safeParse(error).success;
}
