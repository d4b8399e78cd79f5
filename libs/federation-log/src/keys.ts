import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { publicKeySchema, type PublicKey } from './directory.js';

export const signingKeySchema = publicKeySchema.extend({ d: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** A private Ed25519 key as JWK (RFC 8037): the content of a signing.jwk file. */
export type SigningKey = z.infer<typeof signingKeySchema>;

/** A new Ed25519 key named by its RFC 7638 thumbprint. */
export async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return signingKeySchema.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk, 'sha256') });
}

/** The half of a signing key that everybody may see. */
export function publicKeyOf(key: SigningKey): PublicKey {
  return publicKeySchema.parse(key);
}
