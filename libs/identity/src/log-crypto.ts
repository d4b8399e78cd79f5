import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { LogCrypto, SignBytes, SigningKey } from '#libs/federation-log';

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
