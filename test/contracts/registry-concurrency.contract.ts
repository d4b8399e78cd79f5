import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Registry } from '#libs/registry';
import type { RegistryUnderTest } from './registry.contract.js';
import {
  MODEL,
  fingerprint,
  insert,
  insertSome,
  lockExisting,
  makePattern,
  makeRegistration,
  openLater,
  yieldToOthers,
} from './registry-samples.js';

/** What a registry does when several change it at once. */
export function describeConcurrency(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`registry contract, several at once: ${name}`, () => {
    let opened: RegistryUnderTest;
    let registry: Registry;

    beforeEach(async () => {
      opened = await open();
      registry = opened.one;
    });

    afterEach(async () => {
      await opened.close();
    });

    test('an open transaction is seen by nobody, and what it numbered comes before what is committed later', async () => {
      const [early, late] = [makePattern(), makePattern()];
      const gate = openLater();
      const written = openLater();
      const first = opened.one.transaction(async (writer) => {
        await insert(writer, early, makeRegistration(early));
        written.open();
        await gate.opened;
      });
      await written.opened;
      const second = opened.other.transaction((writer) => insert(writer, late, makeRegistration(late)));
      expect(await opened.other.head()).toEqual({ position: 0, searchable: 0 });
      expect(await opened.other.changesSince(0, MODEL, 10)).toEqual([]);
      gate.open();
      await Promise.all([first, second]);
      const changes = await opened.other.changesSince(0, MODEL, 10);
      expect(changes.map(({ patternId }) => patternId)).toEqual([early.patternId, late.patternId]);
    });

    test('the same new picture from two desks becomes one pattern', async () => {
      const digest = makePattern().pictureDigest;
      const file = (through: Registry) =>
        through.transaction(async (writer) => {
          const known = await writer.findPatternByDigest(digest);
          const pattern = known ?? { ...makePattern(), pictureDigest: digest };
          if (known === undefined) {
            await writer.insertPattern(pattern, fingerprint());
          }
          await writer.insertRegistration(makeRegistration(pattern));
          return pattern.patternId;
        });
      const ids = await Promise.all([file(opened.one), file(opened.other), file(opened.one)]);
      expect(new Set(ids).size).toBe(1);
      expect(await registry.head()).toEqual({ position: 3, searchable: 3 });
    });

    test('serials are given once each, per year and category', async () => {
      const take = (through: Registry, year: number, category: string) =>
        through.transaction((writer) => writer.nextSerial(year, category));
      const serials = await Promise.all(
        Array.from({ length: 12 }, (_, i) => take(i % 2 === 0 ? opened.one : opened.other, 2026, 'F')),
      );
      expect(serials.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
      expect(await take(registry, 2026, 'A')).toBe(1);
      expect(await take(registry, 2027, 'F')).toBe(1);
    });

    test('a serial given before is stepped over; a smaller one changes nothing', async () => {
      const next = await registry.transaction(async (writer) => {
        await writer.raiseSerial(2026, 'F', 123_456_789_012);
        await writer.raiseSerial(2026, 'F', 5);
        return writer.nextSerial(2026, 'F');
      });
      expect(next).toBe(123_456_789_013);
    });

    test('two examiners decide one after the other: the second sees what the first decided', async () => {
      const [id] = await insertSome(registry, 1);
      const decide = (through: Registry) =>
        through.transaction(async (writer) => {
          const registration = await lockExisting(writer, id);
          await yieldToOthers();
          if (registration.state === 'applied') {
            await writer.updateRegistration({ ...registration, state: 'examined' });
          }
          return registration.state;
        });
      const seen = await Promise.all([decide(opened.one), decide(opened.other)]);
      expect(seen.sort()).toEqual(['applied', 'examined']);
      expect(await registry.transaction((writer) => writer.lock(randomUUID()))).toBeUndefined();
    });

    test('a reader that follows the changes misses none, however the writers interleave', async () => {
      const expected = new Set<string>();
      const write = async (through: Registry) => {
        for (let round = 0; round < 8; round += 1) {
          const pattern = makePattern();
          const registration = makeRegistration(pattern);
          expected.add(registration.registrationId);
          await through.transaction(async (writer) => {
            await writer.insertPattern(pattern, fingerprint());
            await yieldToOthers();
            await writer.insertRegistration(registration);
            await yieldToOthers();
          });
        }
      };
      let writing = true;
      const followed: { registrationId: string; position: number }[] = [];
      const follow = async () => {
        for (let done = false; !done;) {
          done = !writing;
          const position = followed.at(-1)?.position ?? 0;
          await yieldToOthers();
          followed.push(...(await opened.other.changesSince(position, MODEL, 3)));
          done &&= followed.length === expected.size;
        }
      };
      await Promise.all([
        Promise.all([write(opened.one), write(opened.other), write(opened.one)]).then(() => {
          writing = false;
        }),
        follow(),
      ]);
      expect(new Set(followed.map(({ registrationId }) => registrationId))).toEqual(expected);
      expect(followed.map(({ position }) => position)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    });
  });
}
