import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { NODE_SERVICES, type TlsIdentity } from '#libs/rpc';
import { createCertificate, provinceSubject, readAuthority } from '../../apps/cli/src/keys/certificates.js';
import { type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { createTestAuthority } from '../certificates.js';
import { startTestServer } from '../grpc-server.js';

const DAY_MS = 86_400_000;

/** Something that listens in a node's place. */
export interface Peer {
  readonly port: number;
  stop(): void;
}

/** A TLS server with the node's own certificate that takes connections and never says anything: no HTTP/2 SETTINGS. */
export async function startSilentPeer({ ca, certificate, key }: TlsIdentity): Promise<Peer> {
  const server = createServer(
    { ca, cert: certificate, key, requestCert: true, minVersion: 'TLSv1.3', ALPNProtocols: ['h2'] },
    (socket) => socket.on('error', () => undefined).resume(),
  );
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}

/** What is wrong with a certificate. */
export const BAD_CERTIFICATES = ['of another authority', 'expired', 'of another province'] as const;

export type BadCertificate = (typeof BAD_CERTIFICATES)[number];

/** A gRPC server in a node's place with such a certificate. */
export async function startBadlyCertified(
  home: WeftHome,
  province: string,
  neighbour: string,
  wrong: BadCertificate,
): Promise<Peer> {
  const identity = await badIdentity(home, province, neighbour, wrong);
  const server = await startTestServer({ identity, services: NODE_SERVICES, members: [province] }, {});
  return { port: Number(server.address.split(':')[1]), stop: server.stop };
}

async function badIdentity(
  { federation }: WeftHome,
  province: string,
  neighbour: string,
  wrong: BadCertificate,
): Promise<TlsIdentity> {
  const ca = readFileSync(federation.caCertificate);
  if (wrong === 'of another authority') {
    const { certificate, key } = await (await createTestAuthority()).province(province);
    return { ca, certificate, key };
  }
  const authority = await readAuthority(ca.toString(), readFileSync(federation.caKey, 'utf8'));
  const days = wrong === 'expired' ? [-2, -1] : [-1, 1];
  const [notBefore = new Date(), notAfter = new Date()] = days.map(
    (day) => new Date(Date.now() + day * DAY_MS),
  );
  const subject = provinceSubject(wrong === 'of another province' ? neighbour : province);
  const leaf = await createCertificate(authority, subject, { notBefore, notAfter });
  return { ca, certificate: Buffer.from(leaf.certificatePem), key: Buffer.from(leaf.keyPem) };
}
