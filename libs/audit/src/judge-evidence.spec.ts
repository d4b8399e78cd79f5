import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { digestBy } from './judge-evidence.js';

describe('a digest', () => {
  it('is of bytes, and of a text as UTF-8', () => {
    const given: unknown[] = [];
    const digest = digestBy({
      sha256: (bytes) => {
        given.push(bytes);
        return createHash('sha256').update(bytes).digest();
      },
    });
    const text = '花样';
    const hex = createHash('sha256').update(text).digest('hex');
    expect([digest(text), digest(Buffer.from(text))]).toEqual([`sha256:${hex}`, `sha256:${hex}`]);
    expect(given.every((bytes) => bytes instanceof Uint8Array)).toBe(true);
  });
});
