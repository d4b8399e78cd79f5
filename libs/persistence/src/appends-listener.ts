import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const AGAIN_MS = 2_000;
const CONNECT_MS = 10_000;

/** A subscription to a log's appends. */
export interface AppendsListener {
  close(): Promise<void>;
}

/**
 * Tells when entries were committed to the log in this database, whichever process appended them. A connection that breaks
 * is made again; while there is none nothing is told, so whoever listens also looks now and then.
 * @param url as for `createDataSource`
 * @param appended must not throw; also called once for each connection that is made
 */
export function listenForAppends(url: string, appended: () => void): AppendsListener {
  const ending = new AbortController();
  const run = listenUntilEnded(url, appended, ending.signal);
  return {
    async close() {
      ending.abort();
      await run;
    },
  };
}

async function listenUntilEnded(url: string, appended: () => void, ending: AbortSignal): Promise<void> {
  while (!ending.aborted) {
    await listenOnce(url, appended, ending).catch(() => undefined);
    await pause(AGAIN_MS, undefined, { signal: ending }).catch(() => undefined);
  }
}

/** Ends with the connection. */
async function listenOnce(url: string, appended: () => void, ending: AbortSignal): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'weft log',
  });
  const ended = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
    ending.addEventListener('abort', () => resolve(), { once: true });
  });
  client.on('notification', () => appended());
  try {
    await client.connect();
    await client.query('LISTEN weft_log');
    appended();
    await ended;
  } finally {
    await client.end().catch(() => undefined);
  }
}
