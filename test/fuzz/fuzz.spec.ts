import { describe, expect, it } from '@jest/globals';
import { readableSeeds } from './targets/pictures.js';
import { runTarget, type FuzzRun } from './run-target.js';
import { targets } from './targets.js';

/** A small, fixed share of what `npm run fuzz` runs. */
const SHARE = { targets: 'test/fuzz/targets.ts', seed: 'share', inputs: 150 };

describe('damaged input', () => {
  it.each(Object.keys(targets))(
    'ends %s with its declared error or well, in time and in bounds',
    async (name) => {
      const { inputs, findings, refused } = await runTarget({ ...SHARE, name });
      expect(findings).toEqual([]);
      expect(inputs).toBe(SHARE.inputs);
      // Some of it still is what it says it is: what is past the first check is reached too.
      expect(refused).toBeLessThan(inputs);
    },
  );

  it('is made of pictures and fingerprints that are read', async () => {
    expect(await readableSeeds()).toEqual({ pictures: 17, fingerprints: 4 });
  });
});

describe('the fuzzer', () => {
  const run = (name: string, more: Partial<FuzzRun> = {}) =>
    runTarget({ targets: 'test/fuzz/faulty-targets.ts', name, seed: '1', inputs: 6, ...more });

  it.each([
    ['undeclared error', 'undeclared error', /TypeError: nobody said/],
    ['broken promise', 'undeclared error', /BrokenPromise: gave what/],
    ['stack overflow', 'undeclared error', /Maximum call stack/],
    ['crash', 'crash', /SIGSEGV/],
    ['hang', 'hang', /no end after/],
    ['too slow', 'too slow', /ms/],
    ['memory', 'memory', /holds \d+ MB/],
  ])('finds %s, with its input, and goes on', async (name, kind, detail) => {
    // A slow input is told from a hanging one by the processor's time, however long it waits for a processor.
    const hangMs = name === 'hang' ? 2_000 : 30_000;
    const { inputs, findings } = await run(name, { maxMb: 700, hangMs });
    expect(findings).toEqual([{ kind, index: 3, detail: expect.stringMatching(detail), input: 'Aw==' }]);
    expect(inputs).toBe(6);
  });

  it('finds memory that is not given back', async () => {
    const { findings } = await run('growth', { inputs: 20_000, growthMb: 16 });
    expect(findings).toMatchObject([{ kind: 'memory growth' }]);
  });
});
