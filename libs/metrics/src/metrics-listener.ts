import { once } from 'node:events';
import { createServer } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';

const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 16;

/** The figures of one process. */
export type Metrics = Registry;

/** The listener that Prometheus reads them from, in its text format. */
export interface MetricsListener {
  close(): Promise<void>;
}

/** A registry with the process' own figures: processor, memory, garbage collection, event loop. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/**
 * Answers `GET /metrics`, and nothing else. There is no password and no TLS: it is for loopback, or for a network that only the bureau's
 * own Prometheus reaches. It tells counts and states, and of no person, picture or registration.
 * @throws the system's error if the address cannot be listened on
 */
export async function listenForScrapes(
  { host, port }: { readonly host: string; readonly port: number },
  registry: Metrics,
): Promise<MetricsListener> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404, { 'Content-Type': 'text/plain' }).end('read /metrics\n');
        return;
      }
      registry.metrics().then(
        (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}
