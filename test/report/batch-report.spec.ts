import { describe, expect, it } from '@jest/globals';
import { type BatchFacts, printPicture, tallyOf, writeBatchList, writeBatchReport } from '#libs/report';
import { strFromU8, unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import sharp from 'sharp';
import { textOfPages } from './read-pdf.js';
import { candidate, checkOf, factsOf, uuid } from './samples.js';

const KINDS = ['DUPLICATE', 'CLEAR', 'INCOMPLETE', 'CLEAR'] as const;

function batchOf(
  count: number,
  change: (place: number) => Partial<BatchFacts['items'][number]> = () => ({}),
): BatchFacts {
  const items = Array.from({ length: count }, (_, n) => ({
    place: n + 1,
    name: `花样-${n + 1}.jpg`,
    check: factsOf({
      check: checkOf(KINDS[n % 4] ?? 'CLEAR', { checkId: uuid(1_000 + n) }),
      source: 'checked-copy',
    }),
    error: null,
    ...change(n + 1),
  }));
  return {
    kind: 'weft.batch-report.v1',
    batchId: uuid(2),
    province: 'zhejiang',
    openedAt: '2026-03-05T12:00:00.000Z',
    askedBy: 'examiner',
    state: 'finished',
    count,
    tally: tallyOf(count, items),
    items,
  };
}

const FAILED = {
  check: null,
  error: { code: 'INVALID_INPUT', field: 'picture', problem: 'is no picture', remedy: 'send a picture' },
} as const;

describe('the report of a batch of 40', () => {
  it('has a summary and every picture, and stays under 2 MB with its pictures', async () => {
    const facts = batchOf(40, (place) => (place === 7 ? FAILED : {}));
    const noise = await sharp({
      create: {
        width: 1_200,
        height: 900,
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    const query = await printPicture(noise, 360, 70);
    const pictures = new Map(
      facts.items.flatMap(({ check }) =>
        check ? [[check.checkId, { query, candidate: null, evidence: [] }] as const] : [],
      ),
    );
    const pdf = await writeBatchReport(facts, pictures, 'zh');
    expect(pdf.length).toBeLessThan(2_000_000);
    const pages = await textOfPages(pdf);
    const text = pages.join('');
    expect(pages[0]).toContain('共 40：重复 10，疑似 0，未见重复 20，不完整 9，无法读取 1，未查 0');
    expect(pages[0]).toContain('▲ 10 幅图片没有完整的查重结果，不得视为未见重复');
    for (const { name } of facts.items) expect(text).toContain(name);
    expect(text.split('结论：未见重复')).toHaveLength(21);
    expect(text.split('结论：查重不完整')).toHaveLength(10);
    expect(text).toContain('无法查重：is no picture');
    expect(text).toContain(`第 ${pages.length} 页 共 ${pages.length} 页`);
  });

  it('is written in English too', async () => {
    const text = (await textOfPages(await writeBatchReport(batchOf(2), new Map(), 'en'))).join('');
    expect(text).toContain(
      '2: 1 duplicate, 0 suspected, 1 clear, 0 incomplete, 0 unreadable, 0 not checked yet',
    );
  });
});

describe('the list of a batch', () => {
  const HOSTILE = ['=HYPERLINK("http://x")', '+1', '-2', '@SUM(A1)', '<b>&"\u0000\u202e', "'=1"];

  it('has a row for each picture, in words and numbers', async () => {
    const rows = await readSheet(await writeBatchList(batchOf(4, (place) => (place === 3 ? FAILED : {}))));
    expect(rows).toHaveLength(5);
    expect(rows[1]).toEqual(
      expect.arrayContaining([
        1,
        '花样-1.jpg',
        '重复 DUPLICATE',
        '是 yes',
        '苏作登字-2021-F-00012345',
        0.9731,
        'weft/zhejiang 4711',
      ]),
    );
    expect(rows[3]).toEqual(
      expect.arrayContaining([
        '未查，不得视为未见重复 not checked, not clear',
        'INVALID_INPUT: is no picture; send a picture',
      ]),
    );
  });

  it('holds names that look like formulas as texts', async () => {
    const facts = batchOf(HOSTILE.length, (place) => ({
      name: HOSTILE[place - 1] ?? '',
      check: factsOf({
        check: checkOf('DUPLICATE', { candidates: [candidate({ title: HOSTILE[place - 1] ?? '' })] }),
      }),
    }));
    const file = await writeBatchList(facts);
    const names = (await readSheet(file)).slice(1).map((row) => row[1]);
    expect(names).toEqual([
      '\'=HYPERLINK("http://x")',
      "'+1",
      "'-2",
      "'@SUM(A1)",
      '<b>&"[U+0000][U+202E]',
      "''=1",
    ]);
    const parts = Object.entries(unzipSync(file)).map(([path, bytes]) => [path, strFromU8(bytes)] as const);
    for (const [, xml] of parts.filter(([path]) => path.endsWith('.xml'))) {
      expect(xml).not.toMatch(/<f[ >]/);
      expect(xml).not.toContain('\u0000');
    }
  });
});
