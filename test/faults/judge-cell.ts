import { type Outcome } from '#libs/registry';
import { type SeenCheck } from './fault-stand.js';
import { impossible, madeIn, type Cell } from './faults.js';
import { type LogEntry } from './log-copy.js';
import { outcomeIn, type SeenCell } from './run-cell.js';

/** A check that ends so many milliseconds after its time was not kept in time. */
export const MOST_LATE_MS = 1_000;

/** What a province's row may say of the first check, which met the fault, and of those after it. */
function allowed(cell: Cell, first: boolean): readonly Outcome[] {
  const { fault, phase } = cell;
  const { making, outcomes } = madeIn(cell);
  // A fault of the network that ends while a check waits may spare it, and takes connections along, as who listens in a node's place does.
  if (phase === 'heal' && !fault.silences)
    return [...outcomes, 'UNREACHABLE', ...(making.by === 'network' ? (['ANSWERED'] as const) : [])];
  if (first) return outcomes;
  if (fault.sparesNewConnections === true) return ['ANSWERED'];
  // Silence has its breaker opened; a connection that was cut may be met again as one that cannot be made.
  const later: Outcome[] = making.by === 'impostor' ? [] : ['UNREACHABLE', 'TIMEOUT', 'BREAKER_OPEN'];
  return [...outcomes, ...later];
}

/** All that is wrong with what was seen in a cell; nothing if the promises were kept. */
export function problemsOf(
  seen: SeenCell,
  registrationId: string,
  entries: ReadonlyMap<string, readonly LogEntry[]>,
): string[] {
  const { cell, during, after, cleanMs, opened } = seen;
  return [
    ...during.flatMap((check, place) => [
      ...problemsOfCheck(check, cell, place === 0, registrationId),
      ...problemsOfLog(check, entries.get(check.report.checkId) ?? []),
    ]),
    ...problemsOfClean(after, cell.province, registrationId),
    ...(cleanMs === null ? ['no check was clean in time after the fault'] : []),
    ...(opened === false ? ['the breaker did not open in time'] : []),
  ];
}

function problemsOfCheck(check: SeenCheck, cell: Cell, first: boolean, planted: string): string[] {
  const { picture, report, lateMs } = check;
  const outcome = outcomeIn(check, cell.province);
  const complete = report.coverage.length === 4 && report.coverage.every((row) => row.outcome === 'ANSWERED');
  const finds = report.candidates.some((one) => one.registrationId === planted);
  const wrong: [boolean, string][] = [
    [
      !allowed(cell, first).some((one) => one === outcome),
      `${cell.province} is ${outcome}, not ${allowed(cell, first).join(' or ')}`,
    ],
    ...report.coverage
      .filter((row) => row.province !== cell.province && row.outcome !== 'ANSWERED')
      .map((row): [boolean, string] => [true, `${row.province} is ${row.outcome}: ${row.detail}`]),
    [
      outcome !== 'ANSWERED' && report.coverage.some((row) => row.outcome === outcome && row.detail === ''),
      'the coverage gives no reason',
    ],
    [report.complete !== complete, `complete is ${report.complete}`],
    [report.coordinator !== 'AGREES', `the coordinator ${report.coordinator}`],
    [lateMs > MOST_LATE_MS, `the answer came ${lateMs} ms late`],
    [report.verdict === 'CLEAR' && (!complete || picture === 'planted'), 'a false CLEAR'],
    [picture === 'new' && report.verdict !== (complete ? 'CLEAR' : 'INCOMPLETE'), `says ${report.verdict}`],
    [picture === 'planted' && complete && !(report.verdict === 'DUPLICATE' && finds), `finds nothing`],
    [
      picture === 'planted' && !complete && !finds && report.verdict !== 'INCOMPLETE',
      `says ${report.verdict} of what it did not find`,
    ],
  ];
  return wrong.filter(([is]) => is).map(([, what]) => `${picture}, ${first ? 'first' : 'later'}: ${what}`);
}

/** One question before one verdict, which says what the examiner was told. */
function problemsOfLog({ report }: SeenCheck, entries: readonly LogEntry[]): string[] {
  const own = entries.filter(({ type }) => type === 'check.asked' || type === 'check.judged');
  const [asked, judged] = own;
  if (own.length !== 2 || asked?.type !== 'check.asked' || judged?.type !== 'check.judged')
    return [`the log has ${own.map(({ type }) => type).join(', ') || 'nothing'} of check ${report.checkId}`];
  const told = report.coverage.map((row) => `${row.province} ${row.outcome} ${row.answerDigest ?? '-'}`);
  const { verdict, complete, coverage } = judged.details;
  const same =
    verdict === report.verdict &&
    complete === report.complete &&
    JSON.stringify(coverage) === JSON.stringify(told);
  return same ? [] : [`the log says ${JSON.stringify(judged.details)} of check ${report.checkId}`];
}

function problemsOfClean({ report }: SeenCheck, province: string, planted: string): string[] {
  const missing = report.coverage.filter(({ outcome }) => outcome !== 'ANSWERED');
  const told = missing.map((row) => `after: ${row.province} is ${row.outcome}: ${row.detail}`);
  const [best] = report.candidates;
  const found =
    report.verdict === 'DUPLICATE' && best?.province === province && best.registrationId === planted;
  return report.complete && found ? told : [...told, `after: says ${report.verdict}`];
}

/** Cells that cannot exist, with their reason. */
export function cellsThatCannotExist(
  cells: readonly Cell[],
): { readonly cell: Cell; readonly why: string }[] {
  return cells.flatMap((cell) => {
    const why = impossible(cell);
    return why === undefined ? [] : [{ cell, why }];
  });
}
