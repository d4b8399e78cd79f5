import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { LogCrypto } from '#libs/federation-log';

/** The log's cryptography in a browser, whose own is not synchronous. */
export const browserLogCrypto: LogCrypto = {
  sha256,
  ed25519: (publicKey) => (message, signature) => {
    try {
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};
