import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  generateSigningKey,
  publicKeyOf,
  signDirectory,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import type { TlsIdentity } from '#libs/rpc';
import { createTestAuthority } from '../../../test/certificates.js';
import { databaseUrl, loadDirectory, loadSigningKey, loadTlsIdentity } from './credentials-files.js';

let folder: string;
let founders: SigningKey[];
let coordinatorKey: SigningKey;
let directory: Directory;

const path = (name: string): string => join(folder, name);
const write = (name: string, content: string | Buffer, mode = 0o600): void => {
  writeFileSync(path(name), content);
  chmodSync(path(name), mode);
};
const load = (): Promise<Directory> =>
  loadDirectory({ directoryFile: path('directory.json'), trustFile: path('trust.json') });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-coordinator-'));
  founders = await Promise.all([generateSigningKey(), generateSigningKey(), generateSigningKey()]);
  coordinatorKey = await generateSigningKey();
  const endpoint = { address: '127.0.0.1:1', tlsName: 'x.weft' };
  directory = {
    kind: 'weft.directory.v1',
    epoch: 3,
    issuedAt: '2026-11-01T00:00:00.000Z',
    members: founders.map((key, place) => ({
      province: ['zhejiang', 'shandong', 'jiangsu'][place] ?? '',
      ...endpoint,
      keys: [publicKeyOf(key)],
    })),
    coordinator: { ...endpoint, keys: [publicKeyOf(coordinatorKey)] },
    calibration: { modelDigest: `sha256:${'1'.repeat(64)}`, duplicateAt: 0.9, suspectedAt: 0.8 },
  };
  const trust = {
    kind: 'weft.trust.v1',
    threshold: 2,
    founders: directory.members.map(({ province, keys: [key] }) => ({ province, key })),
  };
  write('trust.json', JSON.stringify(trust));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the directory at the start', () => {
  it('is taken with enough signatures and refused with fewer, naming file and remedy', async () => {
    write('directory.json', JSON.stringify(await signDirectory(directory, founders.slice(0, 2))));
    expect(await load()).toEqual(directory);
    write('directory.json', JSON.stringify(await signDirectory(directory, founders.slice(0, 1))));
    await expect(load()).rejects.toThrow(
      /directory\.json: .*TOO_FEW_SIGNATURES.*; get the directory in force/,
    );
    write('directory.json', '{"payload');
    await expect(load()).rejects.toThrow(/directory\.json: is not JSON/);
    rmSync(path('directory.json'));
    await expect(load()).rejects.toThrow(/directory\.json: cannot be read/);
  });
});

describe('the signing key', () => {
  it('is one that the directory names, for the owner to read alone, and never quoted', async () => {
    write('signing.jwk', JSON.stringify(coordinatorKey));
    expect(loadSigningKey(folder, directory)).toEqual(coordinatorKey);
    write('signing.jwk', JSON.stringify(coordinatorKey), 0o640);
    expect(() => loadSigningKey(folder, directory)).toThrow(/chmod 600/);
    write('signing.jwk', JSON.stringify(await generateSigningKey()));
    expect(() => loadSigningKey(folder, directory)).toThrow(/not a key of the coordinator in .* epoch 3/);
    write('signing.jwk', JSON.stringify({ ...coordinatorKey, d: 'secret' }));
    expect(() => loadSigningKey(folder, directory)).toThrow(/^(?!.*secret).*has not its form/);
  });
});

describe('the certificate', () => {
  it("is the coordinator's own, in time, with its key", async () => {
    const authority = await createTestAuthority();
    const put = ({ ca, certificate, key }: TlsIdentity): void => {
      write('ca.crt', ca);
      write('tls.crt', certificate);
      write('tls.key', key);
    };
    const own = await authority.coordinator();
    put(own);
    expect(loadTlsIdentity(folder, new Date())).toEqual(own);
    expect(() => loadTlsIdentity(folder, new Date(Date.now() + 2 * 86_400_000))).toThrow(/expired on/);
    put({ ...own, key: (await authority.coordinator()).key });
    expect(() => loadTlsIdentity(folder, new Date())).toThrow(/do not belong together/);
    put(await authority.province('zhejiang'));
    expect(() => loadTlsIdentity(folder, new Date())).toThrow(/is not of the coordinator/);
  });
});

describe("the database's address", () => {
  it('comes out of a file that its owner alone may read', () => {
    write('database-url', 'postgresql://a:b@127.0.0.1/c\n');
    expect(databaseUrl({ urlFile: path('database-url') })).toBe('postgresql://a:b@127.0.0.1/c');
    write('database-url', 'postgresql://a:b@127.0.0.1/c\n', 0o644);
    expect(() => databaseUrl({ urlFile: path('database-url') })).toThrow(/may be read by others/);
  });
});
