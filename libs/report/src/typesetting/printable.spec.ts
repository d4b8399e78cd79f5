import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable } from './printable.js';

const all = (): boolean => true;

describe('a text from outside', () => {
  it.each([
    ['a right-to-left override', 'a\u202egnp.exe', 'a[U+202E]gnp.exe'],
    ['an isolate and a mark', '\u2066x\u2069\u200f', '[U+2066]x[U+2069][U+200F]'],
    ['zero-width characters', 'a\u200bb\u00adc\ufeff', 'a[U+200B]b[U+00AD]c[U+FEFF]'],
    ['controls', 'a\u0000b\u0007c\u001b[31m', 'a[U+0000]b[U+0007]c[U+001B][31m'],
    ['half a surrogate pair', 'x\ud842y', 'x[U+D842]y'],
    ['a private character', '\ue000', '[U+E000]'],
    ['line ends, tabs and wide spaces', 'a\nb\tc\u3000d', 'a b c d'],
    ['separators', 'a\u2028b', 'a[U+2028]b'],
    ['markup', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('shows %s', (_, text, shown) => {
    expect(printable(text, all)).toBe(shown);
  });

  it('shows what no font has as its code point, and everything else as it is', () => {
    expect(printable('𠮷田𪜀', (codePoint) => codePoint !== 0x2a700)).toBe('𠮷田[U+2A700]');
  });

  it('loses no character and holds nothing unseen, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const shown = printable(text, all);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/u);
        expect([...shown.replaceAll(/\[U\+[0-9A-F]{4,6}\]/g, '?')].length).toBeLessThanOrEqual(
          [...text].length,
        );
        expect(printable(shown, all)).toBe(shown);
      }),
    );
  });
});
