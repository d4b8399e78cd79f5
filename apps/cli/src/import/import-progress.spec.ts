import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { showProgress, type ImportCounts } from './import-progress.js';

describe('progress of an import', () => {
  it('is a line every five seconds where there is no terminal, with rate and remaining time', () => {
    const output = new PassThrough();
    const counts: ImportCounts = { imported: 0, updated: 0, unchanged: 0, rejected: 0 };
    let time = 0;
    const progress = showProgress(output, 1000, () => time);
    for (let row = 0; row < 600; row += 1) {
      time += row < 300 ? 10 : 100;
      if (row % 100 === 99) counts.rejected += 1;
      else counts.unchanged += 1;
      progress.advance(counts);
    }
    progress.close();
    const lines = String(output.read()).trim().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('320/1000 rows, 64/s | 11 s left, 3 rejected');
    expect(lines.at(-1)).toBe('570/1000 rows, 10/s | 43 s left, 5 rejected');
  });
});
