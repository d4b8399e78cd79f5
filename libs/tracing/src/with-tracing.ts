import { startTracing } from './start-tracing.js';
import type { TracingLog, TracingSettings } from './tracing.js';

interface Running {
  stop(): Promise<void>;
}

/**
 * The start of a program, which is traced from before it begins until it has stopped.
 * @param partyOf whose program it is: a province's id, or "coordinator"
 */
export function withTracing<
  C extends { readonly tracing: TracingSettings | undefined },
  L extends TracingLog,
>(
  partyOf: (config: C) => string,
  start: (config: C, log: L) => Promise<Running>,
): (config: C, log: L) => Promise<Running> {
  return async (config, log) => {
    const tracing = await startTracing(config.tracing, partyOf(config), log);
    const running = await start(config, log).catch(async (error: unknown) => {
      await tracing.stop();
      throw error;
    });
    return {
      async stop() {
        await running.stop();
        await tracing.stop();
      },
    };
  };
}
