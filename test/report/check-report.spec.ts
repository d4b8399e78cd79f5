import { describe, expect, it } from '@jest/globals';
import { VERDICTS } from '#libs/registry';
import { factsFile, LANGUAGES, NO_PICTURES, printPicture, writeCheckReport } from '#libs/report';
import jsQrModule from 'jsqr';
import sharp from 'sharp';
import { renderPages, textOfPages } from './read-pdf.js';
import { applicationOf, candidate, checkOf, factsOf, RECEIPTS, sha256, uuid } from './samples.js';

// Its types know no ESM: what is imported is the CommonJS module.
const jsQr = 'default' in jsQrModule ? jsQrModule.default : jsQrModule;

const textOf = async (...args: Parameters<typeof writeCheckReport>): Promise<string> =>
  (await textOfPages(await writeCheckReport(...args))).join('');

const WORDS = {
  zh: {
    DUPLICATE: '结论：重复',
    SUSPECTED: '结论：疑似重复',
    CLEAR: '结论：未见重复',
    INCOMPLETE: '结论：查重不完整（不得视为未见重复）',
  },
  en: {
    DUPLICATE: 'Verdict: DUPLICATE',
    SUSPECTED: 'Verdict: SUSPECTED DUPLICATE',
    CLEAR: 'Verdict: CLEAR: no duplicate found',
    INCOMPLETE: 'Verdict: INCOMPLETE: not a clear result',
  },
};

describe('the report of a check', () => {
  it.each(VERDICTS.flatMap((verdict) => LANGUAGES.map((language) => [verdict, language] as const)))(
    'says %s in words (%s), with coverage, model, thresholds and receipt',
    async (verdict, language) => {
      const facts = factsOf({ check: checkOf(verdict) });
      const text = await textOf(facts, NO_PICTURES, language);
      for (const [other, words] of Object.entries(WORDS[language]))
        expect([other, text.includes(words)]).toEqual([other, other === verdict]);
      for (const part of [
        facts.checkId,
        facts.picture.digest,
        facts.calibration?.modelDigest ?? '',
        'cal-7',
        factsFile(facts).digest,
        'weft/zhejiang',
        '4711',
        '苏作登字-2021-F-00012345',
      ])
        expect(text).toContain(part);
      expect(text).toContain(
        language === 'zh'
          ? '每 10,000 个无关花样中约 7 个达到'
          : 'about 7 of 10,000 unrelated patterns score this high',
      );
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    },
  );

  it.each(LANGUAGES)(
    'names the silent member of a check that found something all the same (%s)',
    async (language) => {
      const facts = factsOf({ check: checkOf('DUPLICATE', {}, ['guangdong']) });
      const text = await textOf(facts, NO_PICTURES, language);
      expect(text).toContain(
        language === 'zh' ? '覆盖不完整：广东（超时未答）' : 'Coverage is incomplete: Guangdong (TIMEOUT)',
      );
      expect(text).toContain(
        language === 'zh' ? '4 个成员中 3 个完整应答' : '3 of 4 members answered in full',
      );
    },
  );

  it('never says CLEAR of a check without thresholds', async () => {
    const facts = factsOf({ check: checkOf('INCOMPLETE', { calibration: null }, []) });
    expect(await textOf(facts, NO_PICTURES, 'zh')).toContain('成员名录未列此模型的阈值');
  });

  it.each([
    [
      'a receipt that has not come',
      { state: 'PENDING', receipt: null, detail: 'no checkpoint yet' },
      '尚未取得',
    ],
    ['one with too few witnesses', { state: 'UNWITNESSED', detail: 'cosigned by nobody' }, '未获足够见证'],
  ] as const)('tells UNWITNESSED for %s', async (_, change, words) => {
    const receipts = RECEIPTS.map((one) => (one.about === 'judgement' ? { ...one, ...change } : one));
    const text = await textOf(factsOf({ receipts }), NO_PICTURES, 'zh');
    expect(text).toContain('UNWITNESSED');
    expect(text).toContain(words);
    expect(text).toContain(change.detail);
    expect(await textOf(factsOf(), NO_PICTURES, 'zh')).not.toContain('UNWITNESSED');
  });

  it('says why there is no picture: not kept, and another province keeps its own', async () => {
    const text = await textOf(factsOf(), NO_PICTURES, 'zh');
    expect(text).toContain('送检图未留存');
    expect(text).toContain('作品样本不出省');
    expect(text).toContain('镜像、旋转 90°');
    expect(text).toMatch(/吻合：送检图 93%，登记图 ?51%/);
  });

  it('tells decisions, the superseded ones too, and one that waits for a second examiner', async () => {
    const decision = {
      decisionId: uuid(20),
      checkId: uuid(1),
      registrationId: null,
      kind: 'duplicate',
      reason: '同一底稿',
      decidedBy: 'wang',
      decidedAt: '2026-03-06T01:00:00.000Z',
      confirmedBy: 'li',
      confirmedAt: '2026-03-06T02:00:00.000Z',
      inForce: true,
      supersedes: null,
    } as const;
    const later = {
      ...decision,
      kind: 'not-a-duplicate',
      reason: '仅色调相近',
      confirmedBy: null,
      confirmedAt: null,
      inForce: false,
    } as const;
    const text = await textOf(factsOf({ decisions: [decision, later] }), NO_PICTURES, 'zh');
    expect(text).toMatch(/认定重复.*已被后一认定取代.*wang.*复核：li.*同一底稿/);
    expect(text).toMatch(/认定不重复.*待第二人复核，尚未生效.*仅色调相近/);
  });

  it.each([
    ['markup', '<img src=x onerror=alert(1)>&amp;', '<img src=x onerror=alert(1)>&amp;'],
    ['a right-to-left override', '李\u202e三', '李[U+202E]三'],
    ['controls', '王\u0000\u0007五', '王[U+0000][U+0007]五'],
    ['rare characters', '𠮷田㐂龘䶮', '𠮷田㐂龘䶮'],
    ['a character without a font', '赵𪜀', '赵[U+2A700]'],
    ['parentheses and backslashes of PDF', '(\\)) Tj ET', '(\\)) Tj ET'],
  ])('prints a name with %s so that every character is seen', async (_, owner, shown) => {
    expect(await textOf(factsOf({ application: applicationOf({ owner }) }), NO_PICTURES, 'zh')).toContain(
      shown,
    );
  });

  it('prints names of 500 characters whole in the fields, and cut with a sign in the table', async () => {
    const long = '绍'.repeat(499);
    const facts = factsOf({
      application: applicationOf({ owner: `${long}末` }),
      check: checkOf('DUPLICATE', { candidates: [candidate({ title: `${long}尾` })] }),
    });
    const text = await textOf(facts, NO_PICTURES, 'zh');
    expect(text).toContain('绍末');
    expect(text).not.toContain('绍尾');
    expect(text).toContain('…');
  });

  it('is the same bytes for the same facts, and another digest for other facts', async () => {
    const facts = factsOf();
    const [one, other] = [
      await writeCheckReport(facts, NO_PICTURES, 'zh'),
      await writeCheckReport(factsOf(), NO_PICTURES, 'zh'),
    ];
    expect(sha256(one)).toBe(sha256(other));
    expect(factsFile(factsOf({ decisions: [] })).digest).toBe(factsFile(facts).digest);
    expect(factsFile(factsOf({ source: 'checked-copy' })).digest).not.toBe(factsFile(facts).digest);
  });

  it('is A4, embeds subsets of its fonts, and shows the pictures that it lists', async () => {
    const red = await sharp({ create: { width: 900, height: 700, channels: 3, background: '#d02020' } })
      .png()
      .toBuffer();
    const query = await printPicture(red, 1_000);
    const digest = sha256(query);
    const caption = { zh: '线条套印', en: 'overlay' };
    const shown = {
      query: digest,
      candidate: { registrationId: uuid(50), digest },
      evidence: [{ name: 'overlay.png', digest, caption }],
      absent: [{ name: 'repeat-query.png', reason: { zh: '送检图无循环单元', en: 'no repeat' } }],
    };
    const facts = factsOf({ shown, source: 'deposit-copy', here: new Set([uuid(50)]) });
    const pdf = await writeCheckReport(facts, { query, candidate: query, evidence: [query] }, 'zh');
    expect(pdf.length).toBeLessThan(500_000);
    expect(pdf.toString('latin1')).toMatch(/\/BaseFont \/[A-Z]{6}\+NotoSansSC/);
    const text = (await textOfPages(pdf)).join('');
    for (const part of ['送检图', '候选 1：苏作登字', '线条套印', '未附图：送检图无循环单元'])
      expect(text).toContain(part);
    expect(text).not.toContain('作品样本不出省');
    const pages = await renderPages(pdf, 1);
    expect([pages[0]?.width, pages[0]?.height]).toEqual([595, 841]);
    let [first, second] = [0, 0];
    for (const { pixels } of pages) {
      for (let at = 0; at < pixels.length; at += 4) {
        const [one = 0, other = 0] = [pixels[at], pixels[at + 2]];
        if (one > 180 && other < 60) first += 1;
        if (other > 180 && one < 60) second += 1;
      }
    }
    // Two frames of 240 x 187 points and one of 156 x 121, whichever way round the renderer has its channels.
    expect(Math.max(first, second)).toBeGreaterThan(90_000);
  });

  it('has a QR code that a phone reads: the check, the digest of the facts, the log receipt', async () => {
    const facts = factsOf();
    const pages = await renderPages(await writeCheckReport(facts, NO_PICTURES, 'zh'), 3);
    const read = pages.flatMap(({ pixels, width, height }) => {
      const found = jsQr(new Uint8ClampedArray(pixels), width, height);
      return found ? [found.data] : [];
    });
    const entry = facts.receipts.find(({ about }) => about === 'judgement')?.entry;
    expect(read).toEqual([
      `weft-report/1\n${facts.checkId}\n${factsFile(facts).digest}\nweft/zhejiang 4711 4720 ${entry?.root}`,
    ]);
  });
});
