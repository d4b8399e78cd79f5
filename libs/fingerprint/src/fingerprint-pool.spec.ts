import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { RegistryError } from '#libs/registry';
import { createFingerprintPool, type FingerprintPool } from './fingerprint-pool.js';
import { createFingerprinter } from './create-fingerprinter.js';

function stripes(width: number): Promise<Buffer> {
  const pixels = Buffer.from(
    Array.from({ length: 96 * 96 * 3 }, (_, i) => ((i / 3) % width < width / 2 ? 40 : 200)),
  );
  return sharp(pixels, { raw: { width: 96, height: 96, channels: 3 } })
    .png()
    .toBuffer();
}

describe('a pool of fingerprinting threads', () => {
  let pool: FingerprintPool;
  beforeAll(async () => {
    pool = await createFingerprintPool({ threads: 1 });
  });
  afterAll(() => pool.close());

  it('gives what the fingerprinter in the process gives', async () => {
    const picture = await stripes(12);
    const here = await createFingerprinter();
    expect(pool.modelDigest).toBe(here.modelDigest);
    expect(await pool.fingerprint(picture)).toEqual(await here.fingerprint(picture));
  });

  it('refuses a bad picture as the fingerprinter in the process does, and goes on', async () => {
    const refusal = pool.fingerprint(Buffer.from('no picture'));
    await expect(refusal).rejects.toBeInstanceOf(RegistryError);
    await expect(refusal).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'picture' });
    await expect(pool.fingerprint(await stripes(16))).resolves.toBeDefined();
  });

  it('takes as many pictures as it says and refuses one more', async () => {
    const picture = await stripes(8);
    const taken = Array.from({ length: pool.capacity }, () => pool.fingerprint(picture));
    await expect(pool.fingerprint(picture)).rejects.toMatchObject({ code: 'TOO_MANY', field: 'picture' });
    expect(await Promise.all(taken)).toHaveLength(pool.capacity);
  });
});
