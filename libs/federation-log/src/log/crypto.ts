/** SHA-256 of some bytes: 32 bytes that the caller may keep. The input may change after the call. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Whether a signature (64 bytes) over the message is of one Ed25519 key (RFC 8032, 5.1.7); false, never an error. */
export type Ed25519Check = (message: Uint8Array, signature: Uint8Array) => boolean;

/**
 * What the log asks of cryptography. It is passed in, so that the same code runs on a server and in a browser; all of it is
 * synchronous.
 */
export interface LogCrypto {
  readonly sha256: Sha256;
  /** Prepares a check by one public key of 32 bytes; a key that is no point of the curve verifies nothing. */
  readonly ed25519: (publicKey: Uint8Array) => Ed25519Check;
}
