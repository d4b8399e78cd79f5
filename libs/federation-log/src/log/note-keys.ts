import { FederationLogError } from '../errors.js';
import { concat, fromBase64, toBase64, utf8 } from './bytes.js';
import { cosignedMessage, readTimestamped, writeTimestamped } from './cosignature.js';
import type { LogCrypto, Sha256 } from './crypto.js';
import { isKeyName, type NoteSigner, type NoteVerifier, type VerifiedSignature } from './note.js';

/** Signature type bytes of signed-note and tlog-cosignature that are in use here. */
export const ED25519_NOTE = 0x01;
export const ED25519_COSIGNATURE = 0x04;

/** How one kind of key verifies, under its type byte. */
export interface KeyType {
  readonly type: number;
  /** Bytes of a public key. */
  readonly keyBytes: number;
  /** A check of signatures by one key over a note's text. */
  prepare(publicKey: Uint8Array): (text: Uint8Array, signature: Uint8Array) => VerifiedSignature | null;
}

/** The kinds of keys that a verifier takes, by type byte. Open: other kinds (ML-DSA, SM2 with SM3) are added beside. */
export type KeyTypes = ReadonlyMap<number, KeyType>;

/** Ed25519 for logs (0x01) and for witnesses (0x04, timestamped), and the kinds that are added. */
export function keyTypes(crypto: Pick<LogCrypto, 'ed25519'>, added: readonly KeyType[] = []): KeyTypes {
  const note: KeyType = {
    type: ED25519_NOTE,
    keyBytes: 32,
    prepare: (publicKey) => {
      const check = crypto.ed25519(publicKey);
      return (text, signature) =>
        signature.length === 64 && check(text, signature) ? { timestamp: null } : null;
    },
  };
  const cosignature: KeyType = {
    type: ED25519_COSIGNATURE,
    keyBytes: 32,
    prepare: (publicKey) => {
      const check = crypto.ed25519(publicKey);
      return (text, signature) => {
        const read = readTimestamped(signature, 64);
        return read !== null && check(cosignedMessage(read.timestamp, text), read.signature)
          ? { timestamp: read.timestamp }
          : null;
      };
    },
  };
  return new Map([note, cosignature, ...added].map((one) => [one.type, one]));
}

/** A key's name, kind and public part: what a verifier key (vkey) says. */
export interface VerifierKey {
  readonly name: string;
  readonly type: number;
  readonly publicKey: Uint8Array;
}

/** SHA-256(name || 0x0A || type || public key), the first four bytes, high byte first. */
export function keyIdOf(sha256: Sha256, { name, type, publicKey }: VerifierKey): number {
  const digest = sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}

/** `name+keyid+base64(type || public key)`. */
export function formatVerifierKey(sha256: Sha256, key: VerifierKey): string {
  const id = keyIdOf(sha256, key).toString(16).padStart(8, '0');
  return `${key.name}+${id}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`;
}

/**
 * Reads a verifier key (vkey).
 * @throws FederationLogError MALFORMED if it is not of that form, or its id is not that of its key
 */
export function parseVerifierKey(sha256: Sha256, text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  if (!isKeyName(name)) throw new FederationLogError('MALFORMED', 'vkey: is not name+id+key.');
  const bytes = fromBase64(encoded, `vkey: the key of ${name}`);
  const key: VerifierKey = { name, type: bytes[0] ?? 0, publicKey: bytes.slice(1) };
  if (Number.parseInt(id, 16) !== keyIdOf(sha256, key)) {
    throw new FederationLogError('MALFORMED', `vkey: ${id} is not the id of the key of ${name}.`);
  }
  return key;
}

/**
 * A verifier by this key.
 * @throws FederationLogError UNKNOWN_KEY if no such kind of key is known here; MALFORMED if the key is too short or long
 */
export function createNoteVerifier(sha256: Sha256, types: KeyTypes, key: VerifierKey): NoteVerifier {
  const kind = types.get(key.type);
  if (kind === undefined) {
    throw new FederationLogError('UNKNOWN_KEY', `vkey: keys of type ${key.type} are not known here.`);
  }
  if (key.publicKey.length !== kind.keyBytes) {
    throw new FederationLogError('MALFORMED', `vkey: the key of ${key.name} has not ${kind.keyBytes} bytes.`);
  }
  return {
    name: key.name,
    type: key.type,
    keyId: keyIdOf(sha256, key),
    verify: kind.prepare(key.publicKey),
  };
}

/** Signs bytes with one private key: 64 bytes by Ed25519 (RFC 8032). */
export type SignBytes = (message: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** An Ed25519 key that signs checkpoints under a log's name (type 0x01). */
export function createLogSigner(
  sha256: Sha256,
  name: string,
  publicKey: Uint8Array,
  sign: SignBytes,
): NoteSigner {
  return {
    name,
    keyId: keyIdOf(sha256, { name, type: ED25519_NOTE, publicKey }),
    sign: async (text) => sign(text),
  };
}

/**
 * An Ed25519 key that cosigns checkpoints (type 0x04).
 * @param now seconds since 1970
 */
export function createCosigner(
  sha256: Sha256,
  name: string,
  publicKey: Uint8Array,
  sign: SignBytes,
  now: () => number,
): NoteSigner {
  return {
    name,
    keyId: keyIdOf(sha256, { name, type: ED25519_COSIGNATURE, publicKey }),
    sign: async (text) => {
      const timestamp = now();
      return writeTimestamped(timestamp, await sign(cosignedMessage(timestamp, text)));
    },
  };
}
