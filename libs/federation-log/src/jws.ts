import { CompactSign, base64url, compactVerify, importJWK, type CompactJWSHeaderParameters } from 'jose';
import { z } from 'zod';
import { canonicalBytes, parseCanonical } from './canonical-json.js';
import type { PublicKey } from './directory.js';
import { FederationLogError } from './errors.js';
import type { SigningKey } from './keys.js';
import type { Ed25519Check, LogCrypto } from './log/crypto.js';
import type { SignBytes } from './log/note-keys.js';
import { utf8 } from './log/bytes.js';

const SIGNATURE_TYPES = ['weft+jws', 'weft-directory+jws', 'weft-revocations+jws'] as const;

/** What a signature is for: one made for a statement never passes for one under a directory. */
export type SignatureType = (typeof SIGNATURE_TYPES)[number];

/** Most characters of a compact JWS. */
export const MAX_JWS_LENGTH = 262_144;

const headerSchema = z.strictObject({
  alg: z.literal('EdDSA'),
  typ: z.enum(SIGNATURE_TYPES),
  kid: z.string().min(1).max(64),
});

/** No bytes have a form of 4n + 1 characters. */
const isSegment = (part: string): boolean => part.length % 4 !== 1 && /^[A-Za-z0-9_-]+$/.test(part);

/**
 * Signs the RFC 8785 form of values with one key.
 * @param sign makes the signatures in place of jose, which takes several times as long for the same bytes
 */
export async function createJwsSigner(
  key: SigningKey,
  typ: SignatureType,
  sign?: SignBytes,
): Promise<(value: object) => Promise<string>> {
  const header = { alg: 'EdDSA', typ, kid: key.kid };
  const compact = sign ? signBy(sign, header) : await signByJose(key, header);
  return async (value) => {
    const jws = await compact(canonicalBytes(value));
    if (jws.length > MAX_JWS_LENGTH) {
      throw new FederationLogError(
        'TOO_LARGE',
        `A signed statement has at most ${MAX_JWS_LENGTH} characters.`,
      );
    }
    return jws;
  };
}

type SignCompact = (payload: Uint8Array) => Promise<string>;

async function signByJose(key: SigningKey, header: CompactJWSHeaderParameters): Promise<SignCompact> {
  const privateKey = await importJWK(key, 'EdDSA');
  return (payload) => new CompactSign(payload).setProtectedHeader(header).sign(privateKey);
}

function signBy(sign: SignBytes, header: object): SignCompact {
  const start = base64url.encode(JSON.stringify(header));
  return async (payload) => {
    const input = `${start}.${base64url.encode(payload)}`;
    return `${input}.${base64url.encode(await sign(utf8(input)))}`;
  };
}

/** The payload of a JWS if its signature is good. @throws anything else */
type OpenCompact = (jws: string) => Promise<Uint8Array>;

/** Keys that may sign, by kid; each is imported once. */
export class VerificationKeys {
  private readonly keys: ReadonlyMap<string, PublicKey>;
  private readonly imported = new Map<string, Promise<OpenCompact>>();

  /** @param ed25519 checks the signatures in place of jose, which takes several times as long for the same answer */
  constructor(
    keys: readonly PublicKey[],
    private readonly ed25519?: LogCrypto['ed25519'],
  ) {
    // WebCrypto refuses a JWK whose `use` is none of its own.
    this.keys = new Map(keys.map(({ kty, crv, x, kid }) => [kid, { kty, crv, x, kid }]));
  }

  /** @throws FederationLogError UNKNOWN_KEY */
  get(kid: string): Promise<OpenCompact> {
    const key = this.keys.get(kid);
    if (key === undefined) {
      throw new FederationLogError('UNKNOWN_KEY', 'The signing key is not one of those that may sign this.');
    }
    let imported = this.imported.get(kid);
    if (imported === undefined) {
      imported = this.ed25519 ? openBy(this.ed25519(base64url.decode(key.x))) : openByJose(key);
      this.imported.set(kid, imported);
    }
    return imported;
  }
}

async function openByJose(key: PublicKey): Promise<OpenCompact> {
  const imported = await importJWK(key, 'EdDSA');
  return async (jws) => (await compactVerify(jws, imported, { algorithms: ['EdDSA'] })).payload;
}

async function openBy(check: Ed25519Check): Promise<OpenCompact> {
  return async (jws) => {
    const end = jws.lastIndexOf('.');
    const input = jws.slice(0, end);
    if (!check(utf8(input), base64url.decode(jws.slice(end + 1))))
      throw new Error('signature verification failed');
    return base64url.decode(input.slice(input.indexOf('.') + 1));
  };
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
  const open = await keys.get(kid);
  let payload: Uint8Array;
  try {
    payload = await open(jws);
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
  if (segments.length !== 3 || !header || !payload || !signature || !segments.every(isSegment)) {
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
