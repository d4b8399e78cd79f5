import {
  type LastSigned,
  type LogStore,
  type NoteSigner,
  type SigningDeps,
  createLogSigner,
  createNoteVerifier,
  createTreeHasher,
  ED25519_NOTE,
  generateSigningKey,
  keyTypes,
  logOriginOf,
  type SigningKey,
} from '#libs/federation-log';
import { nodeLogCrypto, signBytesBy } from '#libs/identity';
import { createFakeLastSigned } from '../fakes/log-store.js';

/** All that signing a log needs, with a key that really signs. */
export async function signingDeps(
  store: LogStore,
  key?: SigningKey,
  lastSigned: LastSigned = createFakeLastSigned(),
): Promise<SigningDeps> {
  const { sha256 } = nodeLogCrypto;
  const signingKey = key ?? (await generateSigningKey());
  const origin = logOriginOf('zhejiang');
  const publicKey = Buffer.from(signingKey.x, 'base64url');
  const signer: NoteSigner = createLogSigner(sha256, origin, publicKey, signBytesBy(signingKey));
  const verifier = createNoteVerifier(sha256, keyTypes(nodeLogCrypto), {
    name: origin,
    type: ED25519_NOTE,
    publicKey,
  });
  return { store, lastSigned, signer, origin, keys: [verifier], hasher: createTreeHasher(sha256) };
}
