/** Where traces go, and how many. */
export interface TracingSettings {
  /** URL of an OTLP/HTTP collector, without `/v1/traces`. */
  readonly endpoint: string;
  /** Share of what begins here that is traced, 0 to 1. */
  readonly ratio: number;
}

/** What is told of the exporter: once when the collector fails, once when it is back. */
export interface TracingLog {
  warn(message: string): void;
  info(message: string): void;
}

/** Tracing while it runs. */
export interface Tracing {
  /** Sends what is left, within two seconds; never fails. */
  stop(): Promise<void>;
}

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
