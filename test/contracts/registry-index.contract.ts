import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FINGERPRINT_HEAD_BYTES, type Registry } from '#libs/registry';
import type { RegistryUnderTest } from './registry.contract.js';
import { MODEL, OTHER_MODEL, insert, makePattern, makeRegistration } from './registry-samples.js';

/** What an index is filled by and compared with. */
export function describeIndexed(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`what an index reads of a registry ${name}`, () => {
    let opened: RegistryUnderTest;
    let registry: Registry;

    beforeEach(async () => {
      opened = await open();
      registry = opened.one;
    });

    afterEach(() => opened.close());

    test('a change carries the head of a long fingerprint at least, whichever way it came to the pattern', async () => {
      const long = Uint8Array.from({ length: 5_000 }, (_, at) => at % 251);
      const pattern = makePattern();
      await registry.transaction(async (writer) => {
        await writer.insertPattern(pattern, { modelDigest: MODEL, bytes: long });
        await writer.addFingerprint(pattern.patternId, { modelDigest: OTHER_MODEL, bytes: long });
        await writer.insertRegistration(makeRegistration(pattern));
      });
      for (const model of [MODEL, OTHER_MODEL]) {
        const [change] = await registry.changesSince(0, model, 1);
        expect(change?.fingerprint?.length).toBeGreaterThanOrEqual(FINGERPRINT_HEAD_BYTES);
        expect([...(change?.fingerprint ?? [])]).toEqual([...long.subarray(0, change?.fingerprint?.length)]);
      }
    });

    test('says of which registrations its indexes must be, by the digest that the port defines', async () => {
      expect(await registry.holdings(MODEL)).toEqual({ position: 0, count: 0, digest: '0'.repeat(16) });
      const pattern = makePattern();
      const registrations = [makeRegistration(pattern), makeRegistration(pattern, { state: 'examined' })];
      await registry.transaction(async (writer) => {
        await insert(writer, pattern, registrations[0] ?? makeRegistration(pattern));
        for (const one of registrations.slice(1)) await writer.insertRegistration(one);
      });
      const sum = registrations
        .map(({ registrationId, patternId, state }) => `${registrationId} ${patternId} ${state}`)
        .map((text) => createHash('sha256').update(text).digest().readBigUInt64BE())
        .reduce((before, one) => BigInt.asUintN(64, before + one));
      const digest = sum.toString(16).padStart(16, '0');
      expect(await registry.holdings(MODEL)).toEqual({ position: 2, count: 2, digest });
      expect(await registry.holdings(OTHER_MODEL)).toMatchObject({ position: 2, count: 0 });
    });
  });
}
