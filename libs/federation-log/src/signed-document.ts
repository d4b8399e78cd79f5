import { base64url } from 'jose';
import { z } from 'zod';
import { trustSchema, type Trust } from './directory.js';
import { FederationLogError } from './errors.js';
import { createJwsSigner, verifyJws, VerificationKeys, type SignatureType } from './jws.js';
import type { SigningKey } from './keys.js';
import type { LogCrypto } from './log/crypto.js';

const base64urlText = z.string().regex(/^[A-Za-z0-9_-]+$/);

export const signedDocumentSchema = z.strictObject({
  payload: base64urlText,
  signatures: z
    .array(z.strictObject({ protected: base64urlText, signature: base64urlText }))
    .min(1)
    .max(64),
});

/** A document under several signatures: a JWS in general JSON serialization (RFC 7515, 7.2.1). */
export type SignedDocument = z.infer<typeof signedDocumentSchema>;

/** What the founders sign: what it is called in errors, the type in its header, and its form. */
export interface DocumentKind<T> {
  readonly name: string;
  readonly typ: SignatureType;
  readonly schema: z.ZodType<T>;
}

/** The RFC 8785 form of a document under a signature of each key. */
export async function signDocument<T extends object>(
  { typ }: DocumentKind<T>,
  content: T,
  keys: readonly SigningKey[],
): Promise<SignedDocument> {
  const parts = await Promise.all(
    keys.map(async (key) => (await (await createJwsSigner(key, typ))(content)).split('.')),
  );
  return signedDocumentSchema.parse({
    payload: parts[0]?.[1],
    signatures: parts.map(([header, , signature]) => ({ protected: header, signature })),
  });
}

/**
 * The document with one more signature, so that each founder can sign on its own machine and pass the file on. The same
 * key twice is one signature. What others signed is not verified here.
 * @throws FederationLogError MALFORMED if it is no such document; NOT_CANONICAL if it says more than this program understands
 */
export async function addSignatureTo<T extends object>(
  kind: DocumentKind<T>,
  document: unknown,
  key: SigningKey,
): Promise<SignedDocument> {
  const signed = parseForm(signedDocumentSchema, document, kind.name);
  const content = readUnverified(kind, signed);
  const { signatures: [own] = [], payload } = await signDocument(kind, content, [key]);
  if (own === undefined || payload !== signed.payload) {
    throw new FederationLogError('NOT_CANONICAL', `${kind.name}: is not in its one written form.`);
  }
  const others = signed.signatures.filter((part) => part.protected !== own.protected);
  return { payload, signatures: [...others, own] };
}

/**
 * What a document says, whoever signed it: to be shown before it is signed, never to be obeyed.
 * @throws FederationLogError MALFORMED
 */
export function readUnverified<T>({ name, schema }: DocumentKind<T>, document: unknown): T {
  const { payload } = parseForm(signedDocumentSchema, document, name);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(payload)));
  } catch (cause) {
    throw new FederationLogError('MALFORMED', `${name}: its payload is no JSON.`, { cause });
  }
  return parseForm(schema, value, name);
}

/**
 * What a document says if enough founders signed it. Every signature in it must be a founder's and good; one founder counts
 * once, however many keys or copies.
 * @param document parsed JSON
 * @param ed25519 checks signatures; without it jose does
 * @throws FederationLogError MALFORMED, TOO_LARGE, UNKNOWN_KEY, BAD_SIGNATURE, NOT_CANONICAL or TOO_FEW_SIGNATURES
 */
export async function verifyDocument<T>(
  { name, typ, schema }: DocumentKind<T>,
  document: unknown,
  trust: Trust,
  ed25519?: LogCrypto['ed25519'],
): Promise<T> {
  const { founders, threshold } = parseForm(trustSchema, trust, 'trust');
  const { payload, signatures } = parseForm(signedDocumentSchema, document, name);
  const keys = new VerificationKeys(
    founders.map((founder) => founder.key),
    ed25519,
  );
  const verified = await Promise.all(
    signatures.map((part) => verifyJws(`${part.protected}.${payload}.${part.signature}`, typ, keys)),
  );
  const kids = new Set(verified.map((jws) => jws.kid));
  const signed = new Set(founders.filter(({ key }) => kids.has(key.kid)).map(({ province }) => province));
  if (signed.size < threshold) {
    throw new FederationLogError(
      'TOO_FEW_SIGNATURES',
      `The ${name} has the signatures of ${signed.size} founders; ${threshold} are needed.`,
    );
  }
  return parseForm(schema, verified[0]?.payload, name);
}

/** @throws FederationLogError MALFORMED that names the field */
export function parseForm<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FederationLogError(
      'MALFORMED',
      `${[name, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? ''}`,
    );
  }
  return parsed.data;
}
