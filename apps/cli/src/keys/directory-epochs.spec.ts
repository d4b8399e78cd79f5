import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createStatementSigner,
  createStatementVerifier,
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  formatVerifierKey,
  generateSigningKey,
  isUnderstood,
  isValidAt,
  keysFor,
  publicKeyOf,
  revokedFrom,
  signingKeySchema,
  trustSchema,
  verifyDirectory,
  type Directory,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { DEFAULT_MEMBERS, homeAt, type WeftHome } from '../home/weft-home.js';
import { ensureDevelopmentKeys } from './development-keys.js';
import { installDirectory, proposeDirectory, rotateKey, signProposal } from './directory-epochs.js';

const now = new Date();
const validity = {
  notBefore: now.toISOString(),
  notAfter: new Date(now.getTime() + 86_400_000).toISOString(),
};
const calibration = {
  id: 'cal-test',
  modelDigest: `sha256:${'0'.repeat(64)}`,
  duplicateAt: 0.9,
  suspectedAt: 0.8,
  gallery: 1_000,
  background: [],
};

let folder: string;
let home: WeftHome;
let first: Directory;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-epochs-'));
  home = homeAt(join(folder, 'home'));
  first = await startFederation();
});
afterEach(() => rmSync(folder, { recursive: true }));

const startFederation = (): Promise<Directory> =>
  ensureDevelopmentKeys(home, {
    members: DEFAULT_MEMBERS,
    addresses: {
      coordinator: '127.0.0.1:1000',
      nodes: new Map(DEFAULT_MEMBERS.map((province, index) => [province, `127.0.0.1:${1_001 + index}`])),
    },
    calibration,
    clock: { now: () => now },
  });
const path = (name: string): string => join(folder, name);
const founder = (province: string): string => home.province(province).founderKey;
const write = (name: string, value: unknown): string => {
  writeFileSync(path(name), JSON.stringify(value));
  return path(name);
};
const keyIn = (file: string) => signingKeySchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** A proposal with the signatures of so many bureaus, each made apart. */
async function propose(change: unknown, signers = 3): Promise<string> {
  const [proposer = '', ...others] = DEFAULT_MEMBERS.slice(0, signers);
  const files = {
    change: write('change.json', change),
    keyFile: founder(proposer),
    out: path('next.json'),
  };
  await proposeDirectory(home, files, now);
  for (const province of others) await signProposal(files.out, founder(province));
  return files.out;
}

async function newMember() {
  const keys = await Promise.all(
    (['statement', 'log', 'witness'] as const).map(async (use) => ({
      use,
      ...publicKeyOf(await generateSigningKey()),
      ...validity,
    })),
  );
  return { province: 'fujian', address: '127.0.0.1:1009', tlsName: 'fujian.node.weft', keys };
}

describe('the next epoch of the directory', () => {
  it('adds a member, or removes one, by three of four bureaus and not by two, nor by one thrice', async () => {
    const addition = { addMembers: [await newMember()] };
    const unsigned = await propose(addition, 2);
    await signProposal(unsigned, founder('shandong'));
    await expect(installDirectory(home, unsigned)).rejects.toMatchObject({ code: 'TOO_FEW_SIGNATURES' });
    const { directory } = await installDirectory(home, await propose(addition));
    expect(directory.members.map(({ province }) => province)).toEqual([...DEFAULT_MEMBERS, 'fujian']);

    const removal = { removeMembers: ['fujian'] };
    await expect(installDirectory(home, await propose(removal, 2))).rejects.toMatchObject({
      code: 'TOO_FEW_SIGNATURES',
    });
    const after = await installDirectory(home, await propose(removal));
    expect([after.directory.epoch, after.directory.members.length]).toEqual([3, 4]);
  });

  it('follows the one in force alone, and all epochs are kept with what they were signed by', async () => {
    const second = await propose({ removeMembers: ['guangdong'] });
    copyFileSync(second, path('second.json'));
    await installDirectory(home, second);
    await expect(installDirectory(home, path('second.json'))).rejects.toMatchObject({ code: 'BROKEN_CHAIN' });
    const trust = trustSchema.parse(JSON.parse(readFileSync(home.federation.trust, 'utf8')));
    const kept = await Promise.all(
      [1, 2].map(async (epoch) =>
        verifyDirectory(
          JSON.parse(readFileSync(join(home.federation.epochs, `${epoch}.json`), 'utf8')),
          trust,
        ),
      ),
    );
    expect(kept[0]).toEqual(first);
    expect(kept[1]).toMatchObject({ epoch: 2, previous: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  });

  it('names where parties answer, and also answer', async () => {
    const moves = [
      { party: 'coordinator', alsoAt: ['127.0.0.1:2000', '127.0.0.1:2001'] },
      { party: 'jiangsu', address: '127.0.0.1:2002' },
    ];
    const { directory } = await installDirectory(home, await propose({ setAddresses: moves }));
    expect(directory.coordinator).toEqual({ ...first.coordinator, alsoAt: moves[0]?.alsoAt });
    expect(directory.members[2]).toEqual({ ...first.members[2], address: '127.0.0.1:2002' });
    const without = { setAddresses: [{ party: 'coordinator', alsoAt: [] }] };
    const { directory: next } = await installDirectory(home, await propose(without));
    expect(next.coordinator).toEqual(first.coordinator);
    await expect(propose({ setAddresses: [{ party: 'fujian', address: '127.0.0.1:2003' }] })).rejects.toThrow(
      /setAddresses: fujian is not in the directory/,
    );
  });

  it('names witnesses from outside, whose keys are read before anybody signs', async () => {
    const publicKey = Buffer.from((await generateSigningKey()).x, 'base64url');
    const vkeyOf = (name: string, type = ED25519_COSIGNATURE) =>
      formatVerifierKey(nodeLogCrypto.sha256, { name, type, publicKey });
    const naming = (vkey: string, url = 'https://witness.example/weft') =>
      propose({ witnesses: [{ vkey, url }] });
    await expect(naming(vkeyOf('witness.example/w1', ED25519_NOTE))).rejects.toThrow(/not one that cosigns/);
    await expect(naming(vkeyOf('weft/jiangsu/witness'))).rejects.toThrow(/name of a member as a witness/);
    await expect(naming(`${vkeyOf('witness.example/w1')}A`)).rejects.toThrow(/vkey/);
    await expect(naming(vkeyOf('witness.example/w1'), 'http://witness.example')).rejects.toThrow(
      /change\.json/,
    );
    const vkey = vkeyOf('witness.example/w1');
    const { directory } = await installDirectory(home, await naming(vkey));
    expect(directory.witnesses).toEqual([{ vkey, url: 'https://witness.example/weft' }]);
    const kept = await installDirectory(home, await propose({ removeMembers: ['guangdong'] }));
    expect(kept.directory.witnesses).toEqual(directory.witnesses);
    const ended = await installDirectory(home, await propose({ witnesses: [] }));
    expect(ended.directory.witnesses).toBeUndefined();
  });

  it('does not take a change of what is not there', async () => {
    await expect(propose({ removeMembers: ['fujian'] })).rejects.toThrow(/removeMembers: fujian is not in/);
    const endKeys = [{ party: 'jiangsu', kid: 'none', notAfter: now.toISOString() }];
    await expect(propose({ endKeys })).rejects.toThrow(/endKeys: none is not in/);
    await expect(propose({ removeMember: 'jiangsu' })).rejects.toThrow(/change\.json/);
  });

  it('enters another model beside the one in force, and ends it', async () => {
    const nextCalibration = { ...calibration, modelDigest: `sha256:${'1'.repeat(64)}` };
    const changing = await installDirectory(home, await propose({ nextCalibration }));
    expect(changing.directory.nextCalibration).toEqual(nextCalibration);
    const change = { calibration: nextCalibration, nextCalibration: null };
    const { directory } = await installDirectory(home, await propose(change));
    expect([directory.calibration, directory.nextCalibration]).toEqual([nextCalibration, undefined]);
  });
});

describe('a key', () => {
  it('is replaced without losing what it signed; both hold for a time; the new one is for its owner alone', async () => {
    const { signingKey } = home.province('jiangsu');
    const old = keyIn(signingKey);
    const jws = await (await createStatementSigner(old)).sign({ kind: 'weft.test.v1' });
    await rotateKey(home, { party: 'jiangsu', use: 'statement', out: path('rotate.json') }, now);
    expect(keyIn(signingKey)).toEqual(old);
    const change: unknown = JSON.parse(readFileSync(path('rotate.json'), 'utf8'));
    const { directory } = await installDirectory(home, await propose(change));
    const renewed = keyIn(signingKey);
    expect(renewed.kid).not.toBe(old.kid);
    expect(statSync(signingKey).mode & 0o077).toBe(0);
    const verifier = createStatementVerifier(directory, (key) => isValidAt(key, now));
    expect(await verifier.verify(jws, { province: 'jiangsu' })).toEqual({ kind: 'weft.test.v1' });
    const later = createStatementVerifier(directory, (key) =>
      isValidAt(key, new Date(now.getTime() + 8 * 86_400_000)),
    );
    await expect(later.verify(jws, { province: 'jiangsu' })).rejects.toMatchObject({ code: 'UNKNOWN_KEY' });
    expect((await startFederation()).epoch).toBe(2);
  });

  it('that is compromised is good under a position of its log, and nowhere else', async () => {
    const { kid } = keyIn(home.province('jiangsu').signingKey);
    const revoked = [{ log: 'weft/jiangsu', from: 120 }];
    const revokeKeys = [{ party: 'jiangsu', kid, revoked }];
    const { directory } = await installDirectory(home, await propose({ revokeKeys }));
    const key = keysFor(directory.members[2]?.keys ?? [], 'statement').find((one) => one.kid === kid);
    expect(key && [revokedFrom(key, 'weft/jiangsu'), revokedFrom(key, 'weft/zhejiang')]).toEqual([120, 0]);
    const jws = await (await createStatementSigner(keyIn(home.province('jiangsu').signingKey))).sign({});
    await expect(
      createStatementVerifier(directory).verify(jws, { province: 'jiangsu' }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_KEY' });
  });

  it('of a kind not known here is carried on and not verified by; one that is damaged is refused', async () => {
    const sm2 = { kty: 'EC', crv: 'SM2', x: 'AA', y: 'AA', kid: 'sm2-1', use: 'statement', ...validity };
    const mlDsa = { kty: 'AKP', alg: 'ML-DSA-65', pub: 'AA', kid: 'pq-1', use: 'log', ...validity };
    const addKeys = [sm2, mlDsa].map((key) => ({ party: 'jiangsu', key }));
    await installDirectory(home, await propose({ addKeys }));
    const { directory } = await installDirectory(home, await propose({ removeMembers: ['guangdong'] }));
    const { keys = [] } = directory.members[2] ?? {};
    expect(keys.filter((key) => !isUnderstood(key))).toEqual([sm2, mlDsa]);
    expect(keysFor(keys, 'log')).toHaveLength(1);

    const damaged = { ...publicKeyOf(await generateSigningKey()), use: 'log', ...validity, x: 'short' };
    await expect(propose({ addKeys: [{ party: 'jiangsu', key: damaged }] })).rejects.toThrow(/change\.json/);
    const secret = { ...sm2, kid: 'sm2-2', d: 'AA' };
    await expect(propose({ addKeys: [{ party: 'jiangsu', key: secret }] })).rejects.toThrow(/change\.json/);
  });
});
