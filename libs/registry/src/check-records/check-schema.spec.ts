import { describe, expect, it } from '@jest/globals';
import { checkSchema } from './check-schema.js';

const at = '2026-01-05T08:00:00.000Z';
const digest = `sha256:${'0'.repeat(64)}`;
const id = '6f1c1d0e-5a52-4d0e-9a55-0f7a3b0f9a01';

describe('the written form of a check', () => {
  it('of before candidates were verified is still read, and says that nothing was', () => {
    const kept = checkSchema.parse({
      checkId: id,
      asker: 'zhejiang',
      askedAt: at,
      finishedAt: at,
      picture: { digest, width: 1, height: 1 },
      verdict: 'DUPLICATE',
      complete: true,
      candidates: [
        {
          registrationId: id,
          patternId: id,
          state: 'registered',
          score: 0.97,
          province: 'jiangsu',
          registrationNumber: null,
          title: null,
          category: null,
          registeredOn: null,
          centre: null,
          owner: null,
          pictures: null,
          verdict: 'DUPLICATE',
        },
      ],
      coverage: [],
      coordinator: 'AGREES',
      calibration: { modelDigest: digest, duplicateAt: 0.93, suspectedAt: 0.89 },
      epoch: 1,
      evidence: { questionJws: '', resultJws: null, answers: [] },
    });
    expect(kept.candidates[0]).toMatchObject({ verdict: 'DUPLICATE', rarity: null, transformWords: null });
    expect(kept.calibration).toMatchObject({ id: 'cal-0', duplicateAt: 0.93, background: [] });
  });
});
