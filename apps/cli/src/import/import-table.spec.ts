import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import sharp from 'sharp';
import { createFingerprinter } from '#libs/fingerprint';
import {
  createAuditLog,
  createDataSource,
  createDepositCopies,
  createRegistry,
  migrate,
} from '#libs/persistence';
import { findProvince, type Fingerprinter, type ImportDesk } from '#libs/registry';
import { freshDatabase, type FreshDatabase } from '../../../../test/postgres.js';
import { exportRegistry } from '../export/export-registry.js';
import { IMPORTER } from './import-desk.js';
import { silentProgress } from './import-progress.js';
import { importTable } from './import-table.js';
import { MetadataFile } from './metadata-file.js';
import { PictureFolder } from './picture-folder.js';
import { RejectsFile } from './rejects-file.js';

const HEADINGS = [
  '作品登记号',
  '登记日期',
  '作品名称',
  '作品类别',
  '著作权人',
  '完成日期',
  '状态',
  '样本文件',
];

interface TestRegistry extends ImportDesk {
  drop(): Promise<void>;
}

let folder: string;
let fingerprinter: Fingerprinter;
let fingerprinted: number;
let registry: TestRegistry;
let never: AbortSignal;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-import-'));
  const real = await createFingerprinter();
  fingerprinter = {
    modelDigest: real.modelDigest,
    fingerprint: (picture) => {
      fingerprinted += 1;
      return real.fingerprint(picture);
    },
  };
  await drawPictures(join(folder, 'pictures'));
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  fingerprinted = 0;
  never = new AbortController().signal;
  registry = await openRegistry();
});

afterEach(() => registry.drop());

async function openRegistry(): Promise<TestRegistry> {
  const database: FreshDatabase = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  const province = findProvince('zhejiang');
  if (!province) throw new Error('there is no Zhejiang');
  return {
    province,
    registry: createRegistry(dataSource, province.id),
    depositCopies: createDepositCopies(await mkdtemp(join(folder, 'copies-'))),
    fingerprinter,
    log: createAuditLog(dataSource, province.id),
    clock: { now: () => new Date() },
    random: {
      uuid: randomUUID,
      nonce: () => randomBytes(16).toString('base64url'),
      salt: () => randomBytes(32).toString('hex'),
    },
    digest: (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`,
    rowsAhead: 8,
    async drop() {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

/** Twelve fields of coloured squares in every format that is taken, and some files that are none. */
async function drawPictures(to: string): Promise<void> {
  await mkdir(join(to, 'more'), { recursive: true });
  const squares = (seed: number) => {
    const bytes = createHash('sha512').update(`squares ${seed}`).digest();
    const raw = { width: 4, height: 4, channels: 3 } as const;
    return sharp(bytes.subarray(0, 48), { raw }).resize(160, 160, { kernel: 'nearest' });
  };
  for (let seed = 1; seed <= 8; seed += 1)
    await squares(seed)
      .jpeg()
      .toFile(join(to, `${seed}.jpg`));
  await squares(9)
    .png()
    .toFile(join(to, 'more', '9.PNG'));
  await squares(10).webp().toFile(join(to, '10.webp'));
  await squares(11).toColourspace('cmyk').jpeg().toFile(join(to, '11 cmyk.jpg'));
  await squares(12).toColourspace('rgb16').tiff().toFile(join(to, '十二.tif'));
  await writeFile(join(to, 'text.jpg'), 'no picture');
  await writeFile(join(to, 'empty.jpg'), '');
  const cut = await readFile(join(to, '1.jpg'));
  await writeFile(join(to, 'cut.jpg'), cut.subarray(0, cut.length / 2));
  await sharp({ create: { width: 160, height: 160, channels: 3, background: '#808080' } })
    .png()
    .toFile(join(to, 'flat.png'));
}

const PICTURES = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((seed) => `${seed}.jpg`),
  'more/9.png',
  '10.webp',
  '11 cmyk.jpg',
  '十二.tif',
];

function row(serial: number, picture: string, changed: Readonly<Record<number, string>> = {}): string[] {
  const cells = [
    `浙作登字—2021—F—${serial}`,
    '2021年3月5日',
    `花样${serial}`,
    '美术',
    '某公司',
    '2021/1/2',
    '',
    picture,
  ];
  return cells.map((cell, place) => changed[place] ?? cell);
}

const good = PICTURES.map((picture, place) => row(place + 1, picture));

async function importRows(rows: readonly (readonly string[])[], stop = never) {
  return importText(stringify([HEADINGS, ...rows]), stop);
}

async function importText(
  text: string,
  stop = never,
  pictures = join(folder, 'pictures'),
  encoding = 'gb18030',
) {
  const path = join(folder, 'metadata.csv');
  await writeFile(path, iconv.encode(text, encoding));
  const metadata = await MetadataFile.open(path);
  const rejects = await RejectsFile.create(join(folder, 'rejects.csv'), metadata);
  const table = { metadata, pictures: await PictureFolder.open(pictures), rejects };
  const counts = await importTable(registry, table, IMPORTER, silentProgress, stop);
  const rejectsFile = await rejects.close();
  return { ...counts, rejects: rejectsFile === null ? '' : await readFile(rejectsFile, 'utf8') };
}

async function registered() {
  const found = [];
  for await (const entry of registry.registry.stream()) found.push(entry);
  return found;
}

describe('importing a table into PostgreSQL', () => {
  it('takes JPEG, PNG, WebP and TIFF, CMYK and 16-bit included, and makes them searchable', async () => {
    const counts = await importRows(good);
    expect(counts).toEqual({ imported: 12, updated: 0, unchanged: 0, rejected: 0, rejects: '' });
    const changes = await registry.registry.changesSince(0, fingerprinter.modelDigest, 100);
    expect(changes.filter(({ fingerprint }) => fingerprint !== null)).toHaveLength(12);
    const entries = await registered();
    expect(entries.map(({ pattern }) => pattern.mediaType)).toEqual([
      ...Array<string>(8).fill('image/jpeg'),
      'image/png',
      'image/webp',
      'image/jpeg',
      'image/tiff',
    ]);
    for (const [place, { pattern }] of entries.entries()) {
      if (place === 8) continue;
      const filed = await readFile(join(folder, 'pictures', PICTURES[place] ?? ''));
      expect(Buffer.compare(filed, await registry.depositCopies.get(pattern.pictureDigest))).toBe(0);
    }
  });

  it('twice is the same as once, and cheap', async () => {
    await importRows(good);
    const [before, head] = [await registered(), await registry.registry.head()];
    expect(await importRows(good)).toMatchObject({ imported: 0, unchanged: 12, rejected: 0 });
    expect(await registered()).toEqual(before);
    expect(await registry.registry.head()).toEqual(head);
    expect(fingerprinted).toBe(12);
  });

  it('goes on where it was stopped', async () => {
    const stop = new AbortController();
    const stopping = registry.fingerprinter.fingerprint;
    let count = 0;
    registry = {
      ...registry,
      fingerprinter: {
        ...fingerprinter,
        fingerprint: (picture) => {
          if ((count += 1) === 3) stop.abort();
          return stopping(picture);
        },
      },
    };
    const first = await importRows(good, stop.signal);
    expect(first.imported).toBeGreaterThanOrEqual(3);
    expect(first.imported).toBeLessThan(12);
    expect(await importRows(good)).toMatchObject({
      imported: 12 - first.imported,
      unchanged: first.imported,
    });
    expect(fingerprinted).toBe(12);
  });

  it('writes rows that are wrong to a file that can be corrected and imported', async () => {
    const counts = await importRows([
      row(1, '1.jpg'),
      row(2, 'none.jpg'),
      row(3, '../pictures/3.jpg'),
      row(4, 'text.jpg'),
      row(5, 'empty.jpg'),
      row(6, 'cut.jpg'),
      row(7, 'flat.png'),
      row(8, '2.jpg', { 0: '鲁作登字-2021-F-1' }),
      row(1, '3.jpg'),
      row(10, '4.jpg', { 1: '2021-02-30', 2: '=HYPERLINK("http://x")', 4: '' }),
      row(11, '5.jpg'),
    ]);
    expect(counts).toMatchObject({ imported: 2, updated: 0, unchanged: 0, rejected: 9 });
    expect(
      counts.rejects.startsWith('\ufeffreject_row,reject_field,reject_problem,reject_remedy,作品登记号,'),
    ).toBe(true);
    const rejected: Record<string, string>[] = parse(counts.rejects, { bom: true, columns: true });
    expect(rejected.map((one) => `${one['reject_row']} ${one['reject_field']}`)).toEqual([
      '3 样本文件',
      '4 样本文件',
      '5 样本文件',
      '6 样本文件',
      '7 样本文件',
      '8 样本文件',
      '9 作品登记号',
      '10 作品登记号',
      '11 登记日期; 著作权人',
    ]);
    expect(rejected.every((one) => one['reject_problem'] !== '' && one['reject_remedy'] !== '')).toBe(true);
    expect(rejected[8]?.['作品名称']).toBe(`'=HYPERLINK("http://x")`);

    const corrected = counts.rejects
      .replace('none.jpg', '6.jpg')
      .replace(
        `F—10,2021-02-30,"'=HYPERLINK(""http://x"")",美术,,`,
        `F—10,2021-02-28,"'=HYPERLINK(""http://x"")",美术,某公司,`,
      );
    const again = await importText(corrected, never, undefined, 'utf8');
    expect(again).toMatchObject({ imported: 2, rejected: 7 });
    expect((await registered()).at(-1)?.registration.title).toBe('=HYPERLINK("http://x")');
    expect(again.rejects.split('\n')[0]).toBe(counts.rejects.split('\n')[0]);
  });

  it('rejects a row whose cells have shifted', async () => {
    const counts = await importText(`${HEADINGS.join(',')}\n${row(1, '1.jpg').join(',')},more\n`);
    expect(counts.rejects).toContain('2,row,has 9 cells under 8 headings');
  });

  it('gives back by export what it took', async () => {
    await importRows([
      ...good,
      row(13, '1.jpg', { 2: '=1+1', 4: '\'@"王,\n二' }),
      row(14, '2.jpg', { 6: '已撤销' }),
      row(15, '3.jpg', { 0: '', 1: '', 6: '已申请' }),
    ]);
    const [one, other] = [join(folder, 'export-1'), join(folder, 'export-2')];
    const exported = await exportRegistry(registry.registry, registry.depositCopies, one);
    expect(exported.registrations).toBe(15);
    await registry.drop();
    registry = await openRegistry();
    const table = await readFile(exported.metadata, 'utf8');
    expect(await importText(table, never, exported.pictures, 'utf8')).toMatchObject({
      imported: 15,
      rejected: 0,
    });
    await exportRegistry(registry.registry, registry.depositCopies, other);
    expect(await filesOf(other)).toEqual(await filesOf(one));
    await expect(exportRegistry(registry.registry, registry.depositCopies, one)).rejects.toThrow(
      'is not empty',
    );
  });
});

async function filesOf(path: string): Promise<Record<string, string>> {
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const contents = files.map(async (entry): Promise<[string, string]> => {
    const full = join(entry.parentPath, entry.name);
    return [
      full.slice(path.length),
      createHash('sha256')
        .update(await readFile(full))
        .digest('hex'),
    ];
  });
  return Object.fromEntries((await Promise.all(contents)).sort());
}
