import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUDGET_MS, type SeenCheck } from './fault-stand.js';
import { FAULTS, PHASES, type Fault, type Phase } from './faults.js';
import { outcomeIn, type SeenCell } from './run-cell.js';

/** Milliseconds. */
interface Figures {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** A cell with what was wrong in it. */
export interface JudgedCell extends SeenCell {
  readonly problems: readonly string[];
}

/** Writes faults.json and faults.md into the folder, which is made. */
export function writeResults(folder: string, seed: number, cells: readonly JudgedCell[]): void {
  mkdirSync(folder, { recursive: true });
  const results = {
    seed,
    budget_ms: BUDGET_MS,
    cells: cells.map(({ cell, during, cleanMs, problems }) => ({
      fault: cell.fault.name,
      phase: cell.phase,
      province: cell.province,
      checks: during.map((check) => ({
        picture: check.picture,
        outcome: outcomeIn(check, cell.province),
        verdict: check.report.verdict,
        late_ms: check.lateMs,
      })),
      clean_after_ms: cleanMs,
      problems,
    })),
    deadlines: deadlinesOf(cells),
    clean_after_ms: figures(cells.flatMap(({ cleanMs }) => cleanMs ?? [])),
  };
  writeFileSync(join(folder, 'faults.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, 'faults.md'), markdownOf(cells));
}

/** One line of progress. */
export function tellCell({ cell, during, cleanMs, problems }: JudgedCell): string {
  const checks = during.map(
    (check) => `${outcomeIn(check, cell.province)} ${check.report.verdict} ${check.lateMs} ms`,
  );
  const told = problems.length > 0 ? `; WRONG: ${problems.join('; ')}` : '';
  return `${cell.fault.name}, ${cell.phase}, ${cell.province}: ${checks.join(', ')}; clean after ${cleanMs} ms${told}`;
}

function deadlinesOf(cells: readonly SeenCell[]): {
  readonly all: Figures;
  readonly waited: Figures;
  readonly within_50_ms: number;
} {
  const checks = cells.flatMap(({ during, cell }) =>
    during.map((check) => ({
      lateMs: Math.max(0, check.lateMs),
      outcome: outcomeIn(check, cell.province),
    })),
  );
  return {
    all: figures(checks.map(({ lateMs }) => lateMs)),
    waited: figures(checks.flatMap(({ lateMs, outcome }) => (outcome === 'TIMEOUT' ? [lateMs] : []))),
    within_50_ms: checks.filter(({ lateMs }) => lateMs <= 50).length,
  };
}

function figures(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 };
}

function markdownOf(cells: readonly JudgedCell[]): string {
  const { all, waited, within_50_ms } = deadlinesOf(cells);
  const clean = figures(cells.flatMap(({ cleanMs }) => cleanMs ?? []));
  const bad = cells.filter(({ problems }) => problems.length > 0);
  const row = (name: string, { count, p50, p95, max }: Figures): string[] => [
    name,
    String(count),
    String(p50),
    String(p95),
    String(max),
  ];
  return [
    `${cells.length} cells ran, ${cells.length - bad.length} kept every promise, ${bad.length} did not.`,
    '',
    ...table([
      ['fault', ...PHASES.map((phase) => (phase === 'middle' ? 'in the middle' : phase))],
      ...FAULTS.map((fault) => [fault.name, ...PHASES.map((phase) => outcomesIn(cells, fault, phase))]),
    ]),
    '',
    ...table([
      ['milliseconds', 'checks', 'median', '95% within', 'most'],
      row(`end of a check after its ${BUDGET_MS} ms, all that met a fault`, all),
      row('the same, those that waited for a silent province to the end', waited),
      row('from the end of the fault to the first clean check', clean),
    ]),
    '',
    `${within_50_ms} of ${all.count} checks under a fault ended within 50 ms of their time or before.`,
    '',
  ].join('\n');
}

/** What the province's row said, of the first check and in brackets of the next ones. */
function outcomesIn(cells: readonly JudgedCell[], fault: Fault, phase: Phase): string {
  const mine = cells.filter(({ cell }) => cell.fault === fault && cell.phase === phase);
  if (fault.cannot?.[phase] !== undefined) return 'cannot exist';
  const told = (checks: (during: readonly SeenCheck[]) => readonly SeenCheck[]): string => {
    const counts = new Map<string, number>();
    for (const { cell, during } of mine)
      for (const check of checks(during)) {
        const outcome = outcomeIn(check, cell.province) ?? 'no row';
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
    return [...counts].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  };
  const later = told((during) => during.slice(1));
  return `${told((during) => during.slice(0, 1))}${later === '' ? '' : ` (${later})`}`;
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
