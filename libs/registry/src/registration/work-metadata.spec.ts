import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chinaDate } from './civil-date.js';
import { parseWorkMetadata, readWorkMetadata } from './work-metadata.js';

const TODAY = '2026-03-05';
const work = {
  title: '缠枝莲',
  category: 'F',
  owner: '绍兴某纺织有限公司',
  completedOn: '2021-02-28',
  firstPublishedOn: '2021-03-01',
  centre: '绍兴柯桥',
};

describe('work metadata', () => {
  it('takes what is in order, with single spaces', () => {
    expect(parseWorkMetadata({ ...work, title: ' 缠枝\t\n 莲 ' }, TODAY)).toEqual({
      ...work,
      title: '缠枝 莲',
    });
  });

  it('fills in what may be missing', () => {
    const { title, category, owner } = work;
    expect(parseWorkMetadata({ title, category, owner }, TODAY)).toEqual({
      title,
      category,
      owner,
      completedOn: null,
      firstPublishedOn: null,
      centre: '',
    });
  });

  it.each([
    ['title', '', 'is empty'],
    ['title', ' \u3000 ', 'is empty'],
    ['title', '花'.repeat(201), 'longer than 200'],
    ['title', 'a\u0000b', 'not text'],
    ['title', 'a\ud800b', 'not text'],
    ['title', undefined, 'is not text'],
    ['category', 'f', 'one letter'],
    ['category', 'FF', 'one letter'],
    ['owner', '', 'is empty'],
    ['owner', 7, 'is not text'],
    ['completedOn', '2021-02-30', 'not a date that exists'],
    ['completedOn', '21-02-03', 'not a date that exists'],
    ['completedOn', '2021-03-02', 'after the first publication'],
    ['firstPublishedOn', '2026-03-06', 'in the future'],
    ['centre', '柯'.repeat(201), 'longer than 200'],
  ])('refuses a %s of %j by name', (field, value, problem) => {
    expect(() => parseWorkMetadata({ ...work, [field]: value }, TODAY)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', field, problem: expect.stringContaining(problem) }),
    );
  });

  it('names every field that is wrong', () => {
    const read = readWorkMetadata({ ...work, title: '', owner: '' }, TODAY);
    expect('problems' in read && read.problems.map(({ field }) => field)).toEqual(['title', 'owner']);
  });

  it('counts characters, not code units', () => {
    expect(parseWorkMetadata({ ...work, title: '𠀀'.repeat(200) }, TODAY).title).toBe('𠀀'.repeat(200));
  });

  it('gives back what it gave once', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, (title, owner) => {
        const first = readWorkMetadata({ ...work, title, owner }, TODAY);
        if ('metadata' in first) expect(parseWorkMetadata(first.metadata, TODAY)).toEqual(first.metadata);
      }),
    );
  });
});

describe('china date', () => {
  it('turns at 16:00 UTC', () => {
    expect(chinaDate(new Date('2026-12-31T15:59:59.999Z'))).toBe('2026-12-31');
    expect(chinaDate(new Date('2026-12-31T16:00:00.000Z'))).toBe('2027-01-01');
  });
});
