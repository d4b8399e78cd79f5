import { describe, expect, it } from '@jest/globals';
import type { Trust } from './directory.js';
import { generateSigningKey, publicKeyOf, type SigningKey } from './keys.js';
import {
  addRevocationsSignature,
  assertSupersedes,
  nextRevocations,
  revocationsSchema,
  signRevocations,
  verifyRevocations,
  whyOutdated,
} from './revocations.js';
import { shownCertificate } from './shown-certificate.js';
import { signDocument } from './signed-document.js';

const NOW = new Date('2026-11-02T08:00:00.000Z');
const hex = (digit: string) => digit.repeat(64);
const named = { certificates: [hex('a')], keys: ['kid-1'], parties: ['shandong'] };
const nothing = { certificates: [], keys: [], parties: [] };
const founders: SigningKey[] = await Promise.all([1, 2, 3, 4].map(() => generateSigningKey()));
const trust: Trust = {
  kind: 'weft.trust.v1',
  threshold: 3,
  founders: founders.map((key, place) => ({ province: `p${place}`, key: publicKeyOf(key) })),
};
const list = nextRevocations(undefined, named, NOW);
const refusal = (code: string) => expect.objectContaining({ name: 'FederationLogError', code });

describe('the revocation list', () => {
  it('counts under the signatures of enough founders, put together on their own machines', async () => {
    const two = await signRevocations(list, founders.slice(0, 2));
    await expect(verifyRevocations(two, trust)).rejects.toThrow(refusal('TOO_FEW_SIGNATURES'));
    const [, , third] = founders;
    if (!third) throw new Error('a third founder is needed');
    expect(await verifyRevocations(await addRevocationsSignature(two, third), trust)).toEqual(list);
  });

  it('is refused with a stranger, when changed, or signed as something else', async () => {
    const stranger = await signRevocations(list, [...founders.slice(0, 3), await generateSigningKey()]);
    await expect(verifyRevocations(stranger, trust)).rejects.toThrow(refusal('UNKNOWN_KEY'));
    const signed = await signRevocations(list, founders);
    const other = await signRevocations({ ...list, parties: [] }, founders);
    await expect(verifyRevocations({ ...signed, payload: other.payload }, trust)).rejects.toThrow(
      refusal('BAD_SIGNATURE'),
    );
    const directoryLike = {
      name: 'directory',
      typ: 'weft-directory+jws',
      schema: revocationsSchema,
    } as const;
    const asDirectory = await signDocument(directoryLike, list, founders);
    await expect(verifyRevocations(asDirectory, trust)).rejects.toThrow(refusal('MALFORMED'));
  });

  it('counts for an hour, and not before its time', () => {
    const at = (minutes: number) => whyOutdated(list, new Date(NOW.getTime() + minutes * 60_000));
    expect([at(0), at(60), at(-5)]).toEqual([null, null, null]);
    expect(at(60.01)).toMatch(/over an hour ago/);
    expect(at(-5.01)).toMatch(/yet to come/);
  });

  it('is never followed by an older one, or one that leaves out what was revoked', () => {
    const next = nextRevocations(list, { ...nothing, parties: ['jiangsu'] }, NOW);
    expect(next).toMatchObject({ number: 2, ...named, parties: ['jiangsu', 'shandong'] });
    assertSupersedes(next, list);
    assertSupersedes(list, list);
    expect(() => assertSupersedes(list, next)).toThrow(refusal('BROKEN_CHAIN'));
    for (const field of ['certificates', 'keys', 'parties'] as const)
      expect(() => assertSupersedes({ ...next, [field]: [] }, list)).toThrow(refusal('BROKEN_CHAIN'));
  });
});

describe('a certificate as it is shown', () => {
  it('is of the one party that its URI names', () => {
    const party = (subjectaltname: string) =>
      shownCertificate({ fingerprint256: 'AB:0C', subjectaltname }).party;
    expect(shownCertificate({ fingerprint256: 'AB:0C' })).toEqual({ fingerprint: 'ab0c', party: undefined });
    expect(party('DNS:a.weft, URI:urn:weft:province:zhejiang')).toBe('zhejiang');
    expect(party('URI:urn:weft:coordinator')).toBe('coordinator');
    for (const names of [
      'URI:urn:weft:province:zhejiang, URI:urn:weft:coordinator',
      'URI:urn:weft:province:coordinator',
      'URI:urn:weft:province:zhejiang:x',
      'DNS:"a, URI:urn:weft:province:zhejiang"',
      'DNS:zhejiang.node.weft',
    ])
      expect([names, party(names)]).toEqual([names, undefined]);
  });
});
