import { describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { mapAhead } from './map-ahead.js';

async function* count(to: number, taken: { items: number } = { items: 0 }) {
  for (let item = 0; item < to; item += 1) {
    taken.items += 1;
    yield item;
  }
}

describe('mapAhead', () => {
  it('keeps the order and never works on more than it may', async () => {
    let now = 0;
    let most = 0;
    const results: number[] = [];
    const work = async (item: number) => {
      most = Math.max(most, (now += 1));
      await pause((item * 7) % 5);
      now -= 1;
      return item;
    };
    for await (const item of mapAhead(count(50), 4, work)) results.push(item);
    expect(results).toEqual([...Array(50).keys()]);
    expect(most).toBe(4);
  });

  it('takes nothing from the source while results wait', async () => {
    const taken = { items: 0 };
    const results = mapAhead(count(1000, taken), 3, async (item) => item);
    await results.next();
    await pause(20);
    expect(taken.items).toBe(3);
    await results.return();
    expect(taken.items).toBe(3);
  });

  it('fails where a piece of work failed, after what came before it, and waits for the rest', async () => {
    const seen: number[] = [];
    let open = 0;
    const work = async (item: number) => {
      open += 1;
      await pause(item === 2 ? 1 : 10);
      open -= 1;
      if (item === 2) throw new Error('item 2');
      return item;
    };
    const all = async () => {
      for await (const item of mapAhead(count(10), 4, work)) seen.push(item);
    };
    await expect(all()).rejects.toThrow('item 2');
    expect(seen).toEqual([0, 1]);
    expect(open).toBe(0);
  });
});
