import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_VERIFIED, type FingerprintReader, type Registry } from '#libs/registry';
import { makePattern, MODEL, OTHER_MODEL } from './registry-samples.js';

/** A reader under test over a registry. */
export interface FingerprintsUnderTest {
  readonly registry: Registry;
  readonly fingerprints: FingerprintReader;
  close(): Promise<void>;
}

/** What every reader of stored fingerprints does. */
export function describeFingerprints(name: string, open: () => Promise<FingerprintsUnderTest>): void {
  describe(`fingerprint reader contract: ${name}`, () => {
    let opened: FingerprintsUnderTest;
    let ids: string[];

    /** The place-th pattern's fingerprint. */
    const bytesOf = (place: number): Buffer => Buffer.from([0, 255, 128, place]);

    beforeAll(async () => {
      opened = await open();
      const patterns = Array.from({ length: MAX_VERIFIED }, makePattern);
      ids = patterns.map(({ patternId }) => patternId);
      await opened.registry.transaction(async (writer) => {
        for (const [place, pattern] of patterns.entries())
          await writer.insertPattern(pattern, { modelDigest: MODEL, bytes: bytesOf(place) });
      });
    });
    afterAll(() => opened.close());

    it('gives those that exist, by pattern, to the last byte', async () => {
      const found = await opened.fingerprints.fingerprintsOf(ids, MODEL);
      expect(found.size).toBe(MAX_VERIFIED);
      for (const [place, id] of ids.entries())
        expect(Buffer.from(found.get(id) ?? []).equals(bytesOf(place))).toBe(true);
    });

    it('leaves out what does not exist, what is no id, and what is of another model', async () => {
      const { fingerprints } = opened;
      const some = [ids[3], randomUUID(), 'not-a-uuid', ids[3]].map(String);
      expect([...(await fingerprints.fingerprintsOf(some, MODEL)).keys()]).toEqual([ids[3]]);
      expect((await fingerprints.fingerprintsOf(ids, OTHER_MODEL)).size).toBe(0);
      expect((await fingerprints.fingerprintsOf([], MODEL)).size).toBe(0);
    });

    it('refuses more than can be verified', async () => {
      const many = [...ids, randomUUID()];
      await expect(opened.fingerprints.fingerprintsOf(many, MODEL)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        field: 'patternIds',
      });
    });
  });
}
