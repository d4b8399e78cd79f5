import type { CheckFacts } from '../facts/check-facts.js';
import { inLanguage, type Language } from '../language.js';
import type { Sheet } from '../typesetting/sheet.js';
import { drawFields, drawTable } from '../typesetting/table.js';
import {
  OUTCOME,
  provinceName,
  raritySentence,
  RECEIPT_ABOUT,
  RECEIPT_STATE,
  STATE,
  VERDICT,
} from './words.js';

/** Candidates that the printed table shows; all of them stand in the JSON. */
const MOST_SHOWN = 20;

export function drawCandidates(
  sheet: Sheet,
  { candidates, calibration }: CheckFacts,
  language: Language,
): void {
  const zh = language === 'zh';
  if (candidates.length === 0) {
    sheet.text(zh ? '应答的成员没有给出候选。' : 'The members that answered gave no candidates.');
    return;
  }
  drawTable(
    sheet,
    [
      { heading: '#', share: 4 },
      { heading: zh ? '省份' : 'Province', share: 9 },
      { heading: zh ? '登记号 / 状态' : 'Number, state', share: 25 },
      { heading: zh ? '作品名称' : 'Title', share: 16 },
      { heading: zh ? '著作权人' : 'Owner', share: 13 },
      { heading: zh ? '核验分' : 'Score', share: 9 },
      { heading: zh ? '几何变换与吻合比例' : 'Transform, matched share', share: 19 },
      { heading: zh ? '结论' : 'Says', share: 11 },
    ],
    candidates.slice(0, MOST_SHOWN).map((one, place) => {
      const { verified } = one;
      const share = (value: number): string => `${Math.round(100 * value)}%`;
      const matched =
        verified &&
        (zh
          ? `吻合：送检图 ${share(verified.matchedShare.query)}，登记图 ${share(verified.matchedShare.candidate)}`
          : `matched: query ${share(verified.matchedShare.query)}, candidate ${share(verified.matchedShare.candidate)}`);
      return [
        String(place + 1),
        provinceName(one.province, language),
        `${one.registrationNumber ?? '–'} ${inLanguage(STATE[one.state], language)} ${one.registeredOn ?? ''}`,
        one.title ?? '–',
        one.owner ?? (zh ? '未共享' : 'not shared'),
        verified
          ? verified.score.toFixed(4)
          : zh
            ? `未核验（相似度 ${one.score.toFixed(4)}）`
            : `not verified (${one.score.toFixed(4)})`,
        [one.transformWords && inLanguage(one.transformWords, language), matched]
          .filter(Boolean)
          .join('; ') || '–',
        one.verdict ? inLanguage(VERDICT[one.verdict], language) : zh ? '低于阈值' : 'under both',
      ];
    }),
  );
  if (candidates.length > MOST_SHOWN)
    sheet.text(
      zh
        ? `另有 ${candidates.length - MOST_SHOWN} 件候选，见本报告的 JSON。`
        : `${candidates.length - MOST_SHOWN} more candidates stand in the report's JSON.`,
    );
  const best = candidates[0];
  if (best?.verified && calibration) {
    const { zh: told, en } = raritySentence(best.rarity, calibration.gallery);
    sheet.text(zh ? `第 1 件候选的得分：${told}。` : `The first candidate's score: ${en}.`);
  }
}

export function drawCoverage(sheet: Sheet, { coverage }: CheckFacts, language: Language): void {
  const zh = language === 'zh';
  const count = (value: number | null): string => (value === null ? '–' : value.toLocaleString('en-US'));
  drawTable(
    sheet,
    [
      { heading: zh ? '成员' : 'Member', share: 12 },
      { heading: zh ? '应答情况' : 'Outcome', share: 16 },
      { heading: zh ? '已比对花样' : 'Patterns searched', share: 13 },
      { heading: zh ? '应有花样' : 'Declared', share: 13 },
      { heading: zh ? '应答时间' : 'Answered', share: 22 },
      { heading: zh ? '说明' : 'Detail', share: 24 },
    ],
    coverage.map((row) => [
      provinceName(row.province, language),
      inLanguage(OUTCOME[row.outcome], language),
      count(row.searched),
      count(row.declared),
      row.answeredAt ? sheet.time(row.answeredAt) : '–',
      row.detail || '–',
    ]),
  );
  const answered = coverage.filter(({ outcome }) => outcome === 'ANSWERED').length;
  const sum = (of: 'searched' | 'declared'): string =>
    count(coverage.reduce((total, row) => total + (row[of] ?? 0), 0));
  sheet.text(
    zh
      ? `${coverage.length} 个成员中 ${answered} 个完整应答；共比对 ${sum('searched')} 件花样，应有 ${sum('declared')} 件（未应答者不计）。`
      : `${answered} of ${coverage.length} members answered in full; ${sum('searched')} patterns searched of ${sum('declared')} declared (without members that did not answer).`,
  );
}

export function drawModel(sheet: Sheet, facts: CheckFacts, language: Language): void {
  const zh = language === 'zh';
  const { calibration, epoch } = facts;
  if (!calibration) {
    sheet.text(zh ? '成员名录未列此模型的阈值。' : 'The directory has no thresholds for this model.');
    return;
  }
  const { id, modelDigest, duplicateAt, suspectedAt, gallery, background } = calibration;
  const at = (threshold: number): number =>
    background
      .filter(({ score }) => score <= threshold)
      .reduce((rarest, { per10000 }) => Math.min(rarest, per10000), 10_000);
  const rare = (threshold: number): string =>
    zh
      ? `每 10,000 个无关花样中约 ${at(threshold)} 个达到`
      : `about ${at(threshold)} of 10,000 unrelated patterns score this high`;
  drawFields(sheet, [
    [zh ? '模型摘要' : 'Model digest', modelDigest],
    [
      zh ? '校准 / 名录期' : 'Calibration, epoch',
      zh
        ? `${id}（以 ${gallery} 件登记计）/ 第 ${epoch} 期`
        : `${id} (for ${gallery} registrations), epoch ${epoch}`,
    ],
    [zh ? '“重复”阈值' : 'Duplicate from', `${duplicateAt}: ${rare(duplicateAt)}`],
    [zh ? '“疑似”阈值' : 'Suspected from', `${suspectedAt}: ${rare(suspectedAt)}`],
  ]);
}

export function drawReceipts(sheet: Sheet, { receipts, witnessed }: CheckFacts, language: Language): void {
  const zh = language === 'zh';
  sheet.text(
    witnessed
      ? zh
        ? '全部日志条目均已由足够的见证方联署。'
        : 'Every entry is in a log that enough witnesses cosigned.'
      : zh
        ? '▲ 未获足够见证（UNWITNESSED）：见下表。'
        : '▲ UNWITNESSED: see the table.',
    { weight: witnessed ? 'regular' : 'bold' },
  );
  if (receipts.length === 0) return;
  drawTable(
    sheet,
    [
      { heading: zh ? '日志' : 'Log', share: 14 },
      { heading: zh ? '条目' : 'About', share: 12 },
      { heading: zh ? '状态' : 'State', share: 14 },
      { heading: zh ? '序号' : 'Entry', share: 9 },
      { heading: zh ? '检查点（条目数、根）' : 'Checkpoint (size, root)', share: 34 },
      { heading: zh ? '说明' : 'Detail', share: 17 },
    ],
    receipts.map(({ party, about, state, detail, entry }) => [
      entry?.log ?? provinceName(party, language),
      inLanguage(RECEIPT_ABOUT[about], language),
      inLanguage(RECEIPT_STATE[state], language),
      entry ? String(entry.index) : '–',
      entry ? `${entry.size} ${entry.root}` : '–',
      detail || '–',
    ]),
    { size: 7.2 },
  );
}
