import { base64url } from 'jose';
import { FederationLogError } from '../errors.js';

const encoder = new TextEncoder();

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The parts one after another. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  const text = base64url.encode(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/**
 * The bytes of standard base64 in its one written form: padded, unused bits zero.
 * @param what names the value in the error
 * @throws FederationLogError MALFORMED
 */
export function fromBase64(text: string, what: string): Uint8Array {
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    const bytes = base64url.decode(text.replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_'));
    if (toBase64(bytes) === text) return bytes;
  }
  throw new FederationLogError('MALFORMED', `${what} is not base64 in its one written form.`);
}

/** A tree size or index in decimal without leading zeros, up to 2^53 - 1; null if it is not one. */
export function readDecimal(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
