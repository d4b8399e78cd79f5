import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { fileApplication, RegistryError, type Fingerprinter } from '#libs/registry';
import { pino } from 'pino';
import { z } from 'zod';
import {
  RefingerprintRunner,
  type RefingerprintRunnerDeps,
} from '../../apps/province-node/src/refingerprinting/refingerprint-runner.js';
import { createFakeDesk, type FakeDesk } from '../fakes/registration-desk.js';

const NEXT = `sha256:${'1'.repeat(64)}`;
const actor = { kind: 'program', name: 'test' } as const;
const metadata = { title: '缠枝莲', category: 'F', owner: '某某', completedOn: '2026-01-02', centre: '' };
const lineSchema = z.looseObject({ msg: z.string() });

async function deskWith(pictures: number): Promise<FakeDesk> {
  const desk = createFakeDesk();
  for (let number = 0; number < pictures; number += 1)
    await fileApplication(desk, { picture: Buffer.from(`picture ${number}`), metadata, actor });
  return desk;
}

/** A runner over this desk whose waits take no time; the waits of at least 10 s are kept. */
function runnerOf(desk: FakeDesk, fingerprinter: RefingerprintRunnerDeps['fingerprinter']) {
  const lines: z.infer<typeof lineSchema>[] = [];
  const pauses: number[] = [];
  const runner = new RefingerprintRunner({
    ...desk,
    actor,
    fingerprinter,
    logger: pino({}, { write: (line: string) => void lines.push(lineSchema.parse(JSON.parse(line))) }),
    wait: async (milliseconds, signal) => {
      if (milliseconds >= 10_000) pauses.push(milliseconds);
      await turn();
      // The hour until the next look does not pass in a test.
      if (milliseconds > 60_000 && !signal.aborted)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  });
  return { runner, lines, pauses };
}

/** Takes what the desk's takes, of the next model, unless `refusal` says otherwise. */
function next(
  desk: FakeDesk,
  refusal: (text: string) => RegistryError | undefined = () => undefined,
): Fingerprinter {
  return {
    modelDigest: NEXT,
    async fingerprint(picture) {
      const refused = refusal(Buffer.from(picture).toString());
      if (refused) throw refused;
      const { pattern, fingerprint } = await desk.fingerprinter.fingerprint(picture);
      return { pattern, fingerprint: { ...fingerprint, modelDigest: NEXT } };
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; look < 10_000 && !holds(); look += 1) await turn();
  expect(holds()).toBe(true);
}

describe('making fingerprints in the background', () => {
  it('makes all that are missing, counts them, and rests an hour', async () => {
    const desk = await deskWith(30);
    const { runner, lines, pauses } = runnerOf(desk, { ...next(desk), busy: false });
    runner.start();
    await until(() => pauses.length > 0);
    expect(runner.progress).toEqual({ running: false, made: 30, failed: 0 });
    expect(await desk.registry.patternsWithout(NEXT, null, 10)).toEqual([]);
    expect(lines.map(({ msg }) => msg)).toEqual(['every registration has a fingerprint of this version']);
    expect(pauses).toEqual([3_600_000]);
    await runner.stop();
  });

  it('names at most 20 pictures that are not fit any more, counts them all, and does not come back to them at once', async () => {
    const desk = await deskWith(40);
    let looked = 0;
    const unfit = (): RegistryError => {
      looked += 1;
      return new RegistryError('UNFIT_PICTURE', 'picture', 'has one colour', 'send the pattern');
    };
    const { runner, lines, pauses } = runnerOf(desk, { ...next(desk, unfit), busy: false });
    runner.start();
    await until(() => pauses.length > 0);
    expect(looked).toBe(40);
    expect(runner.progress).toEqual({ running: false, made: 0, failed: 40 });
    expect(lines).toHaveLength(21);
    expect(lines[0]).toMatchObject({ problem: expect.stringContaining('has one colour') });
    expect(lines.at(-1)).toMatchObject({
      msg: 'some registrations cannot be searched in this version',
      failed: 40,
    });
    await runner.stop();
  });

  it('takes a pass that broke off up again after a while', async () => {
    const desk = await deskWith(5);
    let full = true;
    const refusal = (text: string): RegistryError | undefined => {
      if (!full || text !== 'picture 3') return undefined;
      full = false;
      return new RegistryError('TOO_MANY', 'picture', 'are many', 'wait');
    };
    const { runner, pauses } = runnerOf(desk, { ...next(desk, refusal), busy: false });
    runner.start();
    await until(() => pauses.length > 1);
    expect(pauses).toEqual([10_000, 3_600_000]);
    expect(await desk.registry.patternsWithout(NEXT, null, 10)).toEqual([]);
    await runner.stop();
  });

  it('gives way while people use the fingerprinter, but not for ever, and stops when told to', async () => {
    const desk = await deskWith(3);
    let looks = 0;
    const fingerprinter = {
      ...next(desk),
      get busy() {
        looks += 1;
        return true;
      },
    };
    const { runner } = runnerOf(desk, fingerprinter);
    runner.start();
    await until(() => runner.progress.made === 1);
    expect(looks).toBeGreaterThanOrEqual(40);
    await runner.stop();
    expect(runner.progress.made).toBeLessThan(3);
  });
});
