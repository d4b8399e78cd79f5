import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Busy } from '../errors.js';
import { Turns, type TurnsOptions } from './turns.js';

/** Work of many callers on a clock that moves when a test says so. */
function desk(options: Partial<TurnsOptions> = {}) {
  let now = 0;
  const turns = new Turns({
    field: 'check',
    atOnce: 2,
    waitingEach: 3,
    monotonic: () => now,
    ...options,
  });
  const begun: string[] = [];
  const refused: { name: string; error: unknown }[] = [];
  const ends: (() => void)[] = [];
  return {
    turns,
    begun,
    refused,
    /** Offers work called `name`; it ends when `endFirst` says so. */
    offer(caller: string, name: string, forMs = Infinity): void {
      turns
        .run(caller, forMs, () => {
          begun.push(name);
          return new Promise<void>((resolve) => void ends.push(resolve));
        })
        .catch((error: unknown) => refused.push({ name, error }));
    },
    async endFirst(afterMs = 10): Promise<void> {
      await settled();
      now += afterMs;
      ends.shift()?.();
      await settled();
    },
    pass(milliseconds: number): void {
      now += milliseconds;
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('refuse at once, with a time to come again, what finds its line full, and go on', async () => {
    const { turns, offer, begun, refused, endFirst } = desk();
    for (let place = 0; place < 8; place += 1) offer('zhejiang', `z${place}`);
    await settled();
    expect(begun).toEqual(['z0', 'z1']);
    expect(turns.state).toEqual({ running: 2, waiting: 3, atOnce: 2 });
    expect(refused.map(({ name }) => name)).toEqual(['z5', 'z6', 'z7']);
    for (const { error } of refused) {
      expect(error).toBeInstanceOf(Busy);
      expect(error).toMatchObject({ code: 'TOO_MANY', field: 'check', retryAfterMs: 100 });
    }
    for (let place = 0; place < 5; place += 1) await endFirst();
    expect(begun).toEqual(['z0', 'z1', 'z2', 'z3', 'z4']);
    expect(turns.state).toEqual({ running: 0, waiting: 0, atOnce: 2 });
  });

  it("let another province's work in after one piece of a flood", async () => {
    const { offer, begun, refused, endFirst } = desk({ atOnce: 1, waitingEach: 50 });
    for (let place = 0; place < 51; place += 1) offer('zhejiang', `z${place}`);
    offer('shandong', 's0');
    offer('shandong', 's1');
    offer('jiangsu', 'j0');
    await settled();
    for (let place = 0; place < 7; place += 1) await endFirst();
    expect(refused).toEqual([]);
    expect(begun.slice(0, 7)).toEqual(['z0', 'z1', 's0', 'j0', 'z2', 's1', 'z3']);
  });

  it('refuse at once what its turn would reach too late at the pace of late, and take what does not have to wait', async () => {
    const { turns, offer, begun, refused, endFirst } = desk({ atOnce: 1, waitingEach: 10 });
    offer('zhejiang', 'first');
    await endFirst(1_000);
    offer('zhejiang', 'second', 10);
    offer('zhejiang', 'patient', 10_000);
    offer('zhejiang', 'hasty', 3_000);
    offer('shandong', 'other', 3_900);
    await settled();
    expect(begun).toEqual(['first', 'second']);
    expect(refused.map(({ name }) => name)).toEqual(['hasty', 'other']);
    expect(refused[0]?.error).toMatchObject({ retryAfterMs: 2_000 });
    expect(() => turns.admit('shandong', 3_900)).toThrow(Busy);
    expect(() => turns.admit('shandong', 8_000)).not.toThrow();
  });

  it('do not begin what has waited past its time', async () => {
    const { offer, begun, refused, endFirst, pass } = desk({ atOnce: 1 });
    offer('zhejiang', 'running');
    offer('shandong', 'late', 100);
    offer('jiangsu', 'patient');
    await settled();
    pass(200);
    await endFirst();
    expect(begun).toEqual(['running', 'patient']);
    expect(refused.map(({ name }) => name)).toEqual(['late']);
  });

  it('run fewer at once while work is refused further on, and more again when it goes well', async () => {
    const { turns, offer, endFirst } = desk({ atOnce: 10, atLeast: 4 });
    for (let press = 0; press < 20; press += 1) {
      turns.narrow();
      offer('zhejiang', 'work');
      await endFirst();
    }
    expect(turns.state.atOnce).toBe(4);
    for (let well = 0; well < 100; well += 1) turns.widen();
    expect(turns.state.atOnce).toBe(10);
  });

  it('never run or hold more than they may, whoever comes in whatever order, and end every piece', async () => {
    const caller = fc.constantFrom('zhejiang', 'shandong', 'jiangsu', 'guangdong');
    const step = fc.oneof(caller, fc.constant(null));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { turns, offer, begun, refused, endFirst } = desk();
        let offered = 0;
        for (const one of steps) {
          if (one === null) await endFirst();
          else offer(one, `${offered++}`);
          const { running, waiting } = turns.state;
          expect(running).toBeLessThanOrEqual(2);
          expect(waiting).toBeLessThanOrEqual(4 * 3);
        }
        for (let place = 0; place <= offered; place += 1) await endFirst();
        await settled();
        expect(begun.length + refused.length).toBe(offered);
        expect(turns.state).toMatchObject({ running: 0, waiting: 0 });
      }),
      { numRuns: 200 },
    );
  });
});
