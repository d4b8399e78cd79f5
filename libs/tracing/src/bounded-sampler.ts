import { TraceFlags, isSpanContextValid, trace, type Context } from '@opentelemetry/api';
import {
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';

/** Traces that one process begins or joins in a second, and at once after a quiet second. */
const MOST_A_SECOND = 25;

/**
 * What begins here is traced by this process' own ratio. What begins elsewhere is traced only if it is there, which its `traceparent` says;
 * of both together no more than a fixed number a second, so that whoever calls can neither force traces nor fill the queue with them.
 * Inside a trace nothing is left out.
 */
export class BoundedSampler implements Sampler {
  private readonly own: TraceIdRatioBasedSampler;
  private left = MOST_A_SECOND;
  private filledAt: number;

  /**
   * @param ratio 0 to 1
   * @param monotonic milliseconds
   */
  constructor(
    private readonly ratio: number,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.own = new TraceIdRatioBasedSampler(ratio);
    this.filledAt = monotonic();
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const parent = trace.getSpanContext(context);
    if (!parent || !isSpanContextValid(parent)) {
      const wanted = this.own.shouldSample(context, traceId);
      return decide(wanted.decision === SamplingDecision.RECORD_AND_SAMPLED && this.take());
    }
    const sampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    return decide(sampled && (parent.isRemote !== true || this.take()));
  }

  toString(): string {
    return `BoundedSampler{${this.ratio}, ${MOST_A_SECOND}/s}`;
  }

  private take(): boolean {
    const now = this.monotonic();
    this.left = Math.min(MOST_A_SECOND, this.left + ((now - this.filledAt) / 1_000) * MOST_A_SECOND);
    this.filledAt = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

function decide(sampled: boolean): SamplingResult {
  return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
}
