import { describe, expect, it } from '@jest/globals';
import type { Silence } from '../outcomes.js';
import { Breaker } from './breaker.js';

/** A member that is up or down, on a clock of its own. */
function member() {
  let now = 0;
  let timers: { at: number; work: () => void }[] = [];
  const state = { up: true, heldUp: false, probes: 0 };
  const breaker = new Breaker({
    probe: async () => {
      state.probes += 1;
      if (state.heldUp) return 'unknown';
      return state.up ? 'answers' : 'silent';
    },
    now: () => new Date(now),
    later(work, milliseconds) {
      const timer = { at: now + milliseconds, work };
      timers.push(timer);
      return () => (timers = timers.filter((one) => one !== timer));
    },
  });
  const turn = async () => {
    for (let look = 0; look < 20; look += 1) await Promise.resolve();
  };
  return {
    state,
    breaker,
    /** Lets time pass, timer by timer. */
    async pass(milliseconds: number) {
      const until = now + milliseconds;
      await turn();
      for (;;) {
        const next = timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
        if (!next) break;
        now = next.at;
        timers = timers.filter((one) => one !== next);
        next.work();
        await turn();
      }
      now = until;
    },
    ask: (given: 'answer' | Silence) =>
      breaker.run(
        async () => given,
        (one) => (one === 'answer' ? null : one),
      ),
    hang: () => {
      let answer: (value: 'answer') => void = () => undefined;
      const call = breaker.run(
        () => new Promise<'answer'>((resolve) => (answer = resolve)),
        () => null,
      );
      return { call, answer: () => answer('answer') };
    },
  };
}

const unreachable: Silence = { kind: 'none', outcome: 'UNREACHABLE', detail: 'connect ECONNREFUSED' };

describe("a member's breaker", () => {
  it('lets calls through while the member answers', async () => {
    const { ask, state } = member();
    for (let call = 0; call < 5; call += 1) expect(await ask('answer')).toBe('answer');
    expect(state.probes).toBe(0);
  });

  it('opens within 3 s of the first failure, says so and why, and closes when the member is back', async () => {
    const { ask, pass, state } = member();
    state.up = false;
    expect(await ask(unreachable)).toEqual(unreachable);
    await pass(3_000);
    expect(await ask('answer')).toMatchObject({
      kind: 'none',
      outcome: 'BREAKER_OPEN',
      detail: 'not asked: it has not answered since 1970-01-01T00:00:00.000Z (connect ECONNREFUSED)',
    });
    state.up = true;
    await pass(2_000);
    expect(await ask('answer')).toBe('answer');
  });

  it('opens while a call hangs, and leaves that call to its own deadline', async () => {
    const { ask, hang, pass, state } = member();
    state.up = false;
    const hung = hang();
    await pass(2_999);
    expect(await ask('answer')).toMatchObject({ outcome: 'BREAKER_OPEN' });
    hung.answer();
    expect(await hung.call).toBe('answer');
    // Which says that it is back.
    expect(await ask('answer')).toBe('answer');
  });

  it('leaves a member that is only slow, or that refuses, alone', async () => {
    const { ask, hang, pass, state } = member();
    const slow = hang();
    await pass(60_000);
    expect(await ask('answer')).toBe('answer');
    slow.answer();
    await slow.call;
    await ask({ kind: 'none', outcome: 'REFUSED', detail: 'WRONG_EPOCH' });
    await pass(10_000);
    expect(await ask('answer')).toBe('answer');
    expect(state.probes).toBe(1);
  });

  it('stays closed for a member that answers another call meanwhile', async () => {
    const { ask, pass, state } = member();
    state.up = false;
    await ask(unreachable);
    await ask('answer');
    await pass(3_000);
    expect(await ask('answer')).toBe('answer');
  });

  it('neither opens nor closes by a probe that says nothing', async () => {
    const { ask, pass, state } = member();
    Object.assign(state, { up: false, heldUp: true });
    await ask(unreachable);
    await pass(5_000);
    expect(await ask('answer')).toBe('answer');
    state.heldUp = false;
    await ask(unreachable);
    await pass(3_000);
    state.heldUp = true;
    await pass(10_000);
    expect(await ask('answer')).toMatchObject({ outcome: 'BREAKER_OPEN' });
  });

  it('stays closed after one failed probe, and open after a failed look', async () => {
    const { ask, pass, state } = member();
    state.up = false;
    await ask(unreachable);
    await pass(100);
    state.up = true;
    await pass(1_000);
    expect(await ask('answer')).toBe('answer');
    state.up = false;
    await ask(unreachable);
    await pass(30_000);
    expect(await ask('answer')).toMatchObject({ outcome: 'BREAKER_OPEN' });
  });

  it('probes no more once it is closed for good', async () => {
    const { ask, breaker, pass, state } = member();
    state.up = false;
    await ask(unreachable);
    await pass(3_000);
    breaker.close();
    const { probes } = state;
    await pass(60_000);
    expect(state.probes).toBe(probes);
  });
});
