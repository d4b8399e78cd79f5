import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditEvent, Pattern, Registration, Registry } from '#libs/registry';
import {
  MODEL,
  OTHER_MODEL,
  fingerprint,
  insert,
  insertSome,
  lockExisting,
  makePattern,
  makeRegistration,
} from './registry-samples.js';
import { auditEvent, wordOf } from '../audit-event.js';

/** A registry under test, empty, seen through two connections. */
export interface RegistryUnderTest {
  readonly one: Registry;
  readonly other: Registry;
  /** The events in its log, in order. */
  log(): Promise<AuditEvent[]>;
  close(): Promise<void>;
}

/** What every registry of a province does. */
export function describeRegistry(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`registry contract: ${name}`, () => {
    let opened: RegistryUnderTest;
    let registry: Registry;

    beforeEach(async () => {
      opened = await open();
      registry = opened.one;
    });

    afterEach(async () => {
      await opened.close();
    });

    describe('what was committed', () => {
      test('is found by id, number, pattern and picture digest, as it was written', async () => {
        const pattern = makePattern();
        const registration = makeRegistration(pattern, {
          state: 'registered',
          registrationNumber: '浙作登字-2021-F-00012345',
          registeredOn: '2021-06-30',
          completedOn: '2021-01-01',
          firstPublishedOn: '2021-02-28',
          title: '缠枝莲 "Lotus" 50%_\\',
        });
        await registry.transaction((writer) => insert(writer, pattern, registration));
        expect(await registry.find(registration.registrationId)).toEqual(registration);
        expect(await registry.findByNumber('浙作登字-2021-F-00012345')).toEqual(registration);
        expect(await registry.findByPattern(pattern.patternId)).toEqual([registration]);
        expect(await registry.findPattern(pattern.patternId)).toEqual(pattern);
        expect(await registry.findPatternByDigest(pattern.pictureDigest)).toEqual(pattern);
      });

      test('and nothing else: unknown ids, also malformed ones, are simply not there', async () => {
        for (const id of [randomUUID(), 'not-a-uuid', "'; DROP TABLE registration; --"]) {
          expect(await registry.find(id)).toBeUndefined();
          expect(await registry.findPattern(id)).toBeUndefined();
          expect(await registry.findByPattern(id)).toEqual([]);
          expect(await registry.findMany([id])).toEqual([]);
        }
        expect(await registry.findByNumber('浙作登字-2021-F-00000001')).toBeUndefined();
      });

      test('is given in the order asked, without what does not exist', async () => {
        const [first, second, third] = await insertSome(registry, 3);
        const asked = [third, randomUUID(), first, second].map(String);
        const found = await registry.findMany(asked);
        expect(found.map(({ registrationId }) => registrationId)).toEqual([third, first, second]);
        await expect(
          registry.findMany(Array.from({ length: 101 }, () => randomUUID())),
        ).rejects.toMatchObject({
          code: 'INVALID_INPUT',
          field: 'registrationIds',
        });
      });

      test('holds several registrations of one picture, in the order in which they entered', async () => {
        const pattern = makePattern();
        const registrations = [1, 2, 3].map(() => makeRegistration(pattern));
        await registry.transaction(async (writer) => {
          await writer.insertPattern(pattern, fingerprint());
          for (const registration of registrations) {
            await writer.insertRegistration(registration);
          }
        });
        expect(await registry.findByPattern(pattern.patternId)).toEqual(registrations);
      });
    });

    describe('a transaction that fails', () => {
      test('leaves no row, no move of the head, no serial and no log entry', async () => {
        await insertSome(registry, 1);
        const before = await registry.head();
        const pattern = makePattern();
        const registration = makeRegistration(pattern);
        const failing = registry.transaction(async (writer) => {
          await insert(writer, pattern, registration);
          await writer.nextSerial(2026, 'F');
          await writer.log.append(auditEvent('1'));
          throw new Error('the examiner changed his mind');
        });
        await expect(failing).rejects.toThrow('changed his mind');
        expect(await registry.find(registration.registrationId)).toBeUndefined();
        expect(await registry.findPattern(pattern.patternId)).toBeUndefined();
        expect(await registry.head()).toEqual(before);
        expect(await registry.transaction((writer) => writer.nextSerial(2026, 'F'))).toBe(1);
        expect(await opened.log()).toEqual([]);
      });

      test('fails because its log entry could not be written, and leaves nothing', async () => {
        const pattern = makePattern();
        const unwritable: AuditEvent = { ...auditEvent('1'), at: 'yesterday' };
        const failing = registry.transaction(async (writer) => {
          await insert(writer, pattern, makeRegistration(pattern));
          await writer.log.append(unwritable);
        });
        await expect(failing).rejects.toThrow();
        expect(await registry.head()).toEqual({ position: 0, searchable: 0 });
        expect(await registry.findPattern(pattern.patternId)).toBeUndefined();
      });
    });

    describe('conflicts name the field and the value, and the transaction can go on', () => {
      test('the same picture twice', async () => {
        const pattern = makePattern();
        const again: Pattern = { ...pattern, patternId: randomUUID() };
        await registry.transaction(async (writer) => {
          await writer.insertPattern(pattern, fingerprint());
          await expect(writer.insertPattern(again, fingerprint())).rejects.toMatchObject({
            code: 'CONFLICT',
            field: 'pictureDigest',
            problem: expect.stringContaining(pattern.pictureDigest),
          });
          await writer.insertRegistration(makeRegistration(pattern));
        });
        expect(await registry.head()).toEqual({ position: 1, searchable: 1 });
      });

      test('the same registration number twice, by insert and by update', async () => {
        const pattern = makePattern();
        const number = '浙作登字-2021-F-00000007';
        const registered = { state: 'registered', registrationNumber: number } as const;
        const taken = {
          code: 'CONFLICT',
          field: 'registrationNumber',
          problem: expect.stringContaining(number),
        };
        const applied = makeRegistration(pattern);
        await registry.transaction(async (writer) => {
          await insert(writer, pattern, makeRegistration(pattern, registered));
          await expect(
            writer.insertRegistration(makeRegistration(pattern, registered)),
          ).rejects.toMatchObject(taken);
          await writer.insertRegistration(applied);
          await expect(writer.updateRegistration({ ...applied, ...registered })).rejects.toMatchObject(taken);
        });
        expect(await registry.head()).toEqual({ position: 2, searchable: 2 });
        expect(await registry.find(applied.registrationId)).toEqual(applied);
      });

      test('the same ids twice, an unknown registration, another province', async () => {
        const pattern = makePattern();
        const registration = makeRegistration(pattern);
        await registry.transaction(async (writer) => {
          await insert(writer, pattern, registration);
          await expect(writer.insertRegistration(registration)).rejects.toMatchObject({
            code: 'CONFLICT',
            field: 'registrationId',
          });
          await expect(
            writer.insertPattern({ ...makePattern(), patternId: pattern.patternId }, fingerprint()),
          ).rejects.toMatchObject({ code: 'CONFLICT', field: 'patternId' });
          await expect(writer.updateRegistration(makeRegistration(pattern))).rejects.toMatchObject({
            code: 'NOT_FOUND',
            field: 'registrationId',
          });
          await expect(
            writer.insertRegistration(makeRegistration(pattern, { province: 'shandong' })),
          ).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'province' });
        });
        expect(await registry.head()).toEqual({ position: 1, searchable: 1 });
      });

      test('a registration of a picture that is not there is refused', async () => {
        const orphan = makeRegistration(makePattern());
        await expect(registry.transaction((writer) => writer.insertRegistration(orphan))).rejects.toThrow();
        expect(await registry.head()).toEqual({ position: 0, searchable: 0 });
      });
    });

    describe('the head and the changes', () => {
      test('every insert and every change of state moves the head by one; only inserts add to what is searchable', async () => {
        const [first] = await insertSome(registry, 2);
        await registry.transaction(async (writer) => {
          const registration = await lockExisting(writer, first);
          await writer.updateRegistration({ ...registration, state: 'refused', reason: '与在先作品相同' });
          expect(await writer.head()).toEqual({ position: 3, searchable: 2 });
        });
        expect(await registry.head()).toEqual({ position: 3, searchable: 2 });
        const changes = await registry.changesSince(2, MODEL, 10);
        expect(changes).toMatchObject([{ registrationId: first, state: 'refused', position: 3 }]);
        expect(await registry.find(String(first))).toMatchObject({
          state: 'refused',
          reason: '与在先作品相同',
        });
      });

      test('an update keeps picture and time of filing', async () => {
        const pattern = makePattern();
        const registration = makeRegistration(pattern);
        await registry.transaction((writer) => insert(writer, pattern, registration));
        const changed: Registration = {
          ...registration,
          title: '新题',
          owner: '新主',
          completedOn: '2020-02-29',
        };
        await registry.transaction((writer) =>
          writer.updateRegistration({
            ...changed,
            patternId: randomUUID(),
            filedAt: '2000-01-01T00:00:00.000Z',
          }),
        );
        expect(await registry.find(registration.registrationId)).toEqual(changed);
      });

      test('changes come in their order, page by page, each registration once at its last change', async () => {
        const ids = await insertSome(registry, 5);
        await registry.transaction(async (writer) => {
          const registration = await lockExisting(writer, ids[1]);
          await writer.updateRegistration({ ...registration, state: 'examined' });
        });
        const pages = [];
        for (let position = 0; ;) {
          const page = await registry.changesSince(position, MODEL, 2);
          if (page.length === 0) {
            break;
          }
          pages.push(page.map((change) => [change.registrationId, change.position]));
          position = page.at(-1)?.position ?? 0;
        }
        expect(pages).toEqual([
          [
            [ids[0], 1],
            [ids[2], 3],
          ],
          [
            [ids[3], 4],
            [ids[4], 5],
          ],
          [[ids[1], 6]],
        ]);
      });

      test('a change carries the fingerprint of the model asked for, and none of another model', async () => {
        const pattern = makePattern();
        await registry.transaction((writer) => insert(writer, pattern, makeRegistration(pattern)));
        const [mine] = await registry.changesSince(0, MODEL, 1);
        const [others] = await registry.changesSince(0, OTHER_MODEL, 1);
        expect(Buffer.from(mine?.fingerprint ?? [])).toEqual(Buffer.from([0, 1, 254, 255]));
        expect(others).toMatchObject({ patternId: pattern.patternId, fingerprint: null });
      });

      test('one more fingerprint of a pattern moves each of its registrations to the end, in their order', async () => {
        const pattern = makePattern();
        const [first, second] = [makeRegistration(pattern), makeRegistration(pattern)];
        await registry.transaction(async (writer) => {
          await insert(writer, pattern, first);
          await writer.insertRegistration(second);
        });
        const [other] = await insertSome(registry, 1);
        await registry.transaction(async (writer) => {
          await writer.addFingerprint(pattern.patternId, {
            modelDigest: OTHER_MODEL,
            bytes: Uint8Array.of(7),
          });
          expect(await writer.head()).toEqual({ position: 5, searchable: 3 });
        });
        expect(await registry.head()).toEqual({ position: 5, searchable: 3 });
        const seen = async (model: string) =>
          (await registry.changesSince(2, model, 10)).map((change) => [
            change.registrationId,
            change.position,
            change.fingerprint && [...change.fingerprint],
          ]);
        expect(await seen(OTHER_MODEL)).toEqual([
          [other, 3, null],
          [first.registrationId, 4, [7]],
          [second.registrationId, 5, [7]],
        ]);
        const old = [...fingerprint().bytes];
        expect((await seen(MODEL)).map(([, , bytes]) => bytes)).toEqual([old, old, old]);
      });

      test('a fingerprint of a model that the pattern has already changes nothing', async () => {
        const pattern = makePattern();
        await registry.transaction((writer) => insert(writer, pattern, makeRegistration(pattern)));
        await registry.transaction((writer) =>
          writer.addFingerprint(pattern.patternId, { modelDigest: MODEL, bytes: Uint8Array.of(7) }),
        );
        expect(await registry.head()).toEqual({ position: 1, searchable: 1 });
        const [change] = await registry.changesSince(0, MODEL, 1);
        expect([...(change?.fingerprint ?? [])]).toEqual([...fingerprint().bytes]);
      });

      test('a fingerprint for a pattern that is not there is refused', async () => {
        await expect(
          registry.transaction((writer) => writer.addFingerprint(randomUUID(), fingerprint())),
        ).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'patternId' });
      });

      test('patterns without a fingerprint of a model come page by page until none is left', async () => {
        await insertSome(registry, 5);
        expect(await registry.patternsWithout(MODEL, null, 10)).toEqual([]);
        const all = await registry.patternsWithout(OTHER_MODEL, null, 10);
        expect(all).toHaveLength(5);
        const [, second, third] = all;
        expect(await registry.patternsWithout(OTHER_MODEL, second?.patternId ?? '', 2)).toEqual(
          all.slice(2, 4),
        );
        await registry.transaction((writer) =>
          writer.addFingerprint(third?.patternId ?? '', {
            modelDigest: OTHER_MODEL,
            bytes: Uint8Array.of(7),
          }),
        );
        expect(await registry.patternsWithout(OTHER_MODEL, null, 10)).toEqual(
          all.filter((pattern) => pattern !== third),
        );
      });

      test('limits out of range are refused', async () => {
        for (const limit of [0, 1.5, 5_001]) {
          await expect(registry.changesSince(0, MODEL, limit)).rejects.toMatchObject({ field: 'limit' });
          await expect(registry.patternsWithout(MODEL, null, limit)).rejects.toMatchObject({
            field: 'limit',
          });
        }
        for (const limit of [0, 201]) {
          await expect(registry.list({ limit })).rejects.toMatchObject({ field: 'limit' });
        }
      });
    });

    describe('lists', () => {
      test('the newest come first, page by page', async () => {
        const ids = await insertSome(registry, 5);
        const first = await registry.list({ limit: 2 });
        const second = await registry.list({ limit: 200, after: first[1]?.registrationId ?? '' });
        expect([...first, ...second].map(({ registrationId }) => registrationId)).toEqual(ids.reverse());
        await expect(registry.list({ limit: 2, after: randomUUID() })).rejects.toMatchObject({
          field: 'after',
        });
      });

      test('filters hold together; text is a part of title or number, never a pattern', async () => {
        const pattern = makePattern();
        const make = (title: string, change: Partial<Registration> = {}) =>
          makeRegistration(pattern, { title, ...change });
        const registered = { state: 'registered', registrationNumber: '浙作登字-2021-F-00012345' } as const;
        await registry.transaction(async (writer) => {
          await writer.insertPattern(pattern, fingerprint());
          for (const registration of [
            make('Blue Lotus'),
            make('缠枝莲', { category: 'A' }),
            make('50%_\\', registered),
          ]) {
            await writer.insertRegistration(registration);
          }
        });
        const titles = async (filter: Partial<Parameters<Registry['list']>[0]>) =>
          (await registry.list({ limit: 10, ...filter })).map(({ title }) => title);
        expect(await titles({ text: 'lotus' })).toEqual(['Blue Lotus']);
        expect(await titles({ text: '枝' })).toEqual(['缠枝莲']);
        expect(await titles({ text: '%_\\' })).toEqual(['50%_\\']);
        expect(await titles({ text: '00012345' })).toEqual(['50%_\\']);
        expect(await titles({ category: 'F' })).toEqual(['50%_\\', 'Blue Lotus']);
        expect(await titles({ category: 'F', state: 'applied' })).toEqual(['Blue Lotus']);
        expect(await titles({ category: 'A', state: 'refused' })).toEqual([]);
      });

      test('the stream gives everything in the order in which it entered, past its page', async () => {
        const pattern = makePattern();
        const registrations = Array.from({ length: 510 }, () => makeRegistration(pattern));
        await registry.transaction(async (writer) => {
          await writer.insertPattern(pattern, fingerprint());
          for (const registration of registrations) {
            await writer.insertRegistration(registration);
          }
          const [first] = registrations;
          await writer.updateRegistration({ ...(first ?? makeRegistration(pattern)), state: 'examined' });
        });
        const streamed: string[] = [];
        for await (const row of registry.stream()) {
          expect(row.pattern).toEqual(pattern);
          streamed.push(row.registration.registrationId);
        }
        expect(streamed).toEqual(registrations.map(({ registrationId }) => registrationId));
      });
    });

    test('the log holds what transactions wrote, in commit order', async () => {
      await Promise.all(
        ['1', '2', '3'].map((subject, i) =>
          (i === 1 ? opened.other : opened.one).transaction(async (writer) => {
            await writer.log.append(auditEvent(`${subject}a`));
            await writer.log.append(auditEvent(`${subject}b`));
          }),
        ),
      );
      const subjects = (await opened.log()).map(wordOf);
      expect(subjects.filter((_, i) => i % 2 === 0).map((subject) => `${subject[0]}b`)).toEqual(
        subjects.filter((_, i) => i % 2 === 1),
      );
      expect([...subjects].sort()).toEqual(['1a', '1b', '2a', '2b', '3a', '3b']);
    });
  });
}
