import { CompactSign, base64url, compactVerify, importJWK } from 'jose';
import { z } from 'zod';
import { canonicalBytes, parseCanonical } from './canonical-json.js';
import type { PublicKey } from './directory.js';
import { FederationLogError } from './errors.js';
import type { SigningKey } from './keys.js';

/** What a signature is for: one made for a statement never passes for one under a directory. */
export type SignatureType = 'weft+jws' | 'weft-directory+jws';

/** Most characters of a compact JWS. */
export const MAX_JWS_LENGTH = 262_144;

const headerSchema = z.strictObject({
  alg: z.literal('EdDSA'),
  typ: z.enum(['weft+jws', 'weft-directory+jws']),
  kid: z.string().min(1).max(64),
});

const SEGMENT = /^[A-Za-z0-9_-]+$/;

type VerificationKey = Awaited<ReturnType<typeof importJWK>>;

/** Signs the RFC 8785 form of values with one key. */
export async function createJwsSigner(
  key: SigningKey,
  typ: SignatureType,
): Promise<(value: object) => Promise<string>> {
  const privateKey = await importJWK(key, 'EdDSA');
  return async (value) => {
    const jws = await new CompactSign(canonicalBytes(value))
      .setProtectedHeader({ alg: 'EdDSA', typ, kid: key.kid })
      .sign(privateKey);
    if (jws.length > MAX_JWS_LENGTH) {
      throw new FederationLogError(
        'TOO_LARGE',
        `A signed statement has at most ${MAX_JWS_LENGTH} characters.`,
      );
    }
    return jws;
  };
}

/** Keys that may sign, by kid; each is imported once. */
export class VerificationKeys {
  private readonly keys: ReadonlyMap<string, PublicKey>;
  private readonly imported = new Map<string, Promise<VerificationKey>>();

  constructor(keys: readonly PublicKey[]) {
    // WebCrypto refuses a JWK whose `use` is none of its own.
    this.keys = new Map(keys.map(({ kty, crv, x, kid }) => [kid, { kty, crv, x, kid }]));
  }

  /** @throws FederationLogError UNKNOWN_KEY */
  get(kid: string): Promise<VerificationKey> {
    const key = this.keys.get(kid);
    if (key === undefined) {
      throw new FederationLogError('UNKNOWN_KEY', 'The signing key is not one of those that may sign this.');
    }
    let imported = this.imported.get(kid);
    if (imported === undefined) {
      imported = importJWK(key, 'EdDSA');
      this.imported.set(kid, imported);
    }
    return imported;
  }
}

/** A verified signature. */
export interface VerifiedJws {
  readonly kid: string;
  readonly payload: unknown;
}

/**
 * Verifies a compact JWS (RFC 7515) over the RFC 8785 form of its payload.
 * @throws FederationLogError TOO_LARGE, MALFORMED, UNKNOWN_KEY, BAD_SIGNATURE or NOT_CANONICAL
 */
export async function verifyJws(
  jws: string,
  typ: SignatureType,
  keys: VerificationKeys,
): Promise<VerifiedJws> {
  if (jws.length > MAX_JWS_LENGTH) {
    throw new FederationLogError('TOO_LARGE', `A JWS here has at most ${MAX_JWS_LENGTH} characters.`);
  }
  const { kid } = readHeader(jws, typ);
  const key = await keys.get(kid);
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(jws, key, { algorithms: ['EdDSA'] }));
  } catch (cause) {
    throw new FederationLogError('BAD_SIGNATURE', 'The signature does not fit what it stands under.', {
      cause,
    });
  }
  return { kid, payload: parseCanonical(payload) };
}

function readHeader(jws: string, typ: SignatureType): z.infer<typeof headerSchema> {
  const segments = jws.split('.', 4);
  const [header, payload, signature] = segments;
  if (
    segments.length !== 3 ||
    !header ||
    !payload ||
    !signature ||
    !segments.every((part) => SEGMENT.test(part))
  ) {
    throw new FederationLogError(
      'MALFORMED',
      'A signed statement is a compact JWS of three base64url parts.',
    );
  }
  // Unused low bits of the last character would let one signature be written in several ways.
  if (base64url.encode(base64url.decode(signature)) !== signature) {
    throw new FederationLogError('MALFORMED', 'The signature is not in the one base64url form.');
  }
  const parsed = headerSchema.safeParse(parseJson(header));
  if (!parsed.success || parsed.data.typ !== typ) {
    throw new FederationLogError(
      'MALFORMED',
      `The protected header is {alg:"EdDSA", typ:"${typ}", kid}, nothing else.`,
    );
  }
  return parsed.data;
}

function parseJson(segment: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(segment)));
  } catch (cause) {
    throw new FederationLogError('MALFORMED', 'The protected header is not JSON.', { cause });
  }
}
