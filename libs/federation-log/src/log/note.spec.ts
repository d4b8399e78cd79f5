import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  verifyCosignatures,
} from './checkpoint.js';
import { cosignedMessage, readTimestamped, writeTimestamped } from './cosignature.js';
import type { LogCrypto } from './crypto.js';
import { formatNote, isKeyName, parseNote, parseSignatureLine, signNote, verifySignatures } from './note.js';
import {
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  createCosigner,
  createLogSigner,
  createNoteVerifier,
  formatVerifierKey,
  keyIdOf,
  keyTypes,
  parseVerifierKey,
} from './note-keys.js';
import { logOriginOf, partyOfOrigin, partyOfWitness, witnessNameOf } from './origins.js';

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

function key(name: string, now = () => 1_793_520_000) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const signBytes = (message: Uint8Array) => sign(null, message, privateKey);
  const vkey = (type: number) => ({ name, type, publicKey: raw });
  return {
    log: createLogSigner(crypto.sha256, name, raw, signBytes),
    cosigner: createCosigner(crypto.sha256, name, raw, signBytes, now),
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
  const witnesses = ['weft/shandong/witness', 'weft/jiangsu/witness'].map((name) => key(name));
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

  it('takes the first of what one witness signed, and one of its keys', async () => {
    let time = 1_793_520_000;
    const [first, second] = [0, 1].map(() => key('weft/shandong/witness', () => (time += 1)));
    if (!first || !second) throw new Error('two keys are needed');
    const note = await signNote(formatCheckpoint(head), [first.cosigner, first.cosigner, second.cosigner]);
    expect(verifySignatures(parseNote(note), [first.witnessKey])).toMatchObject([
      { timestamp: 1_793_520_001 },
    ]);
    expect(verifyCosignatures(parseNote(note), [second.witnessKey, first.witnessKey])).toMatchObject([
      { timestamp: 1_793_520_001, verifier: first.witnessKey },
    ]);
  });

  it('is not signed by a key of another name with the same id, nor by another key of the name', async () => {
    const parsed = parseNote(await signCheckpoint(head, zhejiang.log));
    const [line] = parsed.signatures;
    if (!line) throw new Error('a signature is needed');
    const signedAs = (change: object) => ({ ...parsed, signatures: [{ ...line, ...change }] });
    expect(verifySignatures(parsed, [zhejiang.logKey])).toEqual([
      { timestamp: null, verifier: zhejiang.logKey, line },
    ]);
    expect(verifySignatures(signedAs({ name: 'weft/jiangsu' }), [zhejiang.logKey])).toEqual([]);
    expect(verifySignatures(signedAs({ keyId: line.keyId ^ 1 }), [zhejiang.logKey])).toEqual([]);
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

describe('a cosignature', () => {
  it('is over the line of the specification, the time and the text', async () => {
    const text = 'weft/zhejiang\n7\nAAAA\n';
    const message = Buffer.from(cosignedMessage(1_793_520_000, Buffer.from(text))).toString();
    expect(message).toBe(`cosignature/v1\ntime 1793520000\n${text}`);
  });

  it('is a time of eight bytes, high byte first, and exactly one signature', () => {
    const signature = new Uint8Array(64).fill(7);
    const bytes = writeTimestamped(0x0102_0304_0506, signature);
    expect([...bytes.subarray(0, 8)]).toEqual([0, 0, 1, 2, 3, 4, 5, 6]);
    // Also where it stands within other bytes.
    const within = new Uint8Array([9, 9, ...bytes]).subarray(2);
    expect(readTimestamped(within, 64)).toEqual({ timestamp: 0x0102_0304_0506, signature });
    for (const other of [bytes.subarray(1), new Uint8Array([...bytes, 7]), new Uint8Array(0)])
      expect(readTimestamped(other, 64)).toBeNull();
    const time = (high: number) => new Uint8Array([0, high, ...new Uint8Array(6).fill(255), ...signature]);
    expect(readTimestamped(time(0x1f), 64)?.timestamp).toBe(Number.MAX_SAFE_INTEGER);
    expect(readTimestamped(time(0x20), 64)).toBeNull();
  });

  it('and a signature have their one length, whatever a check would take', () => {
    const lax = keyTypes({ ed25519: () => () => true });
    const verifier = (type: number) =>
      createNoteVerifier(crypto.sha256, lax, { name: 'a', type, publicKey: new Uint8Array(32) });
    const verify = (type: number, length: number) =>
      verifier(type).verify(new Uint8Array(0), new Uint8Array(length));
    expect([63, 64, 65].map((length) => verify(ED25519_NOTE, length))).toEqual([
      null,
      { timestamp: null },
      null,
    ]);
    expect([71, 72, 73].map((length) => verify(ED25519_COSIGNATURE, length))).toEqual([
      null,
      { timestamp: 0 },
      null,
    ]);
  });
});

describe('names', () => {
  it('of logs and witnesses are those of parties', () => {
    expect([logOriginOf('zhejiang'), witnessNameOf('zhejiang')]).toEqual([
      'weft/zhejiang',
      'weft/zhejiang/witness',
    ]);
    expect([partyOfOrigin('weft/zhejiang'), partyOfWitness('weft/zhejiang/witness')]).toEqual([
      'zhejiang',
      'zhejiang',
    ]);
    for (const other of ['weft/', 'weft/Z', 'weft/z', 'xweft/zhejiang', 'weft/zhejiang/log', 'zhejiang', ''])
      expect([partyOfOrigin(other), partyOfWitness(`${other}/witness`)]).toEqual([null, null]);
    expect([partyOfOrigin('weft/zhejiang/witness'), partyOfWitness('weft/zhejiang')]).toEqual([null, null]);
    expect(partyOfWitness('weft/zhejiang/witness/2')).toBeNull();
    const longest = 'a'.repeat(20);
    expect([longest, `${longest}a`].map((party) => partyOfOrigin(logOriginOf(party)))).toEqual([
      longest,
      null,
    ]);
  });

  it('of keys have 1 to 255 characters, none of them a space, a plus or a control character', () => {
    expect(['a', '浙江/a', 'a'.repeat(255)].map(isKeyName)).toEqual([true, true, true]);
    for (const name of ['', 'a'.repeat(256), 'a b', 'a\u00a0b', 'a+b', 'a\nb', 'a\u0007b', 'a\ud800b'])
      expect([name, isKeyName(name)]).toEqual([name, false]);
  });
});

describe('a note', () => {
  it('says what is wrong with it', async () => {
    const form = /is a text, an empty line and signature lines, each ended by a newline/;
    for (const [note, words] of [
      ['text\n— name AAAAAAA=\n', form],
      ['text\n\n— name AAAAAAA=', form],
      ['text\n\n', /has no signature/],
      ['text\n\n\n', /has no signature/],
      ['text\n\n— name AAAAAAA= more\n', /a line that is not "— name signature"/],
      ['text\n\n—  AAAAAAA=\n', /a line that is not "— name signature"/],
      ['text\n\nname AAAAAAA=\n', /a line that is not "— name signature"/],
      ['text\n\n— name A===\n', /the signature of name is not base64/],
      ['text\n\n— name AAAAAA==\n', /signature of name that is too short/],
      ['te\rxt\n\n— name AAAAAAA=\n', /control character/],
    ] as const)
      expect(() => parseNote(note)).toThrow(refusal('MALFORMED', words));
    expect(parseSignatureLine('— name AQIDBAU=')).toEqual({
      name: 'name',
      keyId: 0x0102_0304,
      signature: Uint8Array.of(5),
    });
    for (const text of ['no newline', 'te\u0000xt\n', 'te\ud800xt\n', ''])
      await expect(signNote(text, [])).rejects.toThrow(
        refusal('MALFORMED', /does not end in a newline, or with a control character/),
      );
  });

  it('may be as long, and signed as often, as is said', () => {
    const line = '— name AAAAAAA=\n';
    expect(parseNote(`text\n\n${line.repeat(64)}`).signatures).toHaveLength(64);
    const text = `${'a'.repeat(131_072 - line.length - 2)}\n`;
    expect(parseNote(`${text}\n${line}`).text).toBe(text);
    expect(() => parseNote(`a${text}\n${line}`)).toThrow(refusal('TOO_LARGE', /at most 131072 characters/));
  });

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

  it('is name, id and key, and nothing before, after or between', () => {
    const form = refusal('MALFORMED', /is not name\+id\+key/);
    for (const wrong of [`a+${text}`, `${text} `, `${text}\n`, text.replace('Neu', ' Neu'), 'name', ''])
      expect(() => parseVerifierKey(crypto.sha256, wrong)).toThrow(form);
    const spaced = { name: 'two words', type: 1, publicKey: new Uint8Array(32) };
    expect(() => parseVerifierKey(crypto.sha256, formatVerifierKey(crypto.sha256, spaced))).toThrow(form);
    expect(() => parseVerifierKey(crypto.sha256, `${text}=`)).toThrow(
      refusal('MALFORMED', /the key of PeterNeumann is not base64/),
    );
    expect(() => parseVerifierKey(crypto.sha256, text.replace('c7', '07'))).toThrow(
      refusal('MALFORMED', /074f20a3 is not the id of the key of PeterNeumann/),
    );
  });

  it('has an id of eight digits, also where the first are zero', () => {
    let number = 0;
    const made = () => ({ name: `log${number}`, type: 1, publicKey: new Uint8Array(32) });
    while (keyIdOf(crypto.sha256, made()) >= 0x10_0000) number += 1;
    const vkey = formatVerifierKey(crypto.sha256, made());
    expect(vkey).toMatch(/^log\d+\+000[0-9a-f]{5}\+/);
    expect(parseVerifierKey(crypto.sha256, vkey)).toEqual(made());
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
