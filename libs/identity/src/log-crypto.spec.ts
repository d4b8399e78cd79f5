import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import { nodeLogCrypto, rememberingLogCrypto } from './log-crypto.js';

describe('signatures that are remembered', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
  const message = Buffer.from('weft/zhejiang\n42\nroot\n');
  const signature = sign(null, message, privateKey);

  const flipped = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
    return copy;
  };

  test('a good one is good each time, also after more others than are remembered', () => {
    const check = rememberingLogCrypto.ed25519(x);
    for (let turn = 0; turn < 2; turn += 1) {
      for (let count = 0; count < 40; count += 1) {
        const text = Buffer.from(`${count}`);
        expect(check(text, sign(null, text, privateKey))).toBe(true);
      }
      expect(check(message, signature)).toBe(true);
    }
  });

  test('one byte changed in message or signature is refused, before and after the good one was met, and again', () => {
    const check = rememberingLogCrypto.ed25519(x);
    for (const known of [false, true, true]) {
      if (known) expect(check(message, signature)).toBe(true);
      for (let at = 0; at < message.length; at += 1)
        expect(check(flipped(message, at), signature)).toBe(false);
      for (let at = 0; at < signature.length; at += 1)
        expect(check(message, flipped(signature, at))).toBe(false);
    }
  });

  test('neither a byte moved from the one to the other nor another key passes for what was met', () => {
    const check = rememberingLogCrypto.ed25519(x);
    expect(check(message, signature)).toBe(true);
    expect(check(message.subarray(1), Buffer.concat([signature, message.subarray(0, 1)]))).toBe(false);
    expect(check(Buffer.concat([signature.subarray(63), message]), signature.subarray(0, 63))).toBe(false);
    expect(rememberingLogCrypto.ed25519(Buffer.from(other, 'base64url'))(message, signature)).toBe(false);
    expect(nodeLogCrypto.ed25519(x)(message, signature)).toBe(true);
  });
});
