import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Logger } from 'pino';
import { readLogFile, type LogFile, type LogReader } from '#libs/federation-log';

const compress = promisify(gzip);
const MAX_PATH = 256;

/** Whether caches between a reader and the log may keep its files. */
export type LogAudience = 'public' | 'private';

const CONTENT_TYPES: Readonly<Record<LogFile['kind'], string>> = {
  checkpoint: 'text/plain; charset=utf-8',
  tile: 'application/octet-stream',
  entries: 'application/octet-stream',
};

/**
 * Serves a log's files below `prefix` (c2sp.org/tlog-tiles) to GET and HEAD; any other path is 404.
 * @param prefix "/log/"
 */
export function createLogHandler(
  store: LogReader,
  prefix: string,
  audience: LogAudience,
  logger: Logger,
): RequestListener {
  return (request, response) => {
    void respond(store, prefix, audience, request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a file of the log could not be read');
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'The log cannot be read now; its operator is told.');
    });
  };
}

async function respond(
  store: LogReader,
  prefix: string,
  audience: LogAudience,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(response, 405, 'Use GET or HEAD.');
    return;
  }
  const { url = '' } = request;
  const path = url.length <= MAX_PATH && url.startsWith(prefix) ? url.slice(prefix.length) : '';
  const file = await readLogFile(store, path);
  if (file === null) refuse(response, 404, 'The log has no such file.');
  else await sendLogFile(request, response, file, audience);
}

/** Sends one file with its type and how long it may be kept. */
export async function sendLogFile(
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  response: ServerResponse,
  file: LogFile,
  audience: LogAudience,
): Promise<void> {
  response.setHeader('Content-Type', CONTENT_TYPES[file.kind]);
  response.setHeader('Cache-Control', cacheControl(file, audience));
  let body = Buffer.from(file.bytes);
  if (file.kind === 'entries') {
    response.setHeader('Vary', 'Accept-Encoding');
    // SPEC (tlog-tiles): Entry bundles SHOULD be compressed at the HTTP layer.
    if (/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
      response.setHeader('Content-Encoding', 'gzip');
      body = await compress(body);
    }
  }
  response.setHeader('Content-Length', body.length);
  response.statusCode = 200;
  response.end(request.method === 'HEAD' ? undefined : body);
}

function cacheControl({ kind }: LogFile, audience: LogAudience): string {
  return kind === 'checkpoint' ? 'no-cache' : `${audience}, max-age=31536000, immutable`;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(`${text}\n`);
}
