import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFakeDesk, digestOf, type FakeDesk } from '../../../../test/fakes/registration-desk.js';
import type { Actor } from '../audit.js';
import { RegistryError } from '../errors.js';
import { examine, register, revoke } from '../registration/decide-registration.js';
import { fileApplication } from '../registration/file-application.js';
import type { ImportRow } from './import-row.js';
import { importRows, type RowOutcome } from './import-rows.js';

const actor: Actor = { kind: 'program', name: 'weft import' };

let desk: FakeDesk;

beforeEach(() => {
  desk = createFakeDesk();
});

/** A row whose picture file holds its own name. */
function rowOf(row: number, changed: ImportRow['cells'] = {}): ImportRow {
  const cells = {
    registrationNumber: `浙作登字-2021-F-${row}`,
    registeredOn: '2021-03-05',
    title: `花样${row}`,
    category: 'F',
    owner: '某公司',
    picture: `${row}.png`,
    ...changed,
  };
  return { row, cells, loadPicture: async () => Buffer.from(cells.picture) };
}

async function* each(rows: readonly ImportRow[]) {
  yield* rows;
}

async function run(...rows: ImportRow[]): Promise<RowOutcome[]> {
  const outcomes: RowOutcome[] = [];
  for await (const outcome of importRows(desk, each(rows), actor)) outcomes.push(outcome);
  return outcomes;
}

async function outcomes(...rows: ImportRow[]): Promise<string[]> {
  return (await run(...rows)).map(({ outcome, problems }) =>
    [outcome, ...problems.map(({ field }) => field)].join(' '),
  );
}

const registerIt = async (registrationId: string) =>
  register(desk, { registrationId, actor, clearToken: await desk.clearance.tokenFor(registrationId) });

async function all() {
  const found = [];
  for await (const { registration } of desk.registry.stream()) found.push(registration);
  return found;
}

describe('importing rows', () => {
  it('makes each a registration with fingerprint and deposit copy', async () => {
    expect(await outcomes(rowOf(2), rowOf(3))).toEqual(['imported', 'imported']);
    expect(await desk.registry.findByNumber('浙作登字-2021-F-00000002')).toMatchObject({
      title: '花样2',
      state: 'registered',
      registeredOn: '2021-03-05',
      province: 'zhejiang',
    });
    const changes = await desk.registry.changesSince(0, desk.fingerprinter.modelDigest, 10);
    expect(changes.map(({ fingerprint }) => fingerprint !== null)).toEqual([true, true]);
    expect([...desk.depositCopies.copies.keys()]).toEqual([digestOf('2.png'), digestOf('3.png')]);
  });

  it('twice is the same as once, without a fingerprint and without an entry', async () => {
    const rows = [...Array(150).keys()].map((place) => rowOf(place + 2));
    await run(...rows);
    const [before, entries] = [await all(), desk.registry.entries.length];
    expect(desk.fingerprinter.pictures).toHaveLength(150);
    expect(new Set(await outcomes(...rows))).toEqual(new Set(['unchanged']));
    expect(await all()).toEqual(before);
    expect((await desk.registry.head()).position).toBe(150);
    expect(desk.fingerprinter.pictures).toHaveLength(150);
    expect(desk.registry.entries).toHaveLength(entries);
  });

  it('writes an entry a transaction, with counts and ids', async () => {
    await run(...[...Array(100).keys()].map((place) => rowOf(place + 2)), rowOf(102, { title: '' }));
    expect(desk.registry.entries).toMatchObject([
      { type: 'registry.imported', details: { firstRow: 2, lastRow: 65, unchanged: 0, rejected: 0 } },
      { type: 'registry.imported', details: { firstRow: 66, lastRow: 102, unchanged: 0, rejected: 1 } },
    ]);
    const imported = desk.registry.entries.flatMap((entry) =>
      entry.type === 'registry.imported' ? entry.details.imported : [],
    );
    expect(imported).toEqual((await all()).map(({ registrationId }) => registrationId));
  });

  it('goes on after rows that are wrong, and records them', async () => {
    expect(
      await outcomes(
        rowOf(2, { registrationNumber: 'x', title: '' }),
        rowOf(3, { picture: 'bad' }),
        rowOf(4, { picture: 'flat' }),
        {
          ...rowOf(5),
          loadPicture: () =>
            Promise.reject(new RegistryError('INVALID_INPUT', 'picture', 'is gone', 'add it')),
        },
        rowOf(6),
      ),
    ).toEqual([
      'rejected registrationNumber title',
      'rejected picture',
      'rejected picture',
      'rejected picture',
      'imported',
    ]);
    expect(await all()).toHaveLength(1);
    expect(desk.depositCopies.copies.size).toBe(1);
    await run(rowOf(7, { title: '' }));
    expect(desk.registry.entries.map(({ outcome }) => outcome)).toEqual(['success', 'failure']);
  });

  it('stops where it is no row that is at fault, and leaves what was committed', async () => {
    const rows = [...Array(70).keys()].map((place) => rowOf(place + 2));
    rows.push({ ...rowOf(99), loadPicture: () => Promise.reject(new Error('the disk is broken')) });
    await expect(run(...rows)).rejects.toThrow('the disk is broken');
    expect(await all()).toHaveLength(64);
    expect(await outcomes(...rows.slice(0, 70))).toEqual([
      ...Array<string>(64).fill('unchanged'),
      ...Array<string>(6).fill('imported'),
    ]);
  });

  it('gives one picture under two numbers one pattern', async () => {
    expect(await outcomes(rowOf(2), rowOf(3, { picture: '2.png' }))).toEqual(['imported', 'imported']);
    expect(new Set((await all()).map(({ patternId }) => patternId)).size).toBe(1);
  });

  it('rejects a number that is there with another picture, in the same run and in a later one', async () => {
    const other = rowOf(3, { registrationNumber: '浙作登字-2021-F-2' });
    expect(await outcomes(rowOf(2), other)).toEqual(['imported', 'rejected registrationNumber']);
    expect(await outcomes(other)).toEqual(['rejected registrationNumber']);
  });

  it('corrects metadata, and records which', async () => {
    await run(rowOf(2));
    const [before] = await all();
    expect(await outcomes(rowOf(2, { title: '缠枝莲' }))).toEqual(['updated']);
    expect(await all()).toEqual([{ ...before, title: '缠枝莲' }]);
    expect(desk.registry.entries.at(-1)?.details).toMatchObject({
      imported: [],
      updated: [before?.registrationId],
    });
  });

  it('does not undo what was decided since, but lets a later table go on', async () => {
    await run(rowOf(2), rowOf(3));
    const [first] = await all();
    await revoke(desk, { registrationId: first?.registrationId ?? '', actor, reason: '重复' });
    expect(await outcomes(rowOf(2))).toEqual(['unchanged']);
    expect(await outcomes(rowOf(3, { state: '已撤销', reason: '重复' }))).toEqual(['updated']);
    expect((await all()).map(({ state, reason }) => `${state} ${reason}`)).toEqual([
      'revoked 重复',
      'revoked 重复',
    ]);
  });

  it('finds an application again by picture and work, whatever became of it', async () => {
    const application = rowOf(2, { registrationNumber: '', registeredOn: '', state: 'applied' });
    expect(await outcomes(application, application)).toEqual(['imported', 'unchanged']);
    const [{ registrationId }] = [(await all())[0] ?? { registrationId: '' }];
    await examine(desk, { registrationId, actor });
    await registerIt(registrationId);
    expect(await outcomes(application)).toEqual(['unchanged']);
    const refused = rowOf(2, { registrationNumber: '', registeredOn: '', state: 'refused' });
    expect(await outcomes(refused)).toEqual(['imported']);
  });

  it('gives an application its number when the table has one', async () => {
    await run(rowOf(2, { registrationNumber: '', registeredOn: '', state: 'applied' }));
    expect(await outcomes(rowOf(2))).toEqual(['updated']);
    expect(await all()).toMatchObject([
      { registrationNumber: '浙作登字-2021-F-00000002', state: 'registered' },
    ]);
  });

  it('takes in registered only what was registered before the province joined, and says so in the log', async () => {
    expect(await outcomes(rowOf(2, { registeredOn: '2026-03-05' }))).toEqual(['imported']);
    const [{ registrationId }] = [(await all())[0] ?? { registrationId: '' }];
    expect(desk.registry.entries.at(-1)?.details).toMatchObject({ exempt: [`${registrationId} 2026-03-05`] });
    desk.clock.time = '2026-06-01T00:00:00.000Z';
    expect(await outcomes(rowOf(3, { registeredOn: '2026-03-06' }))).toEqual(['rejected registeredOn']);
    await run(rowOf(4, { registrationNumber: '', registeredOn: '', state: 'applied' }));
    expect(await outcomes(rowOf(4, { registeredOn: '2026-05-30' }))).toEqual(['rejected registeredOn']);
    expect(await outcomes(rowOf(3, { registeredOn: '2026-03-04' }))).toEqual(['imported']);
    expect(desk.registry.entries.at(-1)?.details).toMatchObject({
      exempt: [expect.stringMatching(/ 2026-03-04$/)],
    });
  });

  it('steps over the numbers that a table brought', async () => {
    await run(rowOf(2, { registrationNumber: '浙作登字-2026-F-41', registeredOn: '2026-01-02' }));
    const metadata = { title: '新', category: 'F', owner: '某公司' };
    const { registrationId } = await fileApplication(desk, { picture: Buffer.from('new'), metadata, actor });
    await examine(desk, { registrationId, actor });
    expect((await registerIt(registrationId)).registrationNumber).toBe('浙作登字-2026-F-00000042');
  });

  it('comes back with the ids of an export, which name one entry each', async () => {
    const registrationId = '659ecccf-150a-4631-a824-00773365514d';
    expect(await outcomes(rowOf(2, { registrationId }))).toEqual(['imported']);
    expect(await outcomes(rowOf(2, { registrationId }))).toEqual(['unchanged']);
    expect(await all()).toMatchObject([{ registrationId }]);
    expect(await outcomes(rowOf(3, { registrationId }))).toEqual(['rejected registrationId']);
    expect(await outcomes(rowOf(2, { registrationId, registrationNumber: '浙作登字-2021-F-9' }))).toEqual([
      'rejected registrationNumber',
    ]);
  });

  it('comes to the same registry by a table without contradictions, however often it is run and wherever it is cut', async () => {
    const row = fc.record({
      number: fc.integer({ min: 0, max: 6 }),
      picture: fc.integer({ min: 0, max: 4 }),
      untitled: fc.boolean(),
      state: fc.constantFrom('registered', 'revoked', 'applied', 'refused'),
    });
    const table = fc.array(row, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(table, fc.nat(20), async (drawn, cut) => {
        const rows = drawn.map(({ number, picture, untitled, state }, place) => {
          const numbered = state === 'registered' || state === 'revoked';
          return rowOf(place + 2, {
            registrationNumber: numbered && number > 0 ? `浙作登字-2021-F-${number}` : '',
            registeredOn: numbered ? '2021-03-05' : '',
            picture: `${picture}.png`,
            title: untitled ? '' : `花样${picture}`,
            state,
          });
        });
        desk = createFakeDesk();
        await run(...rows);
        const once = (await all()).map(standing);
        desk = createFakeDesk();
        await run(...rows.slice(0, cut));
        await run(...rows);
        expect((await all()).map(standing)).toEqual(once);
      }),
      { numRuns: 50 },
    );
  });
});

function standing({
  registrationNumber,
  title,
  state,
}: {
  registrationNumber: string | null;
  title: string;
  state: string;
}) {
  return `${registrationNumber} ${title} ${state}`;
}
