import { FAULT_WORDS, type AuditReport, type Finding } from '#libs/audit';
import { oneLine } from '../problem.js';

/** Reports in plain words, Chinese first, then English. */
export function auditText(reports: readonly AuditReport[], across: readonly Finding[]): string {
  return [...reports.map(reportText), ...across.map(findingText)].join('\n');
}

function reportText({ kind, subject, findings, proved }: AuditReport): string {
  const name = oneLine(`${kind} ${subject}`);
  if (findings.length === 0) {
    return [
      `${name}: 已证明 / proved`,
      ...proved.map(({ zh }) => `  ${oneLine(zh)}`),
      ...proved.map(({ en }) => `  ${oneLine(en)}`),
    ].join('\n');
  }
  return [`${name}: 未通过 / refused`, ...findings.map(findingText)].join('\n');
}

function findingText({ fault, where, detail }: Finding): string {
  const { zh, en } = FAULT_WORDS[fault];
  return `  ${zh} / ${en}: ${oneLine(where)}: ${oneLine(detail)}`;
}
