import { plainTable } from '../../client/tables.js';
import { type AccuracyReport, type MethodReport } from './bench-accuracy.js';
import { type CellMeasures, type Measures } from './measure.js';
import { type RecallAtFalsePositives, type Share } from './measures.js';
import { type VerdictReport } from './verdict-shares.js';

/** The report for people: all methods over all queries, the product's verdicts, then the product by family and severity. */
export function accuracyText(report: AccuracyReport): string {
  const { methods, verdicts, calibration } = report;
  const [embedding, verified] = methods.map(({ measures }) => measures);
  if (!embedding || !verified || !verdicts) {
    const why = report.truthMissing ? 'there is no truth.csv' : 'the truth names no reference';
    return [...headLines(report), `${why}: answers, but no measures`].join('\n');
  }
  return [
    ...headLines(report),
    overallTable(methods),
    ...toleranceNotes(verified),
    ...heldOutLines(report),
    ...hardNegativeLines(methods),
    ...verdictLines(verdicts, calibration),
    'embedding alone:',
    familyTable(embedding),
    'verified:',
    familyTable(verified),
  ].join('\n');
}

function headLines(report: AccuracyReport): string[] {
  const { queries, withoutMatch, hardNegatives, references, unfit, unverified, stages, alone } = report;
  const hard = hardNegatives > 0 ? ` and ${hardNegatives} hard negatives` : '';
  const lines = [
    `${queries} queries (${withoutMatch} without a match${hard}) against ${references} references, model ${report.calibration.modelDigest.slice(7, 19)}`,
    `time per query, ${report.threads} at once: median ${report.medianMs} ms, 95% within ${report.p95Ms} ms`,
    ...Object.entries(stages).map(
      ([stage, { medianMs, p95Ms }]) => `  ${stage}: median ${medianMs} ms, 95% within ${p95Ms} ms`,
    ),
    `${alone.pictures} fingerprints one after the other in one thread: median ${alone.fingerprint.medianMs} ms, 95% within ${alone.fingerprint.p95Ms} ms; ` +
      `of it the embedding ${alone.embedding.medianMs} ms, 95% within ${alone.embedding.p95Ms} ms`,
  ];
  if (unfit.length > 0) lines.push(`too flat to compare: ${unfit.length} (${unfit.slice(0, 5).join(', ')})`);
  if (unverified.length > 0) lines.push(`not verified in full: ${unverified.length} queries`);
  return lines;
}

function overallTable(methods: readonly MethodReport[]): string {
  const table = plainTable(['method', ...CELL_HEADINGS, 'precision at 90% recall', 'calibration error']);
  for (const { method, measures } of methods)
    if (measures)
      table.push([
        method,
        ...cellText(measures),
        numberText(measures.precisionAt90Recall),
        numberText(measures.calibrationError?.value ?? null),
      ]);
  return table.toString();
}

function familyTable(measures: Measures): string {
  const table = plainTable(['family', 'severity', ...CELL_HEADINGS]);
  for (const part of measures.families) table.push([part.family, part.severity ?? 'all', ...cellText(part)]);
  return table.toString();
}

function heldOutLines({ methods, heldOut }: AccuracyReport): string[] {
  if (heldOut.length === 0) return [];
  const table = plainTable([`held out: ${heldOut.join(', ')}`, ...CELL_HEADINGS]);
  for (const { method, measures } of methods)
    if (measures?.heldOut) table.push([method, ...cellText(measures.heldOut)]);
  return [table.toString()];
}

function hardNegativeLines(methods: readonly MethodReport[]): string[] {
  const values = methods.flatMap(({ method, measures }) =>
    typeof measures?.microApWithHardNegatives === 'number'
      ? [`${method} ${numberText(measures.microApWithHardNegatives)}`]
      : [],
  );
  return values.length > 0 ? [`micro-AP with the hard negatives: ${values.join(', ')}`] : [];
}

function verdictLines(verdicts: VerdictReport, { duplicateAt, suspectedAt }: AccuracyReport['calibration']) {
  const table = plainTable([
    'verdicts',
    `DUPLICATE (from ${duplicateAt})`,
    `SUSPECTED or more (from ${suspectedAt})`,
  ]);
  const { right, wrong, hardNegatives, hardNegativeFamilies } = verdicts;
  const rows = [
    { what: 'right, of those with a match', ...right },
    { what: 'wrong, of those without', ...wrong },
    ...(hardNegativeFamilies.length > 0 ? [{ what: 'wrong, of all hard negatives', ...hardNegatives }] : []),
    ...hardNegativeFamilies.map(({ family, ...shares }) => ({ what: `wrong, ${family}`, ...shares })),
  ];
  for (const { what, duplicate, suspectedOrDuplicate } of rows)
    table.push([what, shareText(duplicate), shareText(suspectedOrDuplicate)]);
  return [table.toString()];
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
  return value === null ? '–' : `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

function numberText(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
