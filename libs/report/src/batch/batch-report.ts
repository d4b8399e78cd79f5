import { drawVerdict } from '../check/draw-check.js';
import { drawPictures } from '../check/draw-pictures.js';
import { drawCandidates, drawCoverage } from '../check/draw-tables.js';
import { provinceName, VERDICT } from '../check/words.js';
import type { BatchFacts, BatchPictures } from '../facts/batch-facts.js';
import { NO_PICTURES, type CheckFacts } from '../facts/check-facts.js';
import { factsFile, judgementEntry, reportCode } from '../facts/facts-file.js';
import { inLanguage, type Language } from '../language.js';
import { drawSeal } from '../typesetting/seal.js';
import { Sheet } from '../typesetting/sheet.js';
import { drawFields, drawTable } from '../typesetting/table.js';

export const BATCH_REPORT_TITLE = {
  zh: '作品批量查重比对鉴定报告',
  en: 'Report of a batch of duplicate checks',
};

/** The report of a batch as PDF, A4: a summary, then every picture with its verdict, candidates and coverage. */
export async function writeBatchReport(
  facts: BatchFacts,
  pictures: BatchPictures,
  language: Language,
): Promise<Buffer> {
  const { digest } = factsFile(facts);
  const province = provinceName(facts.province, language);
  const title = inLanguage(BATCH_REPORT_TITLE, language);
  const at = facts.items.reduce(
    (latest, { check }) => (check && check.finishedAt > latest ? check.finishedAt : latest),
    facts.openedAt,
  );
  const sheet = new Sheet({
    language,
    title: `${title} ${facts.batchId}`,
    author: province,
    at,
    foot: `${title} · ${facts.batchId}`,
  });
  sheet.text(title, { size: 19, weight: 'bold', align: 'centre' }, 6);
  drawSummary(sheet, facts, language);
  const first = facts.items.find(({ check }) => check)?.check;
  drawSeal(sheet, reportCode(facts.batchId, digest, first ? judgementEntry(first) : null), digest, language);
  for (const { place, name, check } of facts.items) {
    if (!check) continue;
    sheet.nextPage();
    sheet.text(`${place}. ${name}`, { size: 12, weight: 'bold', most: 3 }, 2);
    drawFields(sheet, [[language === 'zh' ? '查重编号' : 'Check', check.checkId]]);
    drawVerdict(sheet, check, language);
    drawPictures(sheet, check, pictures.get(check.checkId) ?? NO_PICTURES, language);
    drawCandidates(sheet, check, language);
    drawCoverage(sheet, check, language);
    drawLine(sheet, check, language);
  }
  return sheet.end();
}

function drawSummary(sheet: Sheet, facts: BatchFacts, language: Language): void {
  const zh = language === 'zh';
  const { tally, items, count } = facts;
  drawFields(sheet, [
    [zh ? '批次编号' : 'Batch', facts.batchId],
    [
      zh ? '省份 / 提交人' : 'Province, sender',
      `${provinceName(facts.province, language)} / ${facts.askedBy}`,
    ],
    [zh ? '开始时间' : 'Opened', sheet.time(facts.openedAt)],
    [
      zh ? '图片' : 'Pictures',
      zh
        ? `共 ${count}：重复 ${tally.DUPLICATE}，疑似 ${tally.SUSPECTED}，未见重复 ${tally.CLEAR}，不完整 ${tally.INCOMPLETE}，无法读取 ${tally.unread}，未查 ${tally.waiting}`
        : `${count}: ${tally.DUPLICATE} duplicate, ${tally.SUSPECTED} suspected, ${tally.CLEAR} clear, ${tally.INCOMPLETE} incomplete, ${tally.unread} unreadable, ${tally.waiting} not checked yet`,
    ],
  ]);
  const open = tally.INCOMPLETE + tally.unread + tally.waiting;
  if (open > 0)
    sheet.text(
      zh
        ? `▲ ${open} 幅图片没有完整的查重结果，不得视为未见重复。`
        : `▲ ${open} pictures have no complete check: they are not clear.`,
      { weight: 'bold', colour: '#7a1f00' },
    );
  drawTable(
    sheet,
    [
      { heading: '#', share: 5 },
      { heading: zh ? '图片文件' : 'File', share: 28 },
      { heading: zh ? '结论' : 'Verdict', share: 20 },
      { heading: zh ? '最佳候选' : 'First candidate', share: 30 },
      { heading: zh ? '核验分' : 'Score', share: 9 },
      { heading: zh ? '完整 / 见证' : 'Complete, witnessed', share: 14 },
    ],
    items.map(({ place, name, check, error }) => {
      const best = check?.candidates[0];
      const yes = (value: boolean | undefined): string => (zh ? (value ? '是' : '否') : value ? 'yes' : 'no');
      const failed = error
        ? `${zh ? '无法查重：' : 'not checked: '}${error.problem}`
        : zh
          ? '尚未查重'
          : 'not checked yet';
      return [
        String(place),
        name,
        check ? inLanguage(VERDICT[check.verdict], language) : failed,
        best
          ? `${provinceName(best.province, language)} ${best.registrationNumber ?? ''} ${best.title ?? ''}`
          : '–',
        best?.verified?.score.toFixed(4) ?? '–',
        check ? `${yes(check.complete)} / ${yes(check.witnessed)}` : '–',
      ];
    }),
    { most: 3 },
  );
}

/** Where a picture's whole report is. */
function drawLine(sheet: Sheet, check: CheckFacts, language: Language): void {
  const receipt = judgementEntry(check);
  const zh = language === 'zh';
  const log = receipt ? `${receipt.log} #${receipt.index}` : zh ? '尚无回执' : 'no receipt yet';
  const model = check.calibration ? `${check.calibration.id}, ${check.calibration.modelDigest}` : '–';
  sheet.text(
    zh
      ? `日志：${log}；校准与模型：${model}。套印、循环单元、认定与全部回执见该查重编号的单件报告。`
      : `Log: ${log}; calibration and model: ${model}. Overlay, repeat units, decisions and all receipts stand in the report of this check alone.`,
    { size: 8, colour: '#555555' },
  );
}
