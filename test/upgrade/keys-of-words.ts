import { createHash, createPrivateKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { signingKeySchema, type SigningKey } from '#libs/federation-log';
import { calculateJwkThumbprint } from 'jose';
import { type WeftHome } from '../../apps/cli/src/home/weft-home.js';

/** What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The Ed25519 key that anybody makes of these words. It keeps no secret and is no file: a kept database has logs that are to be gone
 * on with, and so the keys that signed them must be had again.
 */
export async function keyOfWords(words: string): Promise<SigningKey> {
  const seed = createHash('sha256').update(`weft, a kept database: ${words}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const jwk = key.export({ format: 'jwk' });
  return signingKeySchema.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk, 'sha256') });
}

/** Puts such keys where a home has its own, before anything is started in it. */
export async function writeKeysOfWords(home: WeftHome, members: readonly string[]): Promise<void> {
  const files = new Map([
    [home.coordinator.signingKey, 'coordinator, statements'],
    [home.coordinator.logKey, 'coordinator, log'],
  ]);
  for (const province of members) {
    const party = home.province(province);
    files.set(party.signingKey, `${province}, statements`);
    files.set(party.logKey, `${province}, log`);
    files.set(party.witnessKey, `${province}, witness`);
    files.set(party.founderKey, `${province}, founder`);
  }
  for (const [file, words] of files) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify(await keyOfWords(words))}\n`, { mode: 0o600 });
  }
}
