import type { Tracing, TracingLog, TracingSettings } from './tracing.js';

const off: Tracing = { stop: async () => undefined };

/**
 * Begins to trace this process.
 * @param settings undefined for no tracing: nothing is loaded then
 * @param party a province's id, or "coordinator"
 */
export async function startTracing(
  settings: TracingSettings | undefined,
  party: string,
  log: TracingLog,
): Promise<Tracing> {
  if (settings === undefined) return off;
  const { openSdk } = await import('./sdk.js');
  return openSdk(settings, party, log);
}
