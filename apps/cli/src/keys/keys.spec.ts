import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { trustSchema, verifyDirectory } from '#libs/federation-log';
import { DEFAULT_MEMBERS, homeAt } from '../home/weft-home.js';
import {
  coordinatorSubject,
  createAuthority,
  createCertificate,
  provinceSubject,
  readAuthority,
  validFor,
  type CertificateAuthority,
  type CertifiedKey,
} from './certificates.js';
import { ensureDevelopmentKeys } from './development-keys.js';

const now = new Date();

/** What a TLS 1.3 server learns of a client: the names in its certificate, or why it, or the client, trusts it not. */
async function meet(
  authority: CertificateAuthority,
  server: CertifiedKey,
  client?: CertifiedKey,
  dialled = 'coordinator.weft',
): Promise<string> {
  const listener = tls.createServer({
    ca: authority.certificatePem,
    cert: server.certificatePem,
    key: server.keyPem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const socket = tls.connect({
    host: '127.0.0.1',
    port: typeof address === 'object' && address ? address.port : 0,
    servername: dialled,
    ca: authority.certificatePem,
    ...(client ? { cert: client.certificatePem, key: client.keyPem } : {}),
  });
  try {
    return await new Promise<string>((resolve) => {
      listener.once('secureConnection', (peer) => {
        const { subjectaltname } = peer.getPeerCertificate();
        resolve(peer.authorized ? (subjectaltname ?? '') : String(peer.authorizationError));
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    socket.destroy();
    listener.close();
  }
}

describe('certificates', () => {
  it('show a province by name and URN in TLS 1.3, from an authority read back from its files', async () => {
    const made = await createAuthority('Test', validFor(10, now));
    const authority = await readAuthority(made.certificatePem, made.keyPem);
    const server = await createCertificate(authority, coordinatorSubject(), validFor(1, now));
    const client = await createCertificate(authority, provinceSubject('zhejiang'), validFor(1, now));
    expect(await meet(authority, server, client)).toBe(
      'DNS:zhejiang.node.weft, URI:urn:weft:province:zhejiang',
    );
  });

  it('are refused of a foreign authority, under another name, expired, or missing', async () => {
    const authority = await createAuthority('Test', validFor(10, now));
    const foreign = await createAuthority('Test', validFor(10, now));
    const server = await createCertificate(authority, coordinatorSubject(), validFor(1, now));
    const past = {
      notBefore: new Date(now.getTime() - 86_400_000),
      notAfter: new Date(now.getTime() - 3_600_000),
    };
    const client = provinceSubject('zhejiang');
    const good = await createCertificate(authority, client, validFor(1, now));
    const stranger = await createCertificate(foreign, client, validFor(1, now));
    const expired = await createCertificate(authority, client, past);
    expect(await meet(authority, server, stranger)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await meet(authority, server, expired)).toBe('CERT_HAS_EXPIRED');
    expect(await meet(authority, server)).toBe('UNABLE_TO_GET_ISSUER_CERT');
    expect(await meet(authority, server, good, 'shandong.node.weft')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});

describe('development keys', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'weft-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const federation = (base: number) => ({
    members: DEFAULT_MEMBERS,
    addresses: {
      coordinator: `127.0.0.1:${base}`,
      nodes: new Map(DEFAULT_MEMBERS.map((province, index) => [province, `127.0.0.1:${base + index + 1}`])),
    },
    calibration: {
      id: 'cal-test',
      modelDigest: `sha256:${'0'.repeat(64)}`,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1_000,
      background: [],
    },
    clock: { now: () => now },
  });

  const readDirectory = async () => {
    const files = homeAt(folder).federation;
    const trust = trustSchema.parse(JSON.parse(readFileSync(files.trust, 'utf8')));
    const document: unknown = JSON.parse(readFileSync(files.directory, 'utf8'));
    return { trust, directory: await verifyDirectory(document, trust) };
  };

  it('sign a directory of all members by all members, of whom three of four must have signed', async () => {
    await ensureDevelopmentKeys(homeAt(folder), federation(1_000));
    const { trust, directory } = await readDirectory();
    expect(trust.threshold).toBe(3);
    expect(directory.epoch).toBe(1);
    expect(directory.members.map(({ province }) => province)).toEqual(DEFAULT_MEMBERS);
  });

  it('are made once: a second start finds them as they are', async () => {
    const home = homeAt(folder);
    const contents = () =>
      [home.federation.directory, home.coordinator.tlsKey, home.province('jiangsu').signingKey].map((path) =>
        readFileSync(path, 'utf8'),
      );
    await ensureDevelopmentKeys(home, federation(1_000));
    const first = contents();
    await ensureDevelopmentKeys(home, federation(1_000));
    expect(contents()).toEqual(first);
  });

  it('sign the next epoch when addresses change', async () => {
    await ensureDevelopmentKeys(homeAt(folder), federation(1_000));
    await ensureDevelopmentKeys(homeAt(folder), federation(2_000));
    const { directory } = await readDirectory();
    expect(directory.epoch).toBe(2);
    expect(directory.coordinator.address).toBe('127.0.0.1:2000');
  });

  it('are readable by this user alone', async () => {
    await ensureDevelopmentKeys(homeAt(folder), federation(1_000));
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o077;
      expect([entry.name, mode]).toEqual([entry.name, 0]);
    }
  });

  it('refuse a directory that was edited', async () => {
    const home = homeAt(folder);
    await ensureDevelopmentKeys(home, federation(1_000));
    const text = readFileSync(home.federation.directory, 'utf8');
    writeFileSync(home.federation.directory, text.replace('"payload":"ey', '"payload":"ez'));
    await expect(ensureDevelopmentKeys(home, federation(1_000))).rejects.toThrow(/restore federation/);
  });
});
