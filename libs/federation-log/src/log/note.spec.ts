import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  verifyCosignatures,
} from './checkpoint.js';
import type { LogCrypto } from './crypto.js';
import { formatNote, parseNote, signNote, verifySignatures } from './note.js';
import {
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  createCosigner,
  createLogSigner,
  createNoteVerifier,
  formatVerifierKey,
  keyTypes,
  parseVerifierKey,
} from './note-keys.js';

const crypto: LogCrypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  ed25519: (publicKey) => {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    });
    return (message, signature) => verify(null, message, key, signature);
  },
};
const types = keyTypes(crypto);
const refusal = (code: string, words?: RegExp) =>
  expect.objectContaining({
    name: 'FederationLogError',
    code,
    ...(words && { message: expect.stringMatching(words) }),
  });

function key(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const signBytes = (message: Uint8Array) => sign(null, message, privateKey);
  const vkey = (type: number) => ({ name, type, publicKey: raw });
  return {
    log: createLogSigner(crypto.sha256, name, raw, signBytes),
    cosigner: createCosigner(crypto.sha256, name, raw, signBytes, () => 1_793_520_000),
    logKey: createNoteVerifier(crypto.sha256, types, vkey(ED25519_NOTE)),
    witnessKey: createNoteVerifier(crypto.sha256, types, vkey(ED25519_COSIGNATURE)),
  };
}

describe('published examples', () => {
  it('the note and key of the Go note package', () => {
    const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    const parsed = parseVerifierKey(crypto.sha256, vkey);
    expect(formatVerifierKey(crypto.sha256, parsed)).toBe(vkey);
    const verifier = createNoteVerifier(crypto.sha256, types, parsed);
    expect(verifySignatures(parseNote(note), [verifier])).toHaveLength(1);
    expect(formatNote(parseNote(note))).toBe(note);
    expect(() => verifySignatures(parseNote(note.replace('answer', 'Answer')), [verifier])).toThrow(
      refusal('BAD_SIGNATURE'),
    );
  });

  it('the checkpoint of the specification', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(formatCheckpoint(checkpoint)).toBe(text);
  });
});

describe('a checkpoint', () => {
  const zhejiang = key('weft/zhejiang');
  const witnesses = ['weft/shandong/witness', 'weft/jiangsu/witness'].map(key);
  const head = { origin: 'weft/zhejiang', size: 7, root: crypto.sha256(Buffer.from('root')) };

  it('is opened under a key of its log, and no other', async () => {
    const note = await signCheckpoint(head, zhejiang.log);
    expect(openCheckpoint(note, 'weft/zhejiang', [zhejiang.logKey])).toMatchObject(head);
    expect(() => openCheckpoint(note, 'weft/jiangsu', [zhejiang.logKey])).toThrow(
      refusal('MALFORMED', /origin/),
    );
    const stranger = key('weft/zhejiang');
    expect(() => openCheckpoint(note, 'weft/zhejiang', [stranger.logKey])).toThrow(refusal('UNKNOWN_KEY'));
    expect(() => openCheckpoint(note.replace('\n7\n', '\n8\n'), 'weft/zhejiang', [zhejiang.logKey])).toThrow(
      refusal('BAD_SIGNATURE'),
    );
    expect(() => openCheckpoint(note, 'weft/zhejiang', [zhejiang.witnessKey])).toThrow(
      refusal('UNKNOWN_KEY'),
    );
  });

  it('counts each witness once, with its time', async () => {
    const cosigners = witnesses.map(({ cosigner }) => cosigner);
    const note = await signNote(formatCheckpoint(head), [zhejiang.log, ...cosigners, ...cosigners]);
    const known = witnesses.map(({ witnessKey }) => witnessKey);
    const signed = verifyCosignatures(parseNote(note), known);
    expect(signed.map(({ verifier, timestamp }) => [verifier.name, timestamp])).toEqual([
      ['weft/shandong/witness', 1_793_520_000],
      ['weft/jiangsu/witness', 1_793_520_000],
    ]);
    expect(openCheckpoint(note, 'weft/zhejiang', [zhejiang.logKey]).signatures).toHaveLength(1);
    expect(verifyCosignatures(parseNote(note), [key('weft/guangdong/witness').witnessKey])).toEqual([]);
  });

  it('is refused with a cosignature made for another tree', async () => {
    const [shandong] = witnesses;
    if (!shandong) throw new Error('a witness is needed');
    const other = parseNote(await signNote(formatCheckpoint({ ...head, size: 8 }), [shandong.cosigner]));
    const mixed = { ...parseNote(await signCheckpoint(head, zhejiang.log)), signatures: other.signatures };
    expect(() => verifyCosignatures(mixed, [shandong.witnessKey])).toThrow(refusal('BAD_SIGNATURE'));
  });

  it.each([
    ['weft/zhejiang\n7\n', /three lines/],
    ['weft/zhejiang\n07\nAAAA\n', /size/],
    ['weft/zhejiang\n9007199254740993\nAAAA\n', /size/],
    ['weft/zhejiang\n7\nAAAA\n', /root: has 3 bytes/],
    ['weft/zhejiang\n7\nAAA\n', /root is not base64/],
    ['weft/zhejiang\n7\nA\n', /root is not base64/],
    [`weft/zhejiang\n7\n${'A'.repeat(41)}\n`, /root is not base64/],
    [`weft/zhejiang\n7\n${'A'.repeat(42)}B=\n`, /root is not base64/],
    ['\n7\nAAAA\n', /three lines/],
    [`weft/zhejiang\n7\n${'A'.repeat(43)}=\n\n`, /none empty/],
    [`weft/zhejiang\n7\n${'A'.repeat(43)}=`, /newline/],
  ])('has no other form: %j', (text, words) => {
    expect(() => parseCheckpoint(text)).toThrow(refusal('MALFORMED', words));
  });
});

describe('a note', () => {
  it.each([
    'text\n',
    'text\n\n',
    'text\n\n— name AAAAAAA=',
    'text\n\n- name AAAAAAA=\n',
    'text\n\n— na me AAAAAAA=\n',
    'text\n\n— na+me AAAAAAA=\n',
    'text\n\n— name AAAA\n',
    'text\n\n— name AAAAAAB=\n',
    'text\n\n— name AAAAAAA\n',
    'text\n\n— name AAAAA\n',
    'te\txt\n\n— name AAAAAAA=\n',
    'te\u0000xt\n\n— name AAAAAAA=\n',
    'te\ud800xt\n\n— name AAAAAAA=\n',
  ])('has no other form: %j', (note) => {
    expect(() => parseNote(note)).toThrow(refusal('MALFORMED'));
  });

  it('has a text that may hold empty lines', () => {
    expect(parseNote('one\n\ntwo\n\n— name AAAAAAA=\n').text).toBe('one\n\ntwo\n');
  });

  it('is bounded', () => {
    expect(() => parseNote(`text\n\n${'— name AAAAAAA=\n'.repeat(65)}`)).toThrow(refusal('TOO_LARGE'));
    expect(() => parseNote('a'.repeat(131_073))).toThrow(refusal('TOO_LARGE'));
  });
});

describe('a verifier key', () => {
  const text = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  it.each([
    text.replace('Peter', 'Pater'),
    text.replace('c74f20a3', 'C74F20A3'),
    text.replace('c74f20a3', 'c74f20a4'),
    text.slice(0, -4),
    'name',
    '',
  ])('is refused when it is not that: %s', (changed) => {
    expect(() => parseVerifierKey(crypto.sha256, changed)).toThrow(refusal('MALFORMED'));
  });

  it('of a kind that is not known is refused, and may be added', () => {
    const added = { type: 0xf0, keyBytes: 3, prepare: () => () => ({ timestamp: null }) };
    const made = { name: 'weft/zhejiang', type: 0xf0, publicKey: Uint8Array.of(1, 2, 3) };
    const vkey = parseVerifierKey(crypto.sha256, formatVerifierKey(crypto.sha256, made));
    expect(() => createNoteVerifier(crypto.sha256, types, vkey)).toThrow(refusal('UNKNOWN_KEY'));
    expect(createNoteVerifier(crypto.sha256, keyTypes(crypto, [added]), vkey).type).toBe(0xf0);
    expect(() => createNoteVerifier(crypto.sha256, types, { ...vkey, type: ED25519_NOTE })).toThrow(
      refusal('MALFORMED'),
    );
  });
});
