import { z } from 'zod';
import type { Trust } from './directory.js';
import { FederationLogError } from './errors.js';
import type { SigningKey } from './keys.js';
import type { LogCrypto } from './log/crypto.js';
import type { ShownCertificate } from './shown-certificate.js';
import {
  addSignatureTo,
  readUnverified,
  signDocument,
  verifyDocument,
  type DocumentKind,
  type SignedDocument,
} from './signed-document.js';

/** Longest that a list counts after it was issued, in milliseconds. */
export const MAX_REVOCATIONS_AGE_MS = 3_600_000;
/** How far the issuer's clock may be ahead, in milliseconds. */
const MAX_AHEAD_MS = 300_000;
const MAX_NAMED = 10_000;

export const revocationsSchema = z.strictObject({
  kind: z.literal('weft.revocations.v1'),
  /** Rises with every list; one that has a lower number than a list seen before is not taken up. */
  number: z.int().positive(),
  issuedAt: z.iso.datetime({ precision: 3 }),
  /** SHA-256 of certificates (DER), 64 hex digits. */
  certificates: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(MAX_NAMED),
  /** Thumbprints of signing keys. */
  keys: z.array(z.string().min(1).max(64)).max(MAX_NAMED),
  /** Provinces, or "coordinator": every certificate that names them. */
  parties: z.array(z.string().regex(/^[a-z]{2,20}$/)).max(65),
});

/** What is trusted no longer, whatever the directory and the authority say. */
export type Revocations = z.infer<typeof revocationsSchema>;

/** What a list names. */
export type Revoked = Pick<Revocations, 'certificates' | 'keys' | 'parties'>;

const REVOCATIONS: DocumentKind<Revocations> = {
  name: 'revocations',
  typ: 'weft-revocations+jws',
  schema: revocationsSchema,
};

/** The list under a signature of each founder's key. */
export function signRevocations(list: Revocations, keys: readonly SigningKey[]): Promise<SignedDocument> {
  return signDocument(REVOCATIONS, list, keys);
}

/** The list with one more signature. @throws FederationLogError MALFORMED, NOT_CANONICAL */
export function addRevocationsSignature(document: unknown, key: SigningKey): Promise<SignedDocument> {
  return addSignatureTo(REVOCATIONS, document, key);
}

/** What a list says, whoever signed it. @throws FederationLogError MALFORMED */
export function readRevocations(document: unknown): Revocations {
  return readUnverified(REVOCATIONS, document);
}

/**
 * The list in `document` if as many founders signed it as must sign a directory; its age is not looked at.
 * @throws FederationLogError as `verifyDirectory`
 */
export function verifyRevocations(
  document: unknown,
  trust: Trust,
  ed25519?: LogCrypto['ed25519'],
): Promise<Revocations> {
  return verifyDocument(REVOCATIONS, document, trust, ed25519);
}

/** The next list: all that the one before names, and more. Nothing is ever taken off. */
export function nextRevocations(before: Revocations | undefined, more: Revoked, now: Date): Revocations {
  const merged = (field: keyof Revoked) => [...new Set([...(before?.[field] ?? []), ...more[field]])].sort();
  return {
    kind: 'weft.revocations.v1',
    number: (before?.number ?? 0) + 1,
    issuedAt: now.toISOString(),
    certificates: merged('certificates'),
    keys: merged('keys'),
    parties: merged('parties'),
  };
}

/** Why a list does not count at this time; null if it does. */
export function whyOutdated({ issuedAt }: Revocations, now: Date): string | null {
  const age = now.getTime() - Date.parse(issuedAt);
  if (age > MAX_REVOCATIONS_AGE_MS) return `was issued at ${issuedAt}, over an hour ago`;
  if (age < -MAX_AHEAD_MS) return `is of ${issuedAt}, which is yet to come`;
  return null;
}

/**
 * Makes sure that a list may take the place of another.
 * @throws FederationLogError BROKEN_CHAIN if its number is lower, or it no longer names what the other does
 */
export function assertSupersedes(next: Revocations, before: Revocations): void {
  if (next.number < before.number)
    throw new FederationLogError(
      'BROKEN_CHAIN',
      `revocations: number ${next.number} is older than ${before.number}.`,
    );
  for (const field of ['certificates', 'keys', 'parties'] as const) {
    const named = new Set<string>(next[field]);
    const gone = before[field].find((one) => !named.has(one));
    if (gone !== undefined)
      throw new FederationLogError(
        'BROKEN_CHAIN',
        `revocations.${field}: ${gone} was revoked and is missing.`,
      );
  }
}

/** What a process asks before each call that it makes or takes. */
export interface RevocationCheck {
  /** Why nobody can be trusted now: the list is missing, damaged or too old. Null if it counts. */
  unfit(): string | null;
  /** Why this certificate is not trusted; null if the list does not name it. */
  revoked(certificate: ShownCertificate): string | null;
  /** Whether the list names this signing key. */
  isKeyRevoked(kid: string): boolean;
}
