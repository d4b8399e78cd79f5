import { findProvince } from '#libs/registry';
import Table from 'cli-table3';
import { type CheckReport, type MembersReport } from './check-report.js';

/** Verdicts in Chinese. */
export const VERDICT_ZH = {
  DUPLICATE: '重复',
  SUSPECTED: '疑似',
  CLEAR: '未见重复',
  INCOMPLETE: '不完整',
} as const;

/** A check for people: verdict, candidates and the coverage of every member. */
export function checkText(check: CheckReport): string {
  const complete = check.complete ? '' : ' (覆盖不完整 coverage incomplete)';
  return [
    `结论 Verdict: ${VERDICT_ZH[check.verdict]} ${check.verdict}${complete}`,
    check.candidates.length === 0 ? '候选 Candidates: 无 none' : candidatesTable(check),
    coverageTable(check),
    `查重编号 Check: ${check.checkId}`,
  ].join('\n');
}

function candidatesTable(check: CheckReport): string {
  const table = plainTable([
    '省 Province',
    '登记号 Number',
    '作品名称 Title',
    '状态 State',
    '相似度 Score',
    '结论 Verdict',
  ]);
  for (const candidate of check.candidates) {
    table.push([
      provinceName(candidate.province),
      candidate.registrationNumber ?? '–',
      candidate.title ?? '–',
      candidate.state,
      candidate.score.toFixed(4),
      candidate.verdict ? `${VERDICT_ZH[candidate.verdict]} ${candidate.verdict}` : '–',
    ]);
  }
  return table.toString();
}

function coverageTable(check: CheckReport): string {
  const table = plainTable([
    '省 Province',
    '应答 Outcome',
    '已比对 Searched',
    '应有 Declared',
    '模型 Model',
    '说明 Detail',
  ]);
  for (const row of check.coverage) {
    table.push([
      provinceName(row.province),
      row.outcome,
      numberText(row.searched),
      numberText(row.declared),
      modelText(row.modelDigest),
      row.detail,
    ]);
  }
  return table.toString();
}

/** The members for people. */
export function membersText(report: MembersReport): string {
  const table = plainTable([
    '省 Province',
    '应答 Outcome',
    '索引 Indexed',
    '登记 Registered',
    '模型 Model',
    '说明 Detail',
  ]);
  for (const member of report.members) {
    table.push([
      `${member.nameZh} ${member.nameEn}`,
      member.outcome,
      numberText(member.searched),
      numberText(member.declared),
      modelText(member.modelDigest),
      member.detail,
    ]);
  }
  return `成员名录 Directory: epoch ${report.epoch}\n${table.toString()}`;
}

/** A table with quiet rules; Chinese characters take two columns. */
export function plainTable(head: readonly string[]): Table.Table {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}

/** "浙江 Zhejiang"; an id that is no province as it stands. */
export function provinceName(id: string): string {
  const province = findProvince(id);
  return province ? `${province.nameZh} ${province.nameEn}` : id;
}

function numberText(value: number | null): string {
  return value === null ? '–' : String(value);
}

function modelText(digest: string | null): string {
  return digest === null ? '–' : digest.replace(/^sha256:/, '').slice(0, 12);
}
