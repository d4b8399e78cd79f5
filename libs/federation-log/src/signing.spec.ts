import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CompactSign, base64url, importJWK } from 'jose';
import type { Directory, Trust } from './directory.js';
import { FederationLogError } from './errors.js';
import { createJwsSigner } from './jws.js';
import { generateSigningKey, publicKeyOf, type SigningKey } from './keys.js';
import { signDirectory, verifyDirectory } from './signed-directory.js';
import { createStatementSigner, createStatementVerifier } from './statement.js';

const PROVINCES = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];
const keys = new Map<string, SigningKey>();
let directory: Directory;
let trust: Trust;

const key = (owner: string): SigningKey => {
  const found = keys.get(owner);
  if (!found) throw new Error(`no key of ${owner}`);
  return found;
};
const refusal = (code: string) => expect.objectContaining({ name: 'FederationLogError', code });

beforeAll(async () => {
  for (const owner of [...PROVINCES, 'coordinator', 'stranger']) {
    keys.set(owner, await generateSigningKey());
  }
  const endpoint = (name: string) => ({
    address: '127.0.0.1:47400',
    tlsName: `${name}.weft`,
    keys: [publicKeyOf(key(name))],
  });
  directory = {
    kind: 'weft.directory.v1',
    epoch: 1,
    issuedAt: '2026-11-01T00:00:00.000Z',
    members: PROVINCES.map((province) => ({ province, ...endpoint(province) })),
    coordinator: endpoint('coordinator'),
    calibration: {
      id: 'cal-test',
      modelDigest: `sha256:${'0'.repeat(64)}`,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1_000,
      background: [],
    },
  };
  trust = {
    kind: 'weft.trust.v1',
    threshold: 3,
    founders: PROVINCES.map((province) => ({ province, key: publicKeyOf(key(province)) })),
  };
});

/** `text` with one character replaced by another. */
const oneCharacterChanged = (text: string) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom(...'ABab01-_.={}"x'))
    .filter(([at, character]) => text[at] !== character)
    .map(([at, character]) => text.slice(0, at) + character + text.slice(at + 1));

describe('statements', () => {
  it('are verified against the key of their signatory alone', async () => {
    const jws = await (await createStatementSigner(key('zhejiang'))).sign({ b: 1, a: '花样' });
    const verifier = createStatementVerifier(directory);
    expect(await verifier.verify(jws, { province: 'zhejiang' })).toEqual({ a: '花样', b: 1 });
    expect(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).toBe('{"a":"花样","b":1}');
    for (const signatory of [{ province: 'shandong' }, { province: 'fujian' }, 'coordinator'] as const) {
      await expect(verifier.verify(jws, signatory)).rejects.toThrow(refusal('UNKNOWN_KEY'));
    }
  });

  it('may be signed by the coordinator', async () => {
    const jws = await (await createStatementSigner(key('coordinator'))).sign({ a: 1 });
    expect(await createStatementVerifier(directory).verify(jws, 'coordinator')).toEqual({ a: 1 });
  });

  it('are the same bytes by the machine as by jose, and refused by the same class', async () => {
    const own = key('zhejiang');
    const privateKey = createPrivateKey({ key: { ...own }, format: 'jwk' });
    const byMachine = await createStatementSigner(own, (message) => sign(null, message, privateKey));
    const byJose = await createStatementSigner(own);
    const verifiers = [
      createStatementVerifier(directory),
      createStatementVerifier(directory, undefined, (bytes) => {
        const x = Buffer.from(bytes).toString('base64url');
        const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
        return (message, signature) => verify(null, message, publicKey, signature);
      }),
    ];
    const outcomes = (jws: string) =>
      Promise.all(
        verifiers.map((verifier) =>
          verifier
            .verify(jws, { province: 'zhejiang' })
            .catch((error: unknown) => (error instanceof FederationLogError ? error.code : 'another error')),
        ),
      );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), async (statement) => {
        expect(await byMachine.sign(statement)).toBe(await byJose.sign(statement));
      }),
      { numRuns: 50 },
    );
    const jws = await byMachine.sign({ verdict: 'CLEAR', title: '花样' });
    expect(await outcomes(jws)).toEqual(Array(2).fill({ verdict: 'CLEAR', title: '花样' }));
    await fc.assert(
      fc.asyncProperty(oneCharacterChanged(jws), async (changed) => {
        const [one, other] = await outcomes(changed);
        expect([changed, typeof one, other]).toEqual([changed, 'string', one]);
      }),
      { numRuns: 300 },
    );
  });

  it('are refused after any change of one character', async () => {
    const jws = await (await createStatementSigner(key('zhejiang'))).sign({ verdict: 'CLEAR', searched: 12 });
    const verifier = createStatementVerifier(directory);
    await fc.assert(
      fc.asyncProperty(oneCharacterChanged(jws), async (changed) => {
        await expect(verifier.verify(changed, { province: 'zhejiang' })).rejects.toThrow();
      }),
      { numRuns: 300 },
    );
    const spareBits = 'AQgw'.includes(jws.at(-1) ?? '')
      ? String.fromCharCode((jws.at(-1) ?? '').charCodeAt(0) + 1)
      : 'B';
    await expect(verifier.verify(jws.slice(0, -1) + spareBits, { province: 'zhejiang' })).rejects.toThrow(
      refusal('MALFORMED'),
    );
  });

  it('have no other header, algorithm, type or form', async () => {
    const verifier = createStatementVerifier(directory);
    const { kid } = key('zhejiang');
    const privateKey = await importJWK(key('zhejiang'), 'EdDSA');
    const signed = (header: object, payload: string) =>
      new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: 'EdDSA', ...header }).sign(privateKey);
    const zhejiang = { province: 'zhejiang' };

    for (const header of [
      { kid },
      { kid, typ: 'JWT' },
      { kid, typ: 'weft+jws', jku: 'https://x' },
      { typ: 'weft+jws' },
    ]) {
      await expect(verifier.verify(await signed(header, '{}'), zhejiang)).rejects.toThrow(
        refusal('MALFORMED'),
      );
    }
    const none = `${base64url.encode(JSON.stringify({ alg: 'none', typ: 'weft+jws', kid }))}.e30.AA`;
    await expect(verifier.verify(none, zhejiang)).rejects.toThrow(refusal('MALFORMED'));
    // No bytes have a base64url form of 4n + 1 characters.
    for (const cut of ['A.e30.AA', 'AAAA.e30.AAAAA', 'AAAA.A.AA'])
      await expect(verifier.verify(cut, zhejiang)).rejects.toThrow(refusal('MALFORMED'));
    await expect(
      verifier.verify(await signed({ kid, typ: 'weft+jws' }, '{"b":1,"a":1}'), zhejiang),
    ).rejects.toThrow(refusal('NOT_CANONICAL'));
    const underDirectory = await (await createJwsSigner(key('zhejiang'), 'weft-directory+jws'))({});
    await expect(verifier.verify(underDirectory, zhejiang)).rejects.toThrow(refusal('MALFORMED'));
  });

  it('have a bounded size', async () => {
    const signer = await createStatementSigner(key('zhejiang'));
    await expect(signer.sign({ a: 'x'.repeat(200_000) })).rejects.toThrow(refusal('TOO_LARGE'));
    await expect(
      createStatementVerifier(directory).verify('a'.repeat(262_145), { province: 'zhejiang' }),
    ).rejects.toThrow(refusal('TOO_LARGE'));
  });
});

describe('the signed directory', () => {
  const signedBy = (...provinces: string[]) => signDirectory(directory, provinces.map(key));
  const signed = (changed: Directory) => signDirectory(changed, PROVINCES.map(key));

  it('is valid under the signatures of enough founders', async () => {
    expect(await verifyDirectory(await signedBy(...PROVINCES), trust)).toEqual(directory);
    expect(await verifyDirectory(await signedBy('guangdong', 'jiangsu', 'zhejiang'), trust)).toEqual(
      directory,
    );
  });

  it('counts a founder once, whatever he adds', async () => {
    await expect(verifyDirectory(await signedBy('zhejiang', 'shandong', 'zhejiang'), trust)).rejects.toThrow(
      refusal('TOO_FEW_SIGNATURES'),
    );
    const second = { province: 'zhejiang', key: publicKeyOf(key('stranger')) };
    await expect(
      verifyDirectory(await signedBy('zhejiang', 'shandong', 'stranger'), {
        ...trust,
        founders: [...trust.founders, second],
      }),
    ).rejects.toThrow(refusal('TOO_FEW_SIGNATURES'));
  });

  it('is refused with a signature of a stranger, or one made for a statement', async () => {
    await expect(verifyDirectory(await signedBy(...PROVINCES, 'stranger'), trust)).rejects.toThrow(
      refusal('UNKNOWN_KEY'),
    );
    const document = await signedBy('zhejiang', 'shandong');
    const [header, , signature] = (await (await createStatementSigner(key('jiangsu'))).sign(directory)).split(
      '.',
    );
    const mixed = { ...document, signatures: [...document.signatures, { protected: header, signature }] };
    await expect(verifyDirectory(mixed, trust)).rejects.toThrow(refusal('MALFORMED'));
  });

  it('is refused after any change of one character', async () => {
    const text = JSON.stringify(await signedBy(...PROVINCES));
    await fc.assert(
      fc.asyncProperty(oneCharacterChanged(text), async (changed) => {
        await expect(async () => verifyDirectory(JSON.parse(changed), trust)).rejects.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when it is ambiguous', async () => {
    const [first, second, ...others] = directory.members;
    if (!first || !second) throw new Error('two members are needed');
    await expect(
      verifyDirectory(
        await signed({ ...directory, members: [first, second, { ...second, keys: first.keys }] }),
        trust,
      ),
    ).rejects.toThrow(refusal('DUPLICATE_MEMBER'));
    await expect(
      verifyDirectory(
        await signed({ ...directory, members: [first, { ...second, keys: first.keys }, ...others] }),
        trust,
      ),
    ).rejects.toThrow(refusal('DUPLICATE_KEY'));
    await expect(
      verifyDirectory(
        await signed({
          ...directory,
          members: [{ ...first, keys: [{ ...publicKeyOf(key('zhejiang')), kid: 'another' }] }],
        }),
        trust,
      ),
    ).rejects.toThrow(/thumbprint/);
    await expect(verifyDirectory(await signed({ ...directory, epoch: 0 }), trust)).rejects.toThrow(
      /directory.epoch/,
    );
    await expect(
      verifyDirectory(
        await signed({ ...directory, calibration: { ...directory.calibration, suspectedAt: 0.95 } }),
        trust,
      ),
    ).rejects.toThrow(refusal('MALFORMED'));
    const next = { ...directory.calibration, modelDigest: `sha256:${'b'.repeat(64)}` };
    expect(await verifyDirectory(await signed({ ...directory, nextCalibration: next }), trust)).toMatchObject(
      { nextCalibration: next },
    );
    for (const wrong of [{ ...next, suspectedAt: 0.95 }, directory.calibration])
      await expect(
        verifyDirectory(await signed({ ...directory, nextCalibration: wrong }), trust),
      ).rejects.toThrow(refusal('MALFORMED'));
  });

  const point = (score: number, per10000: number) => ({ score, per10000 });
  it.each([
    ['more than 64 points', Array.from({ length: 65 }, (_, place) => point(1 - place / 100, place))],
    ['scores that rise', [point(0.5, 1), point(0.6, 2)]],
    ['a score twice', [point(0.5, 1), point(0.5, 2)]],
    ['a lower score that is rarer', [point(0.5, 2), point(0.4, 1)]],
    ['a score over 1', [point(1.5, 1)]],
    ['a rate over 10,000', [point(0.5, 10_001)]],
  ])('is refused when its background has %s', async (_name, background) => {
    const calibration = { ...directory.calibration, background };
    await expect(verifyDirectory(await signed({ ...directory, calibration }), trust)).rejects.toThrow(
      /^directory.calibration.background/,
    );
  });

  it('of before there were rates is read without them', async () => {
    const { id: _id, gallery: _gallery, background: _background, ...before } = directory.calibration;
    const document = await signed(
      JSON.parse(JSON.stringify({ ...directory, calibration: before })) as Directory,
    );
    expect((await verifyDirectory(document, trust)).calibration).toEqual({
      ...before,
      id: 'cal-0',
      gallery: 0,
      background: [],
    });
  });
});
