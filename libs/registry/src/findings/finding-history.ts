import { RegistryError } from '../errors.js';
import { addWorkingDays, knowsYearOf, type WorkCalendar } from '../examination/work-calendar.js';
import { chinaDate } from '../registration/civil-date.js';
import type { FindingStatement, FindingStep, SentFinding, SignedStep } from './finding-statements.js';

/** Working days from the sending within which a finding is to be acknowledged, and answered: what the bureaus agreed, no law. */
export const ACKNOWLEDGE_WORKING_DAYS = 3;
export const ANSWER_WORKING_DAYS = 20;

/** What may follow what. A registration is revoked only after the finding was upheld. */
const NEXT: Readonly<Record<FindingStep, readonly FindingStep[]>> = {
  sent: ['acknowledged'],
  acknowledged: ['examined'],
  examined: ['upheld', 'rejected'],
  upheld: ['revoked'],
  rejected: [],
  revoked: [],
};

/** What the statements of one finding that are there say together. */
export interface FindingHistory {
  /** From the sending on, each after the one that it names; empty while the sending has not come. */
  readonly steps: readonly SignedStep[];
  /** Statements whose predecessor has not come, or that come after a fork, by digest. */
  readonly waiting: readonly SignedStep[];
  /** Two and more statements that name the same predecessor: whoever signed them told two histories. By digest; empty is right. */
  readonly fork: readonly SignedStep[];
}

/**
 * The history of a finding by its statements. It depends on which statements there are, and on nothing else: not on the order in which
 * they came, nor on how often. What breaks a rule (a wrong signer, another finding, a step that may not follow, a time before the
 * one before) is not taken.
 */
export function historyOfFinding(findingId: string, statements: readonly SignedStep[]): FindingHistory {
  const fitting = new Map(
    statements.filter((one) => isOwn(findingId, one)).map((one) => [one.digest, one] as const),
  );
  const sorted = [...fitting.values()].sort((one, other) => (one.digest < other.digest ? -1 : 1));
  const steps: SignedStep[] = [];
  for (;;) {
    const followers = sorted.filter((one) => follows(one, steps.at(-1), steps[0]));
    const [next, ...others] = followers;
    if (next === undefined || others.length > 0) {
      const waiting = sorted.filter((one) => !steps.includes(one) && !followers.includes(one));
      return { steps, waiting, fork: followers };
    }
    steps.push(next);
  }
}

/** The sending is signed by who found it, everything after it by who answers. */
function isOwn(findingId: string, { signer, statement }: SignedStep): boolean {
  const { from, to, step } = statement;
  return statement.findingId === findingId && from !== to && signer === (step === 'sent' ? from : to);
}

function follows(one: SignedStep, last: SignedStep | undefined, first: SignedStep | undefined): boolean {
  const { statement } = one;
  if (last === undefined || first === undefined) return statement.step === 'sent';
  return (
    statement.before === last.digest &&
    NEXT[last.statement.step].includes(statement.step) &&
    statement.from === first.statement.from &&
    statement.to === first.statement.to &&
    statement.at >= last.statement.at
  );
}

/** What a finding is about; undefined while the sending has not come. */
export function sentOf({ steps }: FindingHistory): SentFinding | undefined {
  const first = steps[0]?.statement;
  return first?.step === 'sent' ? first : undefined;
}

/** An act of the answering province. */
export interface FindingAct {
  readonly province: string;
  readonly step: Exclude<FindingStep, 'sent'>;
  /** To the reason; null where none is given. A rejection needs one. */
  readonly reasonCommitment: string | null;
  /** RFC 3339 with milliseconds. */
  readonly at: string;
}

/**
 * The next statement of a finding, to be signed.
 * @throws RegistryError NOT_FOUND; FORBIDDEN for another province than the one it is about; CONFLICT where two histories were told;
 *   WRONG_STATE for a step that may not follow; INVALID_INPUT, field "reason", for a rejection without one
 */
export function nextStatement(history: FindingHistory, act: FindingAct): FindingStatement {
  const sent = sentOf(history);
  const last = history.steps.at(-1);
  if (!sent || !last) {
    throw new RegistryError('NOT_FOUND', 'findingId', 'names no finding here', 'see the list');
  }
  if (act.province !== sent.to) {
    const problem = `is about a registration of ${sent.to}`;
    throw new RegistryError('FORBIDDEN', 'findingId', problem, `wait for what ${sent.to} answers`);
  }
  if (history.fork.length > 0) {
    const remedy = 'keep both statements, and tell the operators of both provinces';
    throw new RegistryError('CONFLICT', 'findingId', 'has two histories', remedy);
  }
  const from = last.statement.step;
  if (!NEXT[from].includes(act.step)) {
    const onward =
      NEXT[from].length === 0 ? 'nothing follows it' : `it can become ${NEXT[from].join(' or ')}`;
    throw new RegistryError('WRONG_STATE', 'step', `is ${from}, which cannot become ${act.step}`, onward);
  }
  if (act.step === 'rejected' && act.reasonCommitment === null) {
    throw new RegistryError('INVALID_INPUT', 'reason', 'is empty', 'say why the finding is rejected');
  }
  const { kind, findingId, to } = sent;
  // A clock that was set back must not make a step that nobody takes.
  const at = act.at < last.statement.at ? last.statement.at : act.at;
  return {
    kind,
    findingId,
    from: sent.from,
    to,
    at,
    step: act.step,
    before: last.digest,
    reason: '',
    ...(act.reasonCommitment !== null && { reasonCommitment: act.reasonCommitment }),
  };
}

/** What a province may do next about a finding: nothing if it is not the one that answers, or two histories were told. */
export function nextStepsOf(history: FindingHistory, province: string): readonly FindingStep[] {
  const step = history.steps.at(-1)?.statement.step;
  if (step === undefined || history.fork.length > 0 || sentOf(history)?.to !== province) return [];
  return NEXT[step];
}

/** What a finding waits for, and since when that is late. */
export interface FindingDue {
  readonly awaits: 'acknowledgement' | 'answer' | 'nothing';
  /** The last day for it by Chinese time (ISO 8601); null if it waits for nothing. */
  readonly by: string | null;
  readonly late: boolean;
  /** Whether the holidays of that day's year are known; otherwise Monday to Friday are counted. */
  readonly sure: boolean;
}

/** Until when the other province is to act; the day of the sending is not counted (民法典, art. 201). @param today ISO 8601, by Chinese time */
export function dueOf(history: FindingHistory, calendar: WorkCalendar, today: string): FindingDue {
  const sent = sentOf(history);
  const step = history.steps.at(-1)?.statement.step;
  if (!sent || step === undefined || NEXT[step].length === 0 || step === 'upheld')
    return { awaits: 'nothing', by: null, late: false, sure: true };
  const days = step === 'sent' ? ACKNOWLEDGE_WORKING_DAYS : ANSWER_WORKING_DAYS;
  const by = addWorkingDays(calendar, chinaDate(new Date(sent.at)), days);
  const awaits = step === 'sent' ? 'acknowledgement' : 'answer';
  return { awaits, by, late: today > by, sure: knowsYearOf(calendar, by) };
}
