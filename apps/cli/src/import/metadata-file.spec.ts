import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { MetadataFile } from './metadata-file.js';

const HEADINGS = ['登记号', '登记日期', '作品名称', '作品类别', '著作权人', '图片'];
const ROWS = [
  ['浙作登字-2021-F-00000001', '2021-03-05', '缠枝莲，“双色”', 'F', '绍兴某纺织有限公司', '花样 1.jpg'],
  ['浙作登字-2021-F-00000002', '2021-03-06', '𠮷祥, 纹\n第二行', 'F', '王"小"二', 'b/2.png'],
];

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-metadata-'));
  file = join(folder, 'metadata.csv');
});

afterAll(() => rm(folder, { recursive: true }));

async function read(content: Buffer | string) {
  await writeFile(file, content);
  const metadata = await MetadataFile.open(file);
  const records = [];
  for await (const record of metadata.records()) records.push(record);
  return { metadata, records };
}

function csv(delimiter: string, lineEnd: string): string {
  return stringify([HEADINGS, ...ROWS], { delimiter, record_delimiter: lineEnd });
}

describe('a metadata file', () => {
  const encodings = ['utf8', 'utf8 with mark', 'gb18030', 'utf-16le', 'utf-16be'];
  const cases = encodings.flatMap((encoding) =>
    [',', ';', '\t'].flatMap((delimiter) => ['\n', '\r\n'].map((end) => [encoding, delimiter, end] as const)),
  );

  it.each(cases)('in %s with %j and %j is read as it was written', async (encoding, delimiter, end) => {
    const [name = '', mark] = encoding.split(' with ');
    const bytes = iconv.encode(csv(delimiter, end), name, {
      addBOM: mark !== undefined || name.startsWith('utf-16'),
    });
    const { metadata, records } = await read(bytes);
    expect(metadata.encoding).toBe(name);
    expect(metadata.delimiter).toBe(delimiter);
    expect(records).toEqual(ROWS.map((cells, place) => ({ row: place + 2, cells })));
    expect(await metadata.countRows()).toBe(2);
  });

  it('in GB18030 with English headings is told by its rows', async () => {
    const text = 'registration_number,title,owner,picture\n浙作登字-2021-F-1,缠枝莲,某公司,a.jpg\n';
    const { metadata, records } = await read(iconv.encode(text, 'gb18030'));
    expect(metadata.encoding).toBe('gb18030');
    expect(records[0]?.cells[1]).toBe('缠枝莲');
  });

  it('in UTF-8 stays UTF-8 when one row is damaged', async () => {
    const text = `${HEADINGS.join(',')}\n浙作登字-2021-F-1,2021-03-05,`;
    const bytes = Buffer.concat([
      Buffer.from(text),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(',F,某公司,a.jpg\n'),
    ]);
    const { metadata, records } = await read(bytes);
    expect(metadata.encoding).toBe('utf8');
    expect(records[0]?.cells[2]).toContain('\ufffd');
  });

  it('passes over empty rows but counts them as a spreadsheet does', async () => {
    const { records } = await read(`${HEADINGS.join(',')}\n\n,,,,,\n1,2,3,4,5,6\n\n`);
    expect(records.map(({ row }) => row)).toEqual([4]);
  });

  it('takes any cell that a spreadsheet writes', async () => {
    const cell = fc.string({ unit: fc.constantFrom(...'ab,;\t"\n= 花纹\''), maxLength: 12 });
    const rows = fc.array(fc.array(cell, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        const { records } = await read(stringify([HEADINGS, ...drawn]));
        const filled = drawn.filter((cells) => cells.some((one) => one.trim() !== ''));
        expect(records.map(({ cells }) => cells)).toEqual(filled);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, Buffer | string, string]>([
    ['nothing', '', 'is empty'],
    ['a spreadsheet', Buffer.from('504b0304140006000800000021', 'hex'), 'is no text'],
    ['no headings', '浙作登字-2021-F-1,2021-03-05,缠枝莲\n', 'has no column 登记号'],
    [
      'a quotation mark that is left open',
      `${HEADINGS.join(',')}\n"1,2,3\n4,5,6\n`,
      'row 2: a quotation mark',
    ],
  ])('of %s is refused before anything is imported', async (_name, content, problem) => {
    await writeFile(file, content);
    const count = async () => (await MetadataFile.open(file)).countRows();
    await expect(count()).rejects.toThrow(problem);
  });

  it('that is not there is named', async () => {
    await expect(MetadataFile.open(join(folder, 'none.csv'))).rejects.toThrow(
      'none.csv: there is no such file',
    );
    await expect(MetadataFile.open(folder)).rejects.toThrow('is no file');
  });
});
