import { describe, expect, it } from '@jest/globals';
import { create } from 'fontkit';
import sharp from 'sharp';
import { renderPages, textOfPages } from '../../../../test/report/read-pdf.js';
import { fontsOf, type Weight } from './fonts.js';
import { Sheet } from './sheet.js';

const SIZE = 100;
const INFO = { language: 'zh', title: '字形', author: '', at: '2026-03-05T12:00:00.000Z', foot: '' } as const;

/** Darkness, 0 to 255, of a square in which one character was drawn by the sheet, one pixel a point. */
async function drawn(character: string, weight: Weight): Promise<Uint8Array> {
  const sheet = new Sheet(INFO);
  sheet.draw(sheet.set(character, 400, { size: SIZE, weight, colour: '#000000' }), 100, 100);
  const [page] = await renderPages(await sheet.end(), 1);
  if (!page) throw new Error('no page');
  const { width, pixels } = page;
  const square = new Uint8Array(150 * 150);
  for (let y = 0; y < 150; y += 1)
    for (let x = 0; x < 150; x += 1)
      square[150 * y + x] = 255 - (pixels[4 * ((y + 80) * width + x + 80)] ?? 255);
  return square;
}

/** The same from the outline that the font itself has for the character. */
async function expected(character: string, weight: Weight): Promise<Uint8Array> {
  const codePoint = character.codePointAt(0) ?? 0;
  const file = fontsOf(weight).find((one) => one.has(codePoint));
  const font = create(file?.bytes ?? Buffer.alloc(0));
  if (!('glyphForCodePoint' in font)) throw new Error('no font');
  const scale = SIZE / font.unitsPerEm;
  const path = font.glyphForCodePoint(codePoint).path.toSVG();
  const place = `translate(20 ${20 + SIZE * 1.06}) scale(${scale} ${-scale})`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="150"><path transform="${place}" d="${path}"/></svg>`;
  return sharp(Buffer.from(svg)).extractChannel('alpha').raw().toBuffer();
}

const ink = (square: Uint8Array): number => square.reduce((sum, one) => sum + one, 0);
const difference = (one: Uint8Array, other: Uint8Array): number =>
  one.reduce((sum, value, place) => sum + Math.abs(value - (other[place] ?? 0)), 0);

describe('what stands on a page', () => {
  it.each(
    [...'𠮷㐂龘䶮𬭊𣲗堃祎頔㛃国A'].flatMap((one) => [[one, 'regular'] as const, [one, 'bold'] as const]),
  )('has the very pixels of the glyph of %s, %s', async (character, weight) => {
    const [pixels, outline] = [await drawn(character, weight), await expected(character, weight)];
    expect(ink(outline)).toBeGreaterThan(100_000);
    expect(difference(pixels, outline) / ink(outline)).toBeLessThan(0.12);
  });

  it('tells glyphs apart: another character is not taken for it', async () => {
    const [pixels, outline] = [await drawn('吉', 'regular'), await expected('𠮷', 'regular')];
    expect(difference(pixels, outline) / ink(outline)).toBeGreaterThan(0.12);
  });

  it('shows a character that no font has as its code point', async () => {
    const sheet = new Sheet(INFO);
    sheet.text('王𪜀 \u{1f984}');
    expect((await textOfPages(await sheet.end()))[0]).toContain('王[U+2A700] [U+1F984]');
  });

  it('numbers its pages', async () => {
    const sheet = new Sheet(INFO);
    sheet.nextPage();
    sheet.nextPage();
    const pages = await textOfPages(await sheet.end());
    expect(pages.map((page) => page.trim())).toEqual([
      '第 1 页 共 3 页',
      '第 2 页 共 3 页',
      '第 3 页 共 3 页',
    ]);
  });
});
