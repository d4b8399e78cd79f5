import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, Digest, Random } from '#libs/registry';

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** The machine's source of randomness. */
export const systemRandom: Random = {
  uuid: () => randomUUID(),
  nonce: () => randomBytes(16).toString('base64url'),
  salt: () => randomBytes(32).toString('hex'),
};

/** SHA-256. */
export const sha256: Digest = (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** Waits so many milliseconds, or less if `signal` aborts; never throws. */
export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => undefined);
}
