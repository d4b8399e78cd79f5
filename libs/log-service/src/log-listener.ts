import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { TLSSocket } from 'node:tls';
import { shownCertificate, type RevocationCheck } from '#libs/federation-log';
import { createServer } from 'node:https';

const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;
const MAX_CONNECTIONS = 128;
/** How often connections are held against these times. */
const LOOK_MS = 1_000;

/** What a listener shows and trusts in TLS, all PEM. */
export interface ReaderTls {
  /** The federation's authority. */
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly revocations?: RevocationCheck | undefined;
}

/** A listener for readers of a log. */
export interface LogListener {
  close(): Promise<void>;
}

/**
 * Listens for readers of a log over HTTPS, TLS 1.3, with times and connections bounded.
 * @param open whether anybody may connect; otherwise a client certificate of the federation's authority is needed
 * @throws the system's error if the address cannot be listened on
 */
export async function listenForReaders(
  { host, port }: { readonly host: string; readonly port: number },
  tls: ReaderTls,
  open: boolean,
  handler: RequestListener,
): Promise<LogListener> {
  const server = createServer(
    {
      ca: tls.ca,
      cert: tls.certificate,
      key: tls.key,
      minVersion: 'TLSv1.3',
      requestCert: !open,
      rejectUnauthorized: !open,
      requestTimeout: REQUEST_MS,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: LOOK_MS,
    },
    (request, response) => {
      response.setHeader('X-Content-Type-Options', 'nosniff');
      const refused = open ? null : whyRefused(request.socket, tls.revocations);
      if (refused === null) handler(request, response);
      else response.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${refused}\n`);
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

function whyRefused(socket: unknown, revocations: RevocationCheck | undefined): string | null {
  if (!revocations || !(socket instanceof TLSSocket)) return null;
  return revocations.unfit() ?? revocations.revoked(shownCertificate(socket.getPeerCertificate()));
}
