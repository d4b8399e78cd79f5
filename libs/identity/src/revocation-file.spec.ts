import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  generateSigningKey,
  nextRevocations,
  publicKeyOf,
  signRevocations,
  type Revocations,
  type Trust,
} from '#libs/federation-log';
import { RevocationFile } from './revocation-file.js';

const founder = await generateSigningKey();
const trust: Trust = {
  kind: 'weft.trust.v1',
  threshold: 1,
  founders: [{ province: 'zhejiang', key: publicKeyOf(founder) }],
};
const certificate = { fingerprint: 'a'.repeat(64), party: 'shandong' };
const nothing = { certificates: [], keys: [], parties: [] };

let folder: string;
let file: string;
let now: Date;
let revocations: RevocationFile;
let warnings: string[];
let elapsed: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-revocations-'));
  file = join(folder, 'revocations.json');
  now = new Date('2026-11-02T08:00:00.000Z');
  warnings = [];
  elapsed = 0;
  revocations = new RevocationFile(
    file,
    trust,
    () => now,
    () => elapsed,
  );
  revocations.watch((detail) => warnings.push(detail));
});
afterEach(() => {
  revocations.close();
  rmSync(folder, { recursive: true });
});

const put = async (list: Revocations): Promise<Revocations> => {
  writeFileSync(file, JSON.stringify(await signRevocations(list, [founder])));
  await revocations.look();
  return list;
};
const minutesLater = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
  elapsed += minutes * 60_000;
};
/** The machine's clock is set; no time passes. */
const setClock = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};

describe('a revocation list in its file', () => {
  it('lets nobody be trusted while it is missing, damaged or signed by others', async () => {
    expect(revocations.unfit()).toMatch(/there is no revocation list/);
    await revocations.look();
    expect(revocations.unfit()).toMatch(/does not exist/);
    writeFileSync(file, '{');
    await revocations.look();
    expect(revocations.unfit()).toMatch(/is not JSON/);
    const stranger = await generateSigningKey();
    writeFileSync(
      file,
      JSON.stringify(await signRevocations(nextRevocations(undefined, nothing, now), [stranger])),
    );
    await revocations.look();
    expect(revocations.unfit()).toMatch(/signing key is not one of those/);
    expect(revocations.state).toEqual({ issuedAt: null, number: null, problem: revocations.unfit() });
    expect(warnings).toHaveLength(3);
  });

  it('names certificates, parties and keys, and is taken up without a restart', async () => {
    const first = await put(nextRevocations(undefined, nothing, now));
    expect([revocations.unfit(), revocations.revoked(certificate), revocations.isKeyRevoked('kid')]).toEqual([
      null,
      null,
      false,
    ]);
    const second = await put(
      nextRevocations(first, { ...nothing, certificates: [certificate.fingerprint], keys: ['kid'] }, now),
    );
    expect(revocations.revoked(certificate)).toMatch(/of shandong is revoked/);
    expect(revocations.revoked({ ...certificate, fingerprint: 'b'.repeat(64) })).toBeNull();
    expect(revocations.isKeyRevoked('kid')).toBe(true);
    await put(nextRevocations(second, { ...nothing, parties: ['shandong'] }, now));
    expect(revocations.revoked({ ...certificate, fingerprint: 'b'.repeat(64) })).toMatch(/is revoked/);
    expect(revocations.revoked({ fingerprint: 'b'.repeat(64), party: 'jiangsu' })).toBeNull();
  });

  it('counts for an hour from its issue, and again with the next one', async () => {
    const first = await put(nextRevocations(undefined, nothing, now));
    minutesLater(60);
    expect(revocations.unfit()).toBeNull();
    minutesLater(1);
    expect(revocations.unfit()).toMatch(/over an hour ago/);
    expect(revocations.state.problem).toMatch(/over an hour ago/);
    await put(nextRevocations(first, nothing, now));
    expect(revocations.unfit()).toBeNull();
  });

  it('gets no younger where the clock is set back while it counts, and does not count before its time', async () => {
    const first = await put(nextRevocations(undefined, nothing, now));
    minutesLater(30);
    setClock(-25);
    expect(revocations.unfit()).toBeNull();
    minutesLater(31);
    expect(revocations.unfit()).toMatch(/over an hour ago/);
    expect(revocations.ageSeconds).toBe(61 * 60);
    await revocations.look();
    expect(revocations.unfit()).toMatch(/over an hour ago/);
    const second = await put(nextRevocations(first, nothing, now));
    expect(revocations.unfit()).toBeNull();
    setClock(-6);
    expect(revocations.unfit()).toMatch(/yet to come/);
    setClock(6);
    expect(revocations.unfit()).toBeNull();
    // A clock that was ahead by hours is set right: the list counts at once.
    setClock(180);
    expect(revocations.unfit()).toMatch(/over an hour ago/);
    await put(nextRevocations(second, nothing, new Date(now.getTime() - 180 * 60_000)));
    expect(revocations.unfit()).toMatch(/over an hour ago/);
    setClock(-180);
    expect(revocations.unfit()).toBeNull();
  });

  it('is not replaced by an older one, nor by one that forgives; the one before still counts', async () => {
    const first = await put(nextRevocations(undefined, nothing, now));
    const second = await put(nextRevocations(first, { ...nothing, parties: ['shandong'] }, now));
    await put(first);
    expect(revocations.revoked(certificate)).toMatch(/is revoked/);
    expect(revocations.state).toMatchObject({ number: 2, problem: expect.stringMatching(/older than 2/) });
    await put({ ...second, number: 3, parties: [] });
    expect(revocations.revoked(certificate)).toMatch(/is revoked/);
    expect(revocations.state.problem).toMatch(/was revoked and is missing/);
    minutesLater(61);
    expect(revocations.unfit()).toMatch(/over an hour/);
  });
});
