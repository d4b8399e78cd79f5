import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_MEMBERS, homeAt, type WeftHome } from '../home/weft-home.js';
import { ensureDevelopmentKeys } from './development-keys.js';
import {
  installRevocations,
  issueRevocations,
  renewRevocations,
  signRevocationList,
} from './revocation-files.js';

const now = new Date();
let folder: string;
let home: WeftHome;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-revocations-'));
  home = homeAt(join(folder, 'home'));
  await ensureDevelopmentKeys(home, {
    members: DEFAULT_MEMBERS,
    addresses: {
      coordinator: '127.0.0.1:1',
      nodes: new Map(DEFAULT_MEMBERS.map((one) => [one, '127.0.0.1:2'])),
    },
    calibration: {
      ...{ id: 'cal-test', modelDigest: `sha256:${'0'.repeat(64)}`, duplicateAt: 0.9, suspectedAt: 0.8 },
      ...{ gallery: 1_000, background: [] },
    },
    clock: { now: () => now },
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const founder = (province: string): string => home.province(province).founderKey;
const order = (more: object, signers: readonly string[]) => ({
  ...{
    certificates: [],
    keys: [],
    parties: [],
    keyFiles: signers.map(founder),
    out: join(folder, 'list.json'),
  },
  ...more,
});

describe('a revocation list', () => {
  it('is issued by one bureau, signed by others, and installed with enough signatures', async () => {
    const { tlsCertificate } = home.province('shandong');
    const issued = await issueRevocations(
      home,
      order({ certificates: [tlsCertificate], keys: ['kid-1'] }, ['zhejiang']),
      now,
    );
    const { fingerprint256 } = new X509Certificate(readFileSync(tlsCertificate));
    expect(issued).toMatchObject({
      number: 1,
      certificates: [fingerprint256.replaceAll(':', '').toLowerCase()],
      keys: ['kid-1'],
    });
    const list = join(folder, 'list.json');
    await signRevocationList(list, founder('jiangsu'));
    await expect(installRevocations(home, list, now)).rejects.toThrow(/2 founders; 3 are needed/);
    await signRevocationList(list, founder('guangdong'));
    expect(await installRevocations(home, list, now)).toEqual(issued);
  });

  it('keeps what was revoked whenever it is renewed, and is not set back', async () => {
    const all = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];
    await renewRevocations(home, all.map(founder), now);
    const older = join(folder, 'older.json');
    writeFileSync(older, readFileSync(home.federation.revocations));
    await issueRevocations(
      home,
      order({ parties: ['shandong'], out: home.federation.revocations }, all),
      now,
    );
    await renewRevocations(home, all.map(founder), now);
    await expect(installRevocations(home, older, now)).rejects.toThrow(/older than 3/);
    const next = await issueRevocations(home, order({}, all), now);
    expect(next).toMatchObject({ number: 4, parties: ['shandong'] });
    await expect(
      installRevocations(home, join(folder, 'list.json'), new Date(now.getTime() + 3_700_000)),
    ).rejects.toThrow(/over an hour ago/);
  });

  it('names only what is a certificate and a party', async () => {
    const trust = home.federation.trust;
    await expect(issueRevocations(home, order({ certificates: [trust] }, ['zhejiang']), now)).rejects.toThrow(
      /is no certificate/,
    );
    await expect(
      issueRevocations(home, order({ certificates: ['nowhere'] }, ['zhejiang']), now),
    ).rejects.toThrow(/does not exist/);
    await expect(
      issueRevocations(home, order({ parties: ['Shandong!'] }, ['zhejiang']), now),
    ).rejects.toThrow(/parties/);
  });
});
