import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readTruth } from './truth.js';

describe('the truth of a data set', () => {
  const known = { queries: new Set(['q1', 'q2']), references: new Set(['r1']) };
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'truth-'));
    path = join(folder, 'truth.csv');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(path, text);
    return readTruth(path, known);
  };

  it('names for each query its reference, or that there is none', () => {
    const { rows, blank } = read('query,reference,family,severity\nq1,r1,crop,hard\nq2,,scale,mild\n');
    expect(blank).toBe(false);
    expect(rows).toEqual([
      { query: 'q1', reference: 'r1', family: 'crop', severity: 'hard' },
      { query: 'q2', reference: null, family: 'scale', severity: 'mild' },
    ]);
  });

  it.each([
    ['without references', 'query,reference,family,severity\nq1,,crop,hard\n'],
    ['without their column', 'query\nq1\nq2\n'],
    ['without rows', 'query,reference,family,severity\n'],
  ])('is blank %s', (_what, text) => expect(read(text).blank).toBe(true));

  it.each([
    ['without columns', 'q1,r1\n', 'row 1: there is no column "query"'],
    ['empty', '', 'row 1: there is no column "query"'],
    ['with a query twice', 'query,reference\nq1,r1\nq1,r1\n', 'row 3: query "q1" is listed in row 2 already'],
    ['with a query without a picture', 'query,reference\nq9,r1\n', 'row 2: query "q9" has no picture'],
    ['with an unknown reference', 'query,reference\nq1,r9\n', 'row 2: reference "r9" has no picture'],
  ])('is refused %s, naming file and row', (_what, text, problem) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ field: path }));
    expect(() => read(text)).toThrow(problem);
  });
});
