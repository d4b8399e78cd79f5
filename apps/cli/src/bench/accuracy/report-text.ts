import { plainTable } from '../../client/tables.js';
import { type AccuracyReport, type MethodReport } from './bench-accuracy.js';
import { type CellMeasures, type Measures } from './measure.js';
import { type RecallAtFalsePositives, type Share } from './measures.js';

/** The report for people: all methods over all queries, then the first by family and severity. */
export function accuracyText(report: AccuracyReport): string {
  const { references, queries, withoutMatch, unfit, medianMs, p95Ms, calibration } = report;
  const lines = [
    `${queries} queries (${withoutMatch} without a match) against ${references} references, model ${calibration.modelDigest.slice(7, 19)}`,
    `time per query: median ${medianMs} ms, 95% within ${p95Ms} ms`,
  ];
  if (unfit.length > 0) lines.push(`too flat to compare: ${unfit.length} (${unfit.slice(0, 5).join(', ')})`);
  const [own] = report.methods;
  if (!own?.measures || !report.verdicts)
    return [...lines, 'the truth names no reference: answers, but no measures'].join('\n');
  const { duplicate, suspectedOrDuplicate } = report.verdicts;
  return [
    ...lines,
    overallTable(report.methods),
    ...toleranceNotes(own.measures),
    `DUPLICATE (from ${calibration.duplicateAt}): right ${shareText(duplicate.right)}, wrong ${shareText(duplicate.wrong)}`,
    `SUSPECTED or more (from ${calibration.suspectedAt}): right ${shareText(suspectedOrDuplicate.right)}, wrong ${shareText(suspectedOrDuplicate.wrong)}`,
    'no calibration error: scores are similarities, not probabilities',
    familyTable(own.measures),
  ].join('\n');
}

function overallTable(methods: readonly MethodReport[]): string {
  const table = plainTable(['method', ...CELL_HEADINGS, 'precision at 90% recall']);
  for (const { method, measures } of methods)
    if (measures) table.push([method, ...cellText(measures), numberText(measures.precisionAt90Recall)]);
  return table.toString();
}

function familyTable(measures: Measures): string {
  const table = plainTable(['family', 'severity', ...CELL_HEADINGS]);
  for (const part of measures.families) table.push([part.family, part.severity ?? 'all', ...cellText(part)]);
  return table.toString();
}

function toleranceNotes({ recallAt1Percent, recallAt01Percent }: Measures): string[] {
  return [recallAt1Percent, recallAt01Percent]
    .filter(tooFew)
    .map(
      ({ rate }) =>
        `too few queries without a match to measure ${rate * 100}% false positives: none was tolerated`,
    );
}

function tooFew({ tolerated }: RecallAtFalsePositives): boolean {
  return tolerated === 0;
}

const CELL_HEADINGS = ['micro-AP', 'recall@1', 'recall@20', 'recall at 1% fp', 'recall at 0.1% fp'];

function cellText(cell: CellMeasures): string[] {
  const shares = [
    cell.recallAt1,
    cell.recallAt20,
    cell.recallAt1Percent.recall,
    cell.recallAt01Percent.recall,
  ];
  return [numberText(cell.microAp), ...shares.map(shareText)];
}

function shareText({ value, low, high }: Share): string {
  return value === null ? '–' : `${value.toFixed(3)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function numberText(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
