import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { breakLines } from './lines.js';

/** Two for a Chinese character, one for any other. */
const measure = (text: string): number =>
  [...text].reduce((sum, one) => sum + (/[\u3000-\uffef]/u.test(one) ? 2 : 1), 0);

describe('breaking a text into lines', () => {
  it('breaks between Chinese characters and at spaces, and keeps closing signs with what they close', () => {
    expect(breakLines('缠枝莲纹花样', 8, measure, 9)).toEqual(['缠枝莲纹', '花样']);
    expect(breakLines('two words more', 9, measure, 9)).toEqual(['two words', 'more']);
    expect(breakLines('缠枝莲纹，花样', 8, measure, 9)).toEqual(['缠枝莲', '纹，花样']);
  });

  it('breaks a word that fits into no line, and says when it cut something off', () => {
    expect(breakLines('x'.repeat(25), 10, measure, 9)).toEqual(['xxxxxxxxxx', 'xxxxxxxxxx', 'xxxxx']);
    expect(breakLines('x'.repeat(500), 10, measure, 2)).toEqual(['xxxxxxxxxx', 'xxxxxxxx …']);
  });

  it('loses nothing but spaces and is never wider than a line', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '纹', '，', ' ', '-', '(', '样'), maxLength: 80 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 6, max: 30 }), (text, width) => {
        const lines = breakLines(text, width, measure, 1_000);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
