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
