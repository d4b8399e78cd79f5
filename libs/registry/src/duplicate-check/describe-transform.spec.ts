import { describe, expect, it } from '@jest/globals';
import { describeTransform } from './describe-transform.js';
import type { Transform } from './statements.js';

const asItIs: Transform = { mirrored: false, rotation: 0, scale: 1, offset: [0, 0], recoloured: false };

describe('a transform in words', () => {
  it.each<[Partial<Transform>, string, string]>([
    [{}, '原样', 'as it is'],
    [{ offset: [0.3, -0.1] }, '原样', 'as it is'],
    [{ rotation: 359.6, scale: 0.997 }, '原样', 'as it is'],
    [{ mirrored: true }, '镜像', 'mirrored'],
    [{ rotation: 269.7 }, '旋转 270°', 'turned 270°'],
    [{ scale: 12.345 }, '缩放 12.35', 'scaled x12.35'],
    [
      { mirrored: true, rotation: 90, scale: 0.7, recoloured: true },
      '镜像、旋转 90°、缩放 0.70、换色',
      'mirrored, turned 90°, scaled x0.70, recoloured',
    ],
  ])('%j is %s and %s', (change, zh, en) => {
    expect(describeTransform({ ...asItIs, ...change })).toEqual({ zh, en });
  });

  it('says so when nothing lies on anything', () => {
    expect(describeTransform(null)).toEqual({ zh: '无几何对应', en: 'no geometric correspondence' });
  });
});
