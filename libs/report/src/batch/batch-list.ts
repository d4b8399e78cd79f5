import { DECISION, provinceName, VERDICT } from '../check/words.js';
import type { BatchFacts } from '../facts/batch-facts.js';
import { judgementEntry } from '../facts/facts-file.js';
import { chinaTime } from '../language.js';
import { writeWorkbook, type CellValue } from '../tables/workbook.js';

const COLUMNS = [
  { heading: '序号 No.', width: 8 },
  { heading: '图片文件 File', width: 30 },
  { heading: '查重编号 Check', width: 38 },
  { heading: '查重时间 Checked', width: 28 },
  { heading: '结论 Verdict', width: 26 },
  { heading: '覆盖完整 Complete', width: 12 },
  { heading: '已见证 Witnessed', width: 12 },
  { heading: '候选省份 Province', width: 14 },
  { heading: '候选登记号 Number', width: 28 },
  { heading: '候选作品名称 Title', width: 24 },
  { heading: '核验分 Score', width: 12 },
  { heading: '几何变换 Transform', width: 26 },
  { heading: '人工认定 Decision', width: 18 },
  { heading: '日志条目 Log entry', width: 20 },
  { heading: '未查原因 Not checked', width: 40 },
];

/** The list of a batch as a workbook: a row for each picture, with its first candidate. */
export function writeBatchList(facts: BatchFacts): Promise<Buffer> {
  return writeWorkbook([{ name: '查重清单', columns: COLUMNS, rows: facts.items.map(rowOf) }]);
}

function rowOf({ place, name, check, error }: BatchFacts['items'][number]): CellValue[] {
  if (!check) {
    const empty = Array.from({ length: COLUMNS.length - 5 }, () => null);
    const why = error ? `${error.code}: ${error.problem}; ${error.remedy}` : '尚未查重 not checked yet';
    const said = '未查，不得视为未见重复 not checked, not clear';
    return [place, name, null, null, said, ...empty.slice(1), why];
  }
  const best = check.candidates[0];
  const latest = check.decisions.at(-1);
  const entry = judgementEntry(check);
  const yes = (value: boolean): string => (value ? '是 yes' : '否 no');
  return [
    place,
    name,
    check.checkId,
    chinaTime(check.finishedAt),
    `${VERDICT[check.verdict].zh} ${check.verdict}`,
    yes(check.complete),
    yes(check.witnessed),
    best ? `${provinceName(best.province, 'zh')} ${provinceName(best.province, 'en')}` : null,
    best?.registrationNumber ?? null,
    best?.title ?? null,
    best?.verified?.score ?? null,
    best?.transformWords ? `${best.transformWords.zh} ${best.transformWords.en}` : null,
    latest ? `${DECISION[latest.kind].zh}${latest.inForce ? '' : '（待复核）'}` : null,
    entry ? `${entry.log} ${entry.index}` : null,
    null,
  ];
}
