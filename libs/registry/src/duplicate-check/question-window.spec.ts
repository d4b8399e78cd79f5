import { describe, expect, it } from '@jest/globals';
import { QuestionWindow } from './question-window.js';

/** Lets in as many as may enter at once; how many that were. */
async function fill(window: QuestionWindow): Promise<number> {
  let entered = 0;
  for (let more = 0; more < 200; more += 1) void window.enter().then(() => (entered += 1));
  await new Promise(setImmediate);
  return entered;
}

describe('the window of open questions', () => {
  it('begins with two', async () => {
    expect(await fill(new QuestionWindow())).toBe(2);
  });

  it('lets one more in with each answer that comes soon, up to 128', async () => {
    const window = new QuestionWindow();
    for (let answer = 0; answer < 200; answer += 1) {
      await window.enter();
      window.leave(0.02);
    }
    expect(await fill(window)).toBe(128);
  });

  it('lets half as many in with each that is late, and always one', async () => {
    const window = new QuestionWindow();
    const sizes = [0.02, 0.02, 0.2, 1.2, 0.9].map((share) => {
      void window.enter();
      window.leave(share);
      return window.size;
    });
    expect(sizes).toEqual([3, 4, 2, 1, 1]);
    expect(await fill(window)).toBe(1);
  });

  it('stays as it is when answers come neither soon nor late, and lets the next in', async () => {
    const window = new QuestionWindow();
    let entered = 0;
    for (let more = 0; more < 10; more += 1) void window.enter().then(() => (entered += 1));
    for (let answer = 0; answer < 3; answer += 1) window.leave(0.1);
    await new Promise(setImmediate);
    expect([window.size, entered]).toEqual([2, 5]);
  });
});
