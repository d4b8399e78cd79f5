import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, TraceFlags, trace, type Context } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { BoundedSampler } from './bounded-sampler.js';

const elsewhere = (traceFlags: TraceFlags, isRemote = true): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    traceFlags,
    isRemote,
  });

function sampled(sampler: BoundedSampler, parent: Context, times: number): number {
  const id = (at: number) => at.toString(16).padStart(8, '0').repeat(4);
  return Array.from({ length: times }, (_, at) => sampler.shouldSample(parent, id(at * 7_919 + 1))).filter(
    ({ decision }) => decision === SamplingDecision.RECORD_AND_SAMPLED,
  ).length;
}

describe('which traces are recorded', () => {
  it('is bounded in a second, whoever begins them', () => {
    let now = 0;
    const sampler = new BoundedSampler(1, () => now);
    expect(sampled(sampler, elsewhere(TraceFlags.SAMPLED), 1_000)).toBe(25);
    expect(sampled(sampler, ROOT_CONTEXT, 1_000)).toBe(0);
    now += 200;
    expect(sampled(sampler, ROOT_CONTEXT, 1_000)).toBe(5);
    now += 60_000;
    expect(sampled(sampler, ROOT_CONTEXT, 1_000)).toBe(25);
  });

  it('follows who began one, and leaves nothing out within it', () => {
    const sampler = new BoundedSampler(1, () => 0);
    expect(sampled(sampler, elsewhere(TraceFlags.NONE), 10)).toBe(0);
    expect(sampled(sampler, elsewhere(TraceFlags.SAMPLED, false), 1_000)).toBe(1_000);
    expect(sampled(sampler, elsewhere(TraceFlags.NONE, false), 10)).toBe(0);
  });

  it('is a share of what begins here', () => {
    expect(sampled(new BoundedSampler(0, () => 0), ROOT_CONTEXT, 100)).toBe(0);
    expect(sampled(new BoundedSampler(0, () => 0), elsewhere(TraceFlags.SAMPLED), 10)).toBe(10);
  });
});
