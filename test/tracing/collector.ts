import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';

const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: z
                .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
                .default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A span as the collector was sent it. */
export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Name of its parent; null for the first of its trace. */
  readonly parent: string | null;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** An OTLP/HTTP collector on loopback. */
export interface Collector {
  readonly endpoint: string;
  /** Everything that it was sent, as it was written. */
  readonly written: () => string;
  readonly spans: () => SentSpan[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.method === 'POST' && request.url === '/v1/traces')
        bodies.push(Buffer.concat(parts).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  return {
    endpoint: `http://127.0.0.1:${await listening(server)}`,
    written: () => bodies.join('\n'),
    spans: () => spansIn(bodies),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function spansIn(bodies: readonly string[]): SentSpan[] {
  const all = bodies.flatMap((body) =>
    exportSchema
      .parse(JSON.parse(body))
      .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
  return all.map(({ parentSpanId, attributes, ...span }) => ({
    ...span,
    parent: parentSpanId ? (all.find(({ spanId }) => spanId === parentSpanId)?.name ?? parentSpanId) : null,
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
  }));
}
