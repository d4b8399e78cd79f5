import type { Actor, AuditEvent, AuditLog } from '../audit.js';
import { commitTo } from '../audit-events/commitment.js';
import type { CheckStore } from '../check-records/ports.js';
import { decisionInForce } from '../decision/check-decision.js';
import type { DecisionStore } from '../decision/ports.js';
import type { ShownCandidate } from '../duplicate-check/check.js';
import type { Clock, Digest, Random } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { chinaDate, isRealDate } from '../registration/civil-date.js';
import { parseLine } from '../registration/parse-line.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import {
  handedOnsOf,
  wordsOfMarketStep,
  type HandedOn,
  type MarketFinding,
  type MarketStep,
} from './market-finding.js';
import type { MarketFindingStore, MarketStepTerms } from './ports.js';

const MOST_REMARK = 1_000;
const MOST_NAME = 200;
const MOST_REFERENCE = 100;
/** Most bytes of a bundle that is handed on and kept. */
const MOST_EVIDENCE_BYTES = 16 * 1_024 * 1_024;

/** What market findings are settled with. */
export interface MarketDesk {
  readonly market: MarketFindingStore;
  readonly checks: Pick<CheckStore, 'find'>;
  readonly decisions: Pick<DecisionStore, 'ofCheck'>;
  /** The bundle of a check for an authority: it opens what the log commits to about the picture. That it was given is in the log. */
  readonly evidenceFor: (checkId: string, actor: Actor) => Promise<Uint8Array>;
  /** For what was refused. */
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
}

/** An infringement to be noted. */
export interface NewMarketFinding {
  /** The check of the photographed sample, and the match that it infringes: of any province. */
  readonly checkId: string;
  readonly registrationId: string;
  /** ISO 8601 date on which the sample was seen. */
  readonly foundOn: string;
  /** Where it was found, and what it was. */
  readonly remark: string;
  readonly actor: Actor;
}

/**
 * Notes an infringement that was found in the market.
 * @throws RegistryError NOT_FOUND for a check or a candidate that is not there; INVALID_INPUT for a candidate that is no match, a day that
 *   is none or to come, or a remark that is none; CONFLICT if it was noted already
 */
export function openMarketFinding(desk: MarketDesk, wanted: NewMarketFinding): Promise<string> {
  const { checkId, registrationId, actor } = wanted;
  return recordingRefusal(desk, { type: 'market-finding.opened', actor, subject: null }, async () => {
    const { province } = await matchOf(desk, checkId, registrationId);
    const step = {
      ...stepBy(desk, actor),
      step: 'found',
      foundOn: parseDay(desk, wanted.foundOn, 'foundOn', '1900-01-01'),
      remark: parseLine(wanted.remark, 'remark', MOST_REMARK),
    } as const;
    const findingId = desk.random.uuid();
    const about = { checkId, registrationId, province };
    const terms = termsOf(desk, step, (reasonCommitment) => ({
      ...entryHead(step, actor, findingId),
      type: 'market-finding.opened',
      details: { ...about, foundOn: step.foundOn, reasonCommitment },
    }));
    await desk.market.open({ findingId, ...about, steps: [step] }, terms);
    return findingId;
  });
}

/** To whom a finding is handed on. */
export interface HandingOn extends Pick<HandedOn, 'authority' | 'name' | 'handedOn' | 'remark'> {
  readonly findingId: string;
  /** The latest step that the examiner saw. */
  readonly before: string;
  readonly actor: Actor;
}

/**
 * Hands a finding on to an authority, with the evidence bundle of its check as it is now: it is kept as it was given. A person must have
 * found the sample to be the same work or derived from it: the check alone hands nobody on.
 * @throws RegistryError NOT_FOUND; WRONG_STATE, field "checkId", without such a decision in force, or for a bundle over 16 MiB;
 *   INVALID_INPUT; CONFLICT, field "before", if another step came in the meantime
 */
export function handOnMarketFinding(desk: MarketDesk, wanted: HandingOn): Promise<string> {
  const { findingId, before, actor } = wanted;
  return recordingRefusal(desk, { type: 'market-finding.handed-on', actor, subject: findingId }, async () => {
    const finding = await findingOf(desk, findingId);
    await assertDecided(desk, finding);
    const said = {
      authority: wanted.authority,
      name: parseLine(wanted.name, 'name', MOST_NAME),
      handedOn: parseDay(desk, wanted.handedOn, 'handedOn', foundOnOf(finding)),
      remark: parseLine(wanted.remark, 'remark', MOST_REMARK, 0),
    };
    const evidence = await desk.evidenceFor(finding.checkId, actor);
    if (evidence.length > MOST_EVIDENCE_BYTES) {
      const problem = `has a bundle of ${evidence.length} bytes, over the ${MOST_EVIDENCE_BYTES} that are kept`;
      throw new RegistryError('WRONG_STATE', 'checkId', problem, 'make the check again with a lower limit');
    }
    const step = {
      ...stepBy(desk, actor),
      ...said,
      step: 'handed-on',
      evidenceDigest: desk.digest(evidence),
    } as const;
    const { authority, handedOn, evidenceDigest, stepId } = step;
    const terms = termsOf(desk, step, (reasonCommitment) => ({
      ...entryHead(step, actor, findingId),
      type: 'market-finding.handed-on',
      details: { stepId, authority, handedOn, evidenceDigest, reasonCommitment },
    }));
    await desk.market.add(findingId, before, step, { ...terms, evidence });
    return stepId;
  });
}

/** What an authority came to. */
export interface MarketOutcome extends Pick<
  Extract<MarketStep, { step: 'outcome' }>,
  'answers' | 'result' | 'decidedOn' | 'reference' | 'remark'
> {
  readonly findingId: string;
  /** The latest step that the examiner saw. */
  readonly before: string;
  readonly actor: Actor;
}

/**
 * Records what an authority came to. A later outcome of the same authority, as of an appeal, is a further step; none is changed.
 * @throws RegistryError NOT_FOUND, field "findingId" or "answers"; INVALID_INPUT; CONFLICT, field "before"
 */
export function recordMarketOutcome(desk: MarketDesk, wanted: MarketOutcome): Promise<string> {
  const { findingId, before, answers, actor } = wanted;
  return recordingRefusal(desk, { type: 'market-finding.concluded', actor, subject: findingId }, async () => {
    const finding = await findingOf(desk, findingId);
    const answered = handedOnsOf(finding.steps).find(({ stepId }) => stepId === answers);
    if (!answered) {
      const problem = 'names no handing on of this finding';
      throw new RegistryError('NOT_FOUND', 'answers', problem, 'hand it on first');
    }
    const step = {
      ...stepBy(desk, actor),
      step: 'outcome',
      answers,
      result: wanted.result,
      decidedOn: parseDay(desk, wanted.decidedOn, 'decidedOn', answered.handedOn),
      reference: parseLine(wanted.reference, 'reference', MOST_REFERENCE),
      remark: parseLine(wanted.remark, 'remark', MOST_REMARK, 0),
    } as const;
    const { result, decidedOn, stepId } = step;
    const terms = termsOf(desk, step, (reasonCommitment) => ({
      ...entryHead(step, actor, findingId),
      type: 'market-finding.concluded',
      details: { stepId, answers, authority: answered.authority, result, decidedOn, reasonCommitment },
    }));
    await desk.market.add(findingId, before, step, terms);
    return stepId;
  });
}

async function matchOf(
  { checks }: MarketDesk,
  checkId: string,
  registrationId: string,
): Promise<ShownCandidate> {
  const check = await checks.find(checkId);
  const candidate = check?.candidates.find((one) => one.registrationId === registrationId);
  const remedy = 'name a check of the sample and the match that it infringes';
  if (!candidate) {
    const problem = 'is no candidate of a check of this node';
    throw new RegistryError('NOT_FOUND', 'registrationId', problem, remedy);
  }
  if (candidate.verdict === null)
    throw new RegistryError('INVALID_INPUT', 'registrationId', 'is no match', remedy);
  return candidate;
}

async function findingOf({ market }: MarketDesk, findingId: string): Promise<MarketFinding> {
  const finding = await market.find(findingId);
  if (finding) return finding;
  throw noSuchMarketFinding();
}

export function noSuchMarketFinding(): RegistryError {
  return new RegistryError('NOT_FOUND', 'findingId', 'names no market finding of this node', 'see the list');
}

async function assertDecided({ decisions }: MarketDesk, { checkId }: MarketFinding): Promise<void> {
  const word = decisionInForce(await decisions.ofCheck(checkId));
  if (word?.kind === 'duplicate' || word?.kind === 'derivative') return;
  const problem = 'is not decided: no examiner found the sample to be the same work or derived from it';
  throw new RegistryError('WRONG_STATE', 'checkId', problem, 'decide on the check first');
}

function foundOnOf({ steps }: MarketFinding): string {
  return steps.flatMap((step) => (step.step === 'found' ? [step.foundOn] : []))[0] ?? '1900-01-01';
}

/** @param earliest ISO 8601 date */
function parseDay(
  { clock }: Pick<MarketDesk, 'clock'>,
  day: string,
  field: string,
  earliest: string,
): string {
  const remedy = `give the day like ${chinaDate(clock.now())}, from ${earliest} to today`;
  const refuse = (problem: string) => new RegistryError('INVALID_INPUT', field, problem, remedy);
  if (!isRealDate(day)) throw refuse('is not a date that exists');
  if (day > chinaDate(clock.now())) throw refuse('is in the future');
  if (day < earliest) throw refuse(`is before ${earliest}`);
  return day;
}

function stepBy({ random, clock }: MarketDesk, { name }: Actor): Pick<MarketStep, 'stepId' | 'by' | 'at'> {
  return { stepId: random.uuid(), by: name, at: clock.now().toISOString() };
}

function entryHead({ at }: MarketStep, actor: Actor, subject: string) {
  return { outcome: 'success' as const, actor, at, subject };
}

/** The entry commits to what the step says in words; the salt is kept beside the step. */
function termsOf(
  { random, digest }: MarketDesk,
  step: MarketStep,
  entry: (reasonCommitment: string) => AuditEvent,
): MarketStepTerms {
  const committed = { of: 'reason', salt: random.salt(), value: wordsOfMarketStep(step) } as const;
  const { of, salt } = committed;
  return {
    entry: entry(commitTo(digest, committed)),
    salt: { about: step.stepId, of, salt },
    evidence: null,
  };
}
