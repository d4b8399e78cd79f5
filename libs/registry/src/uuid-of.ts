import type { Digest } from './duplicate-check/ports.js';

/** A UUID of version 8 (RFC 9562) out of a text's SHA-256: the same text has the same one. */
export function uuidOf(digest: Digest, text: string): string {
  const hex = digest(text).slice('sha256:'.length);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
