import { concat, utf8 } from './bytes.js';

/** What a witness signs over a checkpoint's text (c2sp.org/tlog-cosignature, cosignature/v1). */
export function cosignedMessage(timestamp: number, text: Uint8Array): Uint8Array {
  return concat(utf8(`cosignature/v1\ntime ${timestamp}\n`), text);
}

/** A timestamped_signature: eight bytes of seconds since 1970, high byte first, then the signature. */
export function writeTimestamped(timestamp: number, signature: Uint8Array): Uint8Array {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(timestamp));
  return concat(time, signature);
}

/** The parts of a timestamped_signature; null if it is too short or long, or its time over 2^53 - 1. */
export function readTimestamped(
  bytes: Uint8Array,
  signatureBytes: number,
): { timestamp: number; signature: Uint8Array } | null {
  if (bytes.length !== 8 + signatureBytes) return null;
  const timestamp = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  return Number.isSafeInteger(timestamp) ? { timestamp, signature: bytes.slice(8) } : null;
}
