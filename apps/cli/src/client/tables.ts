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
    ...check.candidates.flatMap((one, place) => (saysSomething(one) ? [evidenceText(one, place)] : [])),
    coverageTable(check),
    calibrationText(check),
    `查重编号 Check: ${check.checkId}`,
  ].join('\n');
}

function candidatesTable(check: CheckReport): string {
  const table = plainTable([
    '#',
    '省 Province',
    '登记号 Number',
    '作品名称 Title',
    '状态 State',
    '核验分 Score',
    '结论 Verdict',
  ]);
  for (const [place, candidate] of check.candidates.entries()) {
    table.push([
      String(place + 1),
      provinceName(candidate.province),
      candidate.registrationNumber ?? '–',
      candidate.title ?? '–',
      candidate.state,
      candidate.verified?.score.toFixed(4) ?? '–',
      candidate.verdict ? `${VERDICT_ZH[candidate.verdict]} ${candidate.verdict}` : '–',
    ]);
  }
  return table.toString();
}

/** Whether there is more to say of a candidate than its score. */
function saysSomething({ verified, verdict }: CheckReport['candidates'][number]): boolean {
  return !verified || verified.transform !== null || verdict !== null;
}

/** What the owning province found of one candidate; the numbers are those of the table. */
function evidenceText(candidate: CheckReport['candidates'][number], place: number): string {
  const { verified, rarity, transformWords } = candidate;
  if (!verified)
    return `#${place + 1} 未核验 not verified (特征相似度 similarity ${candidate.score.toFixed(4)})`;
  const { query, candidate: other } = verified.matchedShare;
  return [
    `#${place + 1} ${transformWords?.zh ?? '–'} ${transformWords?.en ?? ''}`.trimEnd(),
    `吻合 matched: 送检图 query ${percent(query)}, 登记图 registered ${percent(other)}`,
    `每一万个无关花样中有 ${rarity ?? '–'} 个达到此分 ${rarity ?? '–'} of 10,000 unrelated patterns score this high`,
  ].join('; ');
}

function calibrationText({ calibration }: CheckReport): string {
  if (!calibration)
    return '校准 Calibration: 无 none (名录未列此模型 the directory names no thresholds for this model)';
  const { id, modelDigest, gallery } = calibration;
  return `校准 Calibration: ${id} (以 ${gallery} 个花样计 stated for ${gallery} patterns), 模型 model ${modelDigest}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
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
      member.served.map(({ modelDigest }) => modelText(modelDigest)).join('\n') || '–',
      [member.detail, ...progressText(member)].filter((line) => line !== '').join('\n'),
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

/** A line for each version beside the one in force, and for that one while it is not whole. */
function progressText({ modelDigest, served }: MembersReport['members'][number]): string[] {
  return served
    .filter((one) => one.modelDigest !== modelDigest || one.searched < one.declared)
    .map(({ modelDigest: version, searched, declared }) => {
      const percent = declared === 0 ? 100 : Math.floor((100 * searched) / declared);
      return `${modelText(version)}: ${searched}/${declared} (${percent}%)`;
    });
}

function modelText(digest: string | null): string {
  return digest === null ? '–' : digest.replace(/^sha256:/, '').slice(0, 12);
}
