import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFakeDesk, digestOf, type FakeDesk } from '../../../../test/fakes/registration-desk.js';
import type { Actor } from '../audit.js';
import { commitTo } from '../audit-events/commitment.js';
import { RegistryError } from '../errors.js';
import { examine, refuse, register, revoke } from './decide-registration.js';
import { fileApplication } from './file-application.js';
import type { Registration } from './registration.js';

const actor: Actor = { kind: 'person', name: 'examiner' };
const picture = Buffer.from('a picture');
const metadata = {
  title: '缠枝莲',
  category: 'F',
  owner: '某公司',
  completedOn: '2026-01-01',
  firstPublishedOn: null,
  centre: '绍兴柯桥',
};

let desk: FakeDesk;

beforeEach(() => {
  desk = createFakeDesk();
});

const file = (bytes: Uint8Array = picture) => fileApplication(desk, { picture: bytes, metadata, actor });

async function registered(): Promise<Registration> {
  const { registrationId } = await file();
  await examine(desk, { registrationId, actor });
  return registerIt(registrationId);
}

const registerIt = async (registrationId: string) =>
  register(desk, { registrationId, actor, clearToken: await desk.clearance.tokenFor(registrationId) });

function entries() {
  return desk.registry.entries.map(({ type, outcome }) => `${type} ${outcome}`);
}

describe('filing an application', () => {
  it('makes it searchable at once, with its deposit copy and an entry in the log', async () => {
    const registration = await file();
    expect(registration).toEqual({
      ...metadata,
      registrationId: registration.registrationId,
      patternId: registration.patternId,
      province: 'zhejiang',
      state: 'applied',
      registrationNumber: null,
      registeredOn: null,
      filedAt: '2026-03-05T12:00:00.000Z',
      reason: '',
    });
    expect(await desk.registry.find(registration.registrationId)).toEqual(registration);
    expect(await desk.registry.head()).toEqual({ position: 1, searchable: 1 });
    expect(await desk.depositCopies.get(digestOf(picture))).toEqual(picture);
    expect(desk.registry.entries).toEqual([
      {
        type: 'registry.filed',
        outcome: 'success',
        actor,
        at: '2026-03-05T12:00:00.000Z',
        subject: registration.registrationId,
        details: {
          patternId: registration.patternId,
          category: 'F',
          pictureCommitment: commitTo(digestOf, {
            of: 'picture',
            salt: desk.registry.salts.get(`${registration.registrationId} picture`) ?? '',
            value: digestOf(picture),
          }),
          position: 1,
          searchable: 1,
        },
      },
    ]);
  });

  it('gives one picture one id, however often it is filed', async () => {
    const [first, second, other] = [await file(), await file(), await file(Buffer.from('another'))];
    expect(second.patternId).toBe(first.patternId);
    expect(second.registrationId).not.toBe(first.registrationId);
    expect(other.patternId).not.toBe(first.patternId);
  });

  it('files two at the same moment under one pattern', async () => {
    const both = await Promise.all([file(), file()]);
    expect(new Set(both.map(({ patternId }) => patternId)).size).toBe(1);
  });

  it.each([
    [{ ...metadata, title: '' }, picture, 'INVALID_INPUT', 'title'],
    [{ ...metadata, completedOn: '2026-03-06' }, picture, 'INVALID_INPUT', 'completedOn'],
    [null, picture, 'INVALID_INPUT', 'metadata'],
    [metadata, Buffer.from('bad'), 'INVALID_INPUT', 'picture'],
    [metadata, Buffer.from('flat'), 'UNFIT_PICTURE', 'picture'],
  ])('refuses what is wrong and writes nothing but that it did (%#)', async (input, bytes, code, field) => {
    await expect(fileApplication(desk, { picture: bytes, metadata: input, actor })).rejects.toMatchObject({
      code,
      field,
    });
    expect(await desk.registry.head()).toEqual({ position: 0, searchable: 0 });
    expect(desk.depositCopies.copies.size).toBe(0);
    expect(desk.registry.entries).toMatchObject([
      { type: 'registry.filed', outcome: 'failure', subject: null, details: { code, field } },
    ]);
  });

  it('stores nothing in the registry when the deposit copy cannot be stored', async () => {
    const full: FakeDesk = {
      ...desk,
      depositCopies: { ...desk.depositCopies, put: () => Promise.reject(new Error('disk full')) },
    };
    await expect(fileApplication(full, { picture, metadata, actor })).rejects.toThrow('disk full');
    expect(await desk.registry.head()).toEqual({ position: 0, searchable: 0 });
  });
});

describe('the life of a registration', () => {
  it('gets the next number of the year by Chinese time, and the day', async () => {
    expect(await registered()).toMatchObject({
      state: 'registered',
      registrationNumber: '浙作登字-2026-F-00000001',
      registeredOn: '2026-03-05',
    });
    desk.clock.time = '2026-12-31T16:00:00.000Z';
    expect(await registered()).toMatchObject({
      registrationNumber: '浙作登字-2027-F-00000001',
      registeredOn: '2027-01-01',
    });
    expect(await registered()).toMatchObject({ registrationNumber: '浙作登字-2027-F-00000002' });
    expect(entries().slice(0, 3)).toEqual([
      'registry.filed success',
      'registry.examined success',
      'registry.registered success',
    ]);
  });

  it('keeps number and place in the search when it is revoked', async () => {
    const { registrationId, registrationNumber } = await registered();
    const revoked = await revoke(desk, { registrationId, actor, reason: ' 与在先登记\n重复 ' });
    expect(revoked).toMatchObject({ state: 'revoked', registrationNumber, reason: '与在先登记 重复' });
    expect(await desk.registry.head()).toEqual({ position: 4, searchable: 1 });
  });

  it('writes no reason to the log', async () => {
    const { registrationId } = await file();
    await refuse(desk, { registrationId, actor, reason: '王某已登记' });
    expect(JSON.stringify(desk.registry.entries)).not.toContain('王某');
  });

  it.each([
    ['', 'is empty'],
    [' \n ', 'is empty'],
    ['x'.repeat(1001), 'is too long'],
    ['a\u0000', 'not text'],
  ])('refuses nothing without a reason (%#)', async (reason, problem) => {
    const { registrationId } = await file();
    await expect(refuse(desk, { registrationId, actor, reason })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'reason',
      problem: expect.stringContaining(problem),
    });
    expect(await desk.registry.find(registrationId)).toMatchObject({ state: 'applied' });
    expect(entries().at(-1)).toBe('registry.refused failure');
  });

  it.each(['', 'x', "'; drop table registration; --", '00000000-0000-4000-8000-000000000000'])(
    'knows no registration %j, and says so in the log',
    async (registrationId) => {
      await expect(examine(desk, { registrationId, actor })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(entries()).toEqual(['registry.examined failure']);
    },
  );

  it('lets two examiners decide one after the other: the second is told', async () => {
    const { registrationId } = await file();
    await examine(desk, { registrationId, actor });
    const clearToken = await desk.clearance.tokenFor(registrationId);
    const decisions = await Promise.allSettled([
      register(desk, { registrationId, actor, clearToken }),
      refuse(desk, { registrationId, actor, reason: '重复' }),
    ]);
    expect(decisions.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(decisions[1]).toMatchObject({ reason: { code: 'WRONG_STATE', field: 'state' } });
  });

  it('allows exactly the steps of the law, whatever is tried', async () => {
    const acts = {
      examined: (registrationId: string) => examine(desk, { registrationId, actor }),
      registered: registerIt,
      refused: (registrationId: string) => refuse(desk, { registrationId, actor, reason: '重复' }),
      revoked: (registrationId: string) => revoke(desk, { registrationId, actor, reason: '重复' }),
    };
    const allowed = new Set([
      'applied>examined',
      'applied>refused',
      'examined>registered',
      'examined>refused',
      'registered>revoked',
    ]);
    const tried = fc.array(fc.constantFrom(...(['examined', 'registered', 'refused', 'revoked'] as const)), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(tried, async (steps) => {
        desk = createFakeDesk();
        const { registrationId } = await file();
        let state: string = 'applied';
        for (const step of steps) {
          const before = await desk.registry.find(registrationId);
          const count = desk.registry.entries.length;
          const result = await acts[step](registrationId).catch((error: unknown) => error);
          expect(desk.registry.entries).toHaveLength(count + 1);
          if (allowed.has(`${state}>${step}`)) {
            expect(result).toMatchObject({ state: step });
            state = step;
          } else {
            expect(result).toBeInstanceOf(RegistryError);
            expect(result).toMatchObject({ code: 'WRONG_STATE' });
            expect(await desk.registry.find(registrationId)).toEqual(before);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
