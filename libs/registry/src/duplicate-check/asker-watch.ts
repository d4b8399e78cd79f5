import type { ProvinceId } from '../province.js';
import type { Clock } from './ports.js';
import type { Question } from './statements.js';
import { sketchBits, Sketcher, type Sketch } from './sketch.js';

/** What is looked back on, in milliseconds. */
const WINDOW_MS = 3_600_000;
const BUCKET_MS = 60_000;
/** SWEEP: at least so many questions in an hour, of which fewer than one in so many are for an application. */
const SWEEP_QUESTIONS = 500;
const SWEEP_SHARE = 10;
/** WALK: at least so many questions in an hour that lie a step from one asked before: 1 to so many of 64 bits apart. */
const WALK_QUESTIONS = 50;
const STEP_BITS = 6;
/** Sketches kept of one asker. */
const MAX_SKETCHES = 256;

/**
 * Why questions look like harvesting. SWEEP: far more questions than applications. WALK: pictures that creep, each almost the one
 * before, as if somebody felt for what a registry holds.
 */
export const HARVEST_RULES = ['SWEEP', 'WALK'] as const;

export type HarvestRule = (typeof HARVEST_RULES)[number];

/** A suspicion, with the figures of the last hour that it rests on. */
export interface HarvestAlarm {
  readonly asker: ProvinceId;
  readonly rule: HarvestRule;
  readonly questions: number;
  readonly applications: number;
  readonly steps: number;
}

/** What one province asked here. */
export interface AskerState {
  readonly province: ProvinceId;
  /** In the last hour. */
  readonly questions: number;
  /** Since the start. */
  readonly overQuota: number;
  /** Since the start. */
  readonly alarms: number;
}

/** Questions of one member that were answered before this process began. */
export interface AskedBefore {
  readonly asker: ProvinceId;
  /** Since the epoch. */
  readonly minute: number;
  readonly questions: number;
}

interface Asker {
  readonly buckets: Map<number, { questions: number; applications: number; steps: number }>;
  sketches: Sketch[];
  overQuota: number;
  alarms: number;
  readonly alarmedAt: Map<HarvestRule, number>;
}

/**
 * Counts what each province asks of this one: no more than its quota an hour, and an alarm where it looks like harvesting. Of a
 * fingerprint 64 bits are kept for at most an hour, drawn by planes that nobody else knows; they say how near two are, and nothing else.
 */
export class AskerWatch {
  private readonly askers = new Map<ProvinceId, Asker>();
  private readonly sketcher: Sketcher;

  /**
   * @param perHour questions that one province may ask in an hour
   * @param secret draws the planes
   * @param warn told of every alarm
   */
  constructor(
    private readonly clock: Clock,
    private readonly perHour: number,
    secret: string,
    private readonly warn: (alarm: HarvestAlarm) => void = () => undefined,
  ) {
    this.sketcher = new Sketcher(secret);
  }

  /** Takes a question of a member: false if its quota is used up, and what is suspected since just now. */
  take(
    { asker, excluding }: Pick<Question, 'asker' | 'excluding'>,
    embedding: Float32Array,
  ): { readonly taken: boolean; readonly alarms: readonly HarvestAlarm[] } {
    const now = this.clock.now().getTime();
    const of = this.askerOf(asker, now);
    if (sum(of).questions >= this.perHour) {
      of.overQuota += 1;
      return { taken: false, alarms: [] };
    }
    const minute = Math.floor(now / BUCKET_MS);
    const bucket = of.buckets.get(minute) ?? { questions: 0, applications: 0, steps: 0 };
    of.buckets.set(minute, bucket);
    bucket.questions += 1;
    if (excluding !== undefined) bucket.applications += 1;
    const sketch = this.sketcher.of(embedding, minute);
    if (of.sketches.some((one) => isStep(sketchBits(one, sketch)))) bucket.steps += 1;
    of.sketches = [...of.sketches, sketch].slice(-MAX_SKETCHES);
    return { taken: true, alarms: this.suspect(asker, of, now) };
  }

  /**
   * What was answered before this process began counts in the quotas. Its fingerprints are nowhere, and for which applications it was
   * is not known: no alarm is raised by it.
   * @param own the province of this node, whose questions nobody counts
   */
  remember(before: readonly AskedBefore[], own: ProvinceId): void {
    const now = this.clock.now().getTime();
    for (const { asker, minute, questions } of before)
      if (asker !== own)
        this.askerOf(asker, now).buckets.set(minute, { questions, applications: questions, steps: 0 });
  }

  /** When the hour began that quotas look back on. */
  get since(): Date {
    return new Date(this.clock.now().getTime() - WINDOW_MS);
  }

  /** Of every province that has asked, by name. */
  get state(): readonly AskerState[] {
    const now = this.clock.now().getTime();
    return [...this.askers.keys()].sort().map((province) => {
      const of = this.askerOf(province, now);
      return { province, questions: sum(of).questions, overQuota: of.overQuota, alarms: of.alarms };
    });
  }

  private suspect(asker: ProvinceId, of: Asker, now: number): HarvestAlarm[] {
    const { questions, applications, steps } = sum(of);
    const suspected: Record<HarvestRule, boolean> = {
      SWEEP: questions >= SWEEP_QUESTIONS && applications * SWEEP_SHARE < questions,
      WALK: steps >= WALK_QUESTIONS,
    };
    return HARVEST_RULES.flatMap((rule) => {
      // By the distance: a clock that was set back must not silence an alarm.
      if (!suspected[rule] || Math.abs(now - (of.alarmedAt.get(rule) ?? -Infinity)) < WINDOW_MS) return [];
      of.alarmedAt.set(rule, now);
      of.alarms += 1;
      const alarm = { asker, rule, questions, applications, steps };
      this.warn(alarm);
      return alarm;
    });
  }

  /** Only members get here, so these are few. */
  private askerOf(province: ProvinceId, now: number): Asker {
    const found = this.askers.get(province);
    const of: Asker = found ?? {
      buckets: new Map(),
      sketches: [],
      overQuota: 0,
      alarms: 0,
      alarmedAt: new Map(),
    };
    if (!found) this.askers.set(province, of);
    const oldest = Math.floor((now - WINDOW_MS) / BUCKET_MS);
    for (const minute of of.buckets.keys()) if (minute <= oldest) of.buckets.delete(minute);
    bringBack(of.buckets, Math.floor(now / BUCKET_MS));
    of.sketches = of.sketches.filter(({ minute }) => minute > oldest);
    return of;
  }
}

/** What was asked before the clock was set back counts as asked now: it is neither forgotten nor kept for longer than the hour. */
function bringBack(buckets: Asker['buckets'], now: number): void {
  for (const [minute, ahead] of buckets) {
    if (minute <= now) continue;
    const { questions, applications, steps } = buckets.get(now) ?? {
      questions: 0,
      applications: 0,
      steps: 0,
    };
    buckets.set(now, {
      questions: questions + ahead.questions,
      applications: applications + ahead.applications,
      steps: steps + ahead.steps,
    });
    buckets.delete(minute);
  }
}

function isStep(bits: number): boolean {
  return bits >= 1 && bits <= STEP_BITS;
}

function sum({ buckets }: Asker): { questions: number; applications: number; steps: number } {
  const total = { questions: 0, applications: 0, steps: 0 };
  for (const { questions, applications, steps } of buckets.values()) {
    total.questions += questions;
    total.applications += applications;
    total.steps += steps;
  }
  return total;
}
