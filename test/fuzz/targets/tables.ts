import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { findProvince, readImportRow, readRegistrationNumber, writeRegistrationNumber } from '#libs/registry';
import { MetadataFile } from '../../../apps/cli/src/import/metadata-file.js';
import { mutateBytes, mutateText } from '../mutate.js';
import { type Random } from '../random.js';
import { BrokenPromise, type OpenTarget } from '../target.js';

const HEADINGS =
  '作品登记号,登记日期,作品名称,作品类别,著作权人,创作完成日期,首次发表日期,状态,理由,图片文件,登记标识';
const ROWS = [
  '浙作登字-2021-F-00012345,2021-03-05,"缠枝""莲""纹",F,绍兴某纺织公司,2020-12-01,,已登记,,a.jpg,',
  '浙作登字2019F00000001,2019/3/5,=1+1,美术,李某,20181201,2019年1月2日,已撤销,重复登记,子/b.png,',
  ',,申请中的花样,F,王某,2026-01-01,,已申请,,c.tif,3f2504e0-4f89-41d3-9a0c-0305e82c3301',
];
const NUMBERS = [
  '浙作登字-2021-F-00012345',
  '国作登字—2016－Ｆ－００１２３４５６',
  '第鲁2020f1号',
  '粤作登字2021F999999999999',
];

/** Tables of metadata in every encoding and with every delimiter, read to the last row. */
export const table: OpenTarget = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-fuzz-'));
  const path = join(folder, 'metadata.csv');
  const seeds = ['utf8', 'gb18030', 'utf-16le', 'utf-16be'].flatMap((encoding) =>
    [',', ';', '\t'].map((delimiter) => {
      const text = [HEADINGS, ...ROWS].map((row) => row.replaceAll(',', delimiter)).join('\r\n');
      return iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf-') });
    }),
  );
  const zhejiang = findProvince('zhejiang');
  if (!zhejiang) throw new Error('no such province');
  return {
    name: 'csv',
    declared: ['RegistryError', 'Problem'],
    limitMs: 2_000,
    input: (random) =>
      Promise.resolve(
        random.oneIn(3) ? retold(random) : mutateBytes(random, random.of(seeds), random.of(seeds)),
      ),
    async read(input) {
      await writeFile(path, input);
      const file = await MetadataFile.open(path);
      for await (const { cells } of file.records()) {
        const named = [...file.columns].map(([column, place]) => [column, cells[place] ?? ''] as const);
        const row = readImportRow(Object.fromEntries(named), zhejiang, '2026-11-02');
        if ('problems' in row && row.problems.length === 0)
          throw new BrokenPromise('a row is refused for nothing');
        if ('content' in row && row.content.title.trim() === '')
          throw new BrokenPromise('a row without a title is taken');
      }
    },
    close: () => rm(folder, { recursive: true }),
  };
};

/** Sound headings above cells that are none. */
function retold(random: Random): Uint8Array {
  const cells = random.of(ROWS).split(',');
  const changed = cells.map((cell) => (random.oneIn(3) ? mutateText(random, cell) : cell));
  return Buffer.from(`${HEADINGS}\n${changed.join(',')}\n${random.of(ROWS)}\n`);
}

/** Registration numbers as people write them, and as nobody does. */
export const registrationNumber: OpenTarget = async () => ({
  name: 'registration-number',
  declared: ['RegistryError'],
  limitMs: 200,
  input: (random) => Promise.resolve(Buffer.from(mutateText(random, random.of(NUMBERS)), 'utf16le')),
  async read(input) {
    const read = readRegistrationNumber(Buffer.from(input).toString('utf16le'));
    const written = writeRegistrationNumber(read);
    const again = readRegistrationNumber(written);
    if (writeRegistrationNumber(again) !== written)
      throw new BrokenPromise(`${written} does not come back the same`);
  },
});
