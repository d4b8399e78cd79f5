import { z } from 'zod';

/** To whom a market finding is handed on: a court, the copyright bureau's enforcement team, or another authority. */
export const AUTHORITIES = ['court', 'enforcement', 'other'] as const;
/** What an authority came to; "not-taken-up" where it refused to take the matter up. */
export const MARKET_RESULTS = [
  'infringement',
  'no-infringement',
  'settled',
  'not-taken-up',
  'other',
] as const;
/** "found" until it is handed on, "handed-on" while an authority's outcome is missing, then "concluded". */
export const MARKET_STATES = ['found', 'handed-on', 'concluded'] as const;

export type MarketState = (typeof MARKET_STATES)[number];

const kept = {
  stepId: z.uuid(),
  /** User name. */
  by: z.string(),
  /** RFC 3339 with milliseconds. */
  at: z.string(),
  /** Up to 1,000 characters; kept here, and committed to in the log. */
  remark: z.string(),
};

const foundSchema = z.strictObject({
  ...kept,
  step: z.literal('found'),
  /** ISO 8601 date on which the sample was seen. */
  foundOn: z.string(),
});

const handedOnSchema = z.strictObject({
  ...kept,
  step: z.literal('handed-on'),
  authority: z.enum(AUTHORITIES),
  /** What the authority is called. */
  name: z.string(),
  /** ISO 8601 date. */
  handedOn: z.string(),
  /** SHA-256 of the evidence bundle that went with it. */
  evidenceDigest: z.string(),
});

const outcomeSchema = z.strictObject({
  ...kept,
  step: z.literal('outcome'),
  /** The handing on that it answers: its step id. */
  answers: z.uuid(),
  result: z.enum(MARKET_RESULTS),
  /** ISO 8601 date on which the authority came to it. */
  decidedOn: z.string(),
  /** Number of the authority's file. */
  reference: z.string(),
});

/** One step of a market finding, as it is kept. */
export const marketStepSchema = z.discriminatedUnion('step', [foundSchema, handedOnSchema, outcomeSchema]);

export type MarketStep = z.infer<typeof marketStepSchema>;
export type HandedOn = z.infer<typeof handedOnSchema>;

/** An infringement that was found in the market: a photographed sample shows a registered work. It is changed by further steps only. */
export interface MarketFinding {
  readonly findingId: string;
  /** The check of the photographed sample. */
  readonly checkId: string;
  /** The registration that the sample infringes, and its province. */
  readonly registrationId: string;
  readonly province: string;
  /** In the order in which they were taken; the first is "found". At most MOST_MARKET_STEPS. */
  readonly steps: readonly MarketStep[];
}

/** Most steps of one market finding. */
export const MOST_MARKET_STEPS = 64;

/** Where it stands after these steps. */
export function marketStateOf(steps: readonly MarketStep[]): MarketState {
  const handed = handedOnsOf(steps);
  if (handed.length === 0) return 'found';
  return handed.every(({ stepId }) => answered(steps, stepId)) ? 'concluded' : 'handed-on';
}

/** To whom it was handed on, in that order. */
export function handedOnsOf(steps: readonly MarketStep[]): HandedOn[] {
  return steps.flatMap((step) => (step.step === 'handed-on' ? [step] : []));
}

/**
 * What a step says in words, which its entry of the log commits to: the authority's name or the number of its file, where there is one, and
 * the remark, each on a line of its own.
 */
export function wordsOfMarketStep(step: MarketStep): string {
  switch (step.step) {
    case 'found':
      return step.remark;
    case 'handed-on':
      return `${step.name}\n${step.remark}`;
    case 'outcome':
      return `${step.reference}\n${step.remark}`;
  }
}

function answered(steps: readonly MarketStep[], stepId: string): boolean {
  return steps.some((step) => step.step === 'outcome' && step.answers === stepId);
}
