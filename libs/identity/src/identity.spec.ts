import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  generateSigningKey,
  publicKeyOf,
  signDirectory,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import { createTestAuthority, type TestAuthority } from '../../../test/certificates.js';
import type { TlsFiles } from './certificate.js';
import { loadIdentity, type Identity } from './identity.js';
import { readDatabaseUrl } from './party-config.js';
import type { Party } from './party.js';

const PROVINCES = ['zhejiang', 'shandong', 'jiangsu'];

let folder: string;
let founders: SigningKey[];
let coordinatorKey: SigningKey;
let directory: Directory;
let authority: TestAuthority;

const path = (name: string): string => join(folder, name);
const write = (name: string, content: string | Buffer, mode = 0o600): void => {
  writeFileSync(path(name), content);
  chmodSync(path(name), mode);
};
const putTls = ({ ca, certificate, key }: TlsFiles): void => {
  write('ca.crt', ca, 0o644);
  write('tls.crt', certificate, 0o644);
  write('tls.key', key);
};
const load = (party: Party, now = new Date()): Promise<Identity> =>
  loadIdentity(
    party,
    { keysDir: folder, directoryFile: path('directory.json'), trustFile: path('trust.json') },
    () => now,
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-identity-'));
  authority = await createTestAuthority();
  founders = await Promise.all(PROVINCES.map(() => generateSigningKey()));
  coordinatorKey = await generateSigningKey();
  const endpoint = { address: '127.0.0.1:1', tlsName: 'x.weft' };
  directory = {
    kind: 'weft.directory.v1',
    epoch: 3,
    issuedAt: '2026-11-01T00:00:00.000Z',
    members: founders.map((key, place) => ({
      province: PROVINCES[place] ?? '',
      ...endpoint,
      keys: [publicKeyOf(key)],
    })),
    coordinator: { ...endpoint, keys: [publicKeyOf(coordinatorKey)] },
    calibration: {
      id: 'cal-test',
      modelDigest: `sha256:${'1'.repeat(64)}`,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1_000,
      background: [],
    },
  };
  const trust = {
    kind: 'weft.trust.v1',
    threshold: 2,
    founders: directory.members.map(({ province, keys: [key] }) => ({ province, key })),
  };
  write('trust.json', JSON.stringify(trust), 0o644);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  { name: 'zhejiang', party: { province: 'zhejiang' }, issue: () => authority.province('zhejiang') },
  { name: 'the coordinator', party: 'coordinator', issue: () => authority.coordinator() },
] as const)('who $name is', ({ name, party, issue }) => {
  let key: SigningKey;
  let own: TlsFiles;

  beforeEach(async () => {
    const [zhejiang = coordinatorKey] = founders;
    key = party === 'coordinator' ? coordinatorKey : zhejiang;
    own = await issue();
    write('directory.json', JSON.stringify(await signDirectory(directory, founders.slice(0, 2))), 0o644);
    write('signing.jwk', JSON.stringify(key));
    putTls(own);
  });

  it('is what its files say; what it signs is its own by the directory', async () => {
    const identity = await load(party);
    expect(identity.directory).toEqual(directory);
    expect(identity.tls).toEqual(own);
    const jws = await identity.signer.sign({ kind: 'weft.test.v1' });
    expect(await identity.verifier.verify(jws, party)).toEqual({ kind: 'weft.test.v1' });
  });

  it('is by a directory that enough founders signed; a refusal names file and remedy', async () => {
    write('directory.json', JSON.stringify(await signDirectory(directory, founders.slice(0, 1))));
    await expect(load(party)).rejects.toThrow(
      /directory\.json: .*TOO_FEW_SIGNATURES.*; get the directory in force/,
    );
    write('directory.json', '{"payload');
    await expect(load(party)).rejects.toThrow(/directory\.json: is not JSON/);
    rmSync(path('directory.json'));
    await expect(load(party)).rejects.toThrow(/directory\.json: does not exist; make it/);
  });

  it('is by a signing key that the directory names, for its owner to read alone, and never quoted', async () => {
    write('signing.jwk', JSON.stringify(key), 0o640);
    await expect(load(party)).rejects.toThrow(
      /signing\.jwk: its mode 0640 lets others at it; run: chmod 600/,
    );
    write('signing.jwk', JSON.stringify(await generateSigningKey()));
    await expect(load(party)).rejects.toThrow(`is not a key of ${name} in the directory of epoch 3`);
    write('signing.jwk', JSON.stringify({ ...key, d: 'secret' }));
    await expect(load(party)).rejects.toThrow(/^(?!.*secret).*has not its form/);
  });

  it('is by a certificate of its own, in time, with its key', async () => {
    await expect(load(party, new Date(Date.now() + 2 * 86_400_000))).rejects.toThrow(/tls\.crt: expired on/);
    putTls({ ...own, key: (await issue()).key });
    await expect(load(party)).rejects.toThrow(/tls\.crt: and its key are damaged, or do not belong together/);
    putTls(await authority.province('shandong'));
    await expect(load(party)).rejects.toThrow(`does not name ${name}; get one from`);
    write('tls.key', own.key, 0o644);
    await expect(load(party)).rejects.toThrow(/tls\.key: its mode 0644/);
    rmSync(path('ca.crt'));
    write('tls.key', own.key);
    await expect(load(party)).rejects.toThrow(/ca\.crt: does not exist/);
  });
});

describe('a province that is not a member', () => {
  it('is told so', async () => {
    await expect(load({ province: 'guangdong' })).rejects.toThrow(
      /directory\.json: epoch 3 has no member guangdong; set WEFT_PROVINCE/,
    );
  });
});

describe("the database's address", () => {
  it('comes out of a file that its owner alone may read, and is not repeated when it is none', async () => {
    const read = () => readDatabaseUrl({ urlFile: path('database-url') });
    write('database-url', 'postgresql://a:b@127.0.0.1/c\n');
    expect(await read()).toBe('postgresql://a:b@127.0.0.1/c');
    write('database-url', 'postgresql://a:b@127.0.0.1/c\n', 0o644);
    await expect(read()).rejects.toThrow(/lets others at it/);
    await expect(readDatabaseUrl({ url: 'secret' })).rejects.toThrow(
      /^WEFT_DATABASE_URL: is not a PostgreSQL URL/,
    );
  });
});
