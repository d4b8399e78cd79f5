import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { Ed25519Check, LogCrypto, SignBytes, SigningKey } from '#libs/federation-log';

/** DER of a SubjectPublicKeyInfo up to the 32 bytes of an Ed25519 key (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** The log's cryptography by this machine's OpenSSL. */
export const nodeLogCrypto: LogCrypto = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  ed25519: (publicKey) => {
    const key = importPublicKey(publicKey);
    return (message, signature) => key !== null && verify(null, message, key, signature);
  },
};

/** Signatures of one key that are remembered: those under its checkpoints of the last half minute or so. */
const MOST_GOOD = 32;

/**
 * The same, for a process that meets one signature several times: under a checkpoint that it witnesses, under receipts, in a copy. A good
 * one is not checked again while it is among the last 32 good ones of its key; a bad one always is.
 */
export const rememberingLogCrypto: LogCrypto = {
  ...nodeLogCrypto,
  ed25519: (publicKey) => rememberGood(nodeLogCrypto.ed25519(publicKey)),
};

function rememberGood(check: Ed25519Check): Ed25519Check {
  const good = new Set<string>();
  return (message, signature) => {
    const length = Buffer.of(signature.length);
    const both = hash('sha256', Buffer.concat([length, signature, message]), 'base64');
    if (good.has(both)) return true;
    if (!check(message, signature)) return false;
    const [oldest] = good;
    if (good.size === MOST_GOOD && oldest !== undefined) good.delete(oldest);
    good.add(both);
    return true;
  };
}

/** Signs bytes with a private key: 64 bytes by Ed25519. */
export function signBytesBy(key: SigningKey): SignBytes {
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
  return (message) => sign(null, message, privateKey);
}

function importPublicKey(publicKey: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.concat([ED25519_SPKI, publicKey]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
