import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { lendPicture } from './lend-picture.js';

const WORDS = 'shandong > zhejiang  2026-03-01T08:30Z  3f2504e04f89';

function plain(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#3a7d44' } })
    .withExif({ IFD0: { Copyright: 'a name' } })
    .png()
    .toBuffer();
}

describe('a picture that is lent to another province', () => {
  it('is reduced, has no metadata, and has words in every part of it', async () => {
    const lent = await lendPicture(await plain(1_200, 800), 320, WORDS);
    const { width, height, format, exif } = await sharp(lent).metadata();
    expect({ width, height, format, exif }).toEqual({
      width: 320,
      height: 213,
      format: 'jpeg',
      exif: undefined,
    });
    for (const left of [0, 160])
      for (const top of [0, 106]) {
        const part = sharp(lent).extract({ left, top, width: 160, height: 106 });
        const { channels } = await part.stats();
        expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(8);
      }
  });

  it('is never made larger, and is another for other words', async () => {
    const small = await plain(200, 120);
    const lent = await lendPicture(small, 2_048, WORDS);
    expect((await sharp(lent).metadata()).width).toBe(200);
    expect(lent.equals(await lendPicture(small, 2_048, 'others'))).toBe(false);
  });
});
