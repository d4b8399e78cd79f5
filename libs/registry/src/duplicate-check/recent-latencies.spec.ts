import { describe, expect, it } from '@jest/globals';
import { RecentLatencies } from './recent-latencies.js';

describe('how long a member takes of late', () => {
  it('is not known from fewer than 20 calls, and then what 95 of 100 took at most', () => {
    const latencies = new RecentLatencies();
    for (let call = 1; call < 20; call += 1) latencies.note(call);
    expect(latencies.p95).toBeNull();
    latencies.note(20);
    expect(latencies.p95).toBe(19);
    for (let call = 1; call <= 100; call += 1) latencies.note(call);
    expect(latencies.p95).toBeLessThanOrEqual(96);
  });

  it('forgets what was long ago', () => {
    const latencies = new RecentLatencies();
    for (let call = 0; call < 128; call += 1) latencies.note(5_000);
    for (let call = 0; call < 128; call += 1) latencies.note(10);
    expect(latencies.p95).toBe(10);
  });
});
