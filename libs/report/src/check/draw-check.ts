import type { InBothLanguages } from '#libs/registry';
import type { CheckFacts, ShownPictures } from '../facts/check-facts.js';
import { inLanguage, type Language } from '../language.js';
import type { Sheet } from '../typesetting/sheet.js';
import { drawFields } from '../typesetting/table.js';
import { drawPictures } from './draw-pictures.js';
import { drawCandidates, drawCoverage, drawModel, drawReceipts } from './draw-tables.js';
import {
  DECISION,
  PICTURE_SOURCE,
  STATE,
  VERDICT,
  VERDICT_COLOUR,
  verdictSentence,
  warnings,
} from './words.js';

/** Draws a check from the cursor on: verdict, work, pictures, candidates, coverage, decisions, model, receipts. */
export function drawCheck(
  sheet: Sheet,
  facts: CheckFacts,
  pictures: ShownPictures,
  language: Language,
  name?: string,
): void {
  const say = (words: InBothLanguages): string => inLanguage(words, language);
  drawVerdict(sheet, facts, language);
  drawWork(sheet, facts, language, name);
  drawPictures(sheet, facts, pictures, language);
  sheet.heading(say({ zh: '候选登记', en: 'Candidates' }));
  drawCandidates(sheet, facts, language);
  sheet.heading(say({ zh: '查重覆盖', en: 'Coverage' }));
  drawCoverage(sheet, facts, language);
  sheet.heading(say({ zh: '人工认定', en: 'Decision' }));
  drawDecisions(sheet, facts, language);
  sheet.heading(say({ zh: '模型与阈值', en: 'Model and thresholds' }));
  drawModel(sheet, facts, language);
  sheet.heading(say({ zh: '日志回执', en: 'Log receipts' }));
  drawReceipts(sheet, facts, language);
}

/** The verdict in a box of its own: in words, with everything that takes from it. */
export function drawVerdict(sheet: Sheet, facts: CheckFacts, language: Language): void {
  const { line, fill } = VERDICT_COLOUR[facts.verdict];
  const inner = sheet.width - 24;
  const label = language === 'zh' ? '结论：' : 'Verdict: ';
  const parts = [
    sheet.set(`${label}${inLanguage(VERDICT[facts.verdict], language)}`, inner, {
      size: 15,
      weight: 'bold',
      colour: line,
    }),
    sheet.set(inLanguage(verdictSentence(facts), language), inner, { size: 9.5 }),
    ...warnings(facts).map((words) =>
      sheet.set(`▲ ${inLanguage(words, language)}`, inner, { size: 9.5, weight: 'bold', colour: '#7a1f00' }),
    ),
  ];
  const height = parts.reduce((sum, part) => sum + part.height + 3, 0) + 16;
  sheet.room(height);
  sheet.doc.lineWidth(1.4).rect(sheet.left, sheet.y, sheet.width, height).fillAndStroke(fill, line);
  let y = sheet.y + 9;
  for (const part of parts) {
    sheet.draw(part, sheet.left + 12, y);
    y += part.height + 3;
  }
  sheet.y += height + 8;
}

function drawWork(sheet: Sheet, facts: CheckFacts, language: Language, name: string | undefined): void {
  const zh = language === 'zh';
  const { application, picture } = facts;
  const fields: [string, string][] = [[zh ? '查重编号' : 'Check', facts.checkId]];
  if (name !== undefined) fields.push([zh ? '图片文件' : 'File', name]);
  if (application) {
    fields.push(
      [zh ? '作品名称' : 'Title', application.title],
      [zh ? '著作权人' : 'Copyright owner', application.owner],
      [
        zh ? '类别 / 状态' : 'Category, state',
        `${application.category} / ${inLanguage(STATE[application.state], language)}`,
      ],
      [zh ? '登记号' : 'Registration number', application.registrationNumber ?? '–'],
      [zh ? '受理机构' : 'Centre', application.centre || '–'],
      [zh ? '申请时间' : 'Filed', sheet.time(application.filedAt)],
    );
  }
  fields.push(
    [zh ? '查重时间' : 'Checked', `${sheet.time(facts.askedAt)} – ${sheet.time(facts.finishedAt)}`],
    [
      zh ? '送检图' : 'Picture',
      `${picture.width} × ${picture.height}; ${inLanguage(PICTURE_SOURCE[picture.source], language)}`,
    ],
    [zh ? '送检图摘要' : 'Digest of the picture', picture.digest],
  );
  drawFields(sheet, fields);
}

function drawDecisions(sheet: Sheet, { decisions }: CheckFacts, language: Language): void {
  const zh = language === 'zh';
  if (decisions.length === 0) {
    sheet.text(
      zh
        ? '尚无人工认定。系统仅作筛查，最终认定由审查员作出。'
        : 'No decision yet. The system screens; an examiner makes the final decision.',
    );
    return;
  }
  for (const [place, one] of decisions.entries()) {
    const last = place === decisions.length - 1;
    const standing = !last
      ? { zh: '已被后一认定取代', en: 'superseded by the next' }
      : one.inForce
        ? { zh: '有效', en: 'in force' }
        : { zh: '待第二人复核，尚未生效', en: 'waits for a second examiner, not in force' };
    const confirmed = one.confirmedBy
      ? zh
        ? `；复核：${one.confirmedBy}，${sheet.time(one.confirmedAt ?? '')}`
        : `; confirmed by ${one.confirmedBy}, ${sheet.time(one.confirmedAt ?? '')}`
      : '';
    drawFields(sheet, [
      [
        `${place + 1}. ${inLanguage(DECISION[one.kind], language)}`,
        `${inLanguage(standing, language)}${zh ? '；' : '; '}${one.by}, ${sheet.time(one.at)}${confirmed}`,
      ],
      [zh ? '理由' : 'Reason', one.reason],
    ]);
  }
}
