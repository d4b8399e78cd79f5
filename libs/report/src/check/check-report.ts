import type { CheckFacts, ShownPictures } from '../facts/check-facts.js';
import { factsFile, judgementEntry, reportCode } from '../facts/facts-file.js';
import { inLanguage, type Language } from '../language.js';
import { drawSeal } from '../typesetting/seal.js';
import { Sheet } from '../typesetting/sheet.js';
import { drawCheck } from './draw-check.js';
import { provinceName } from './words.js';

export const CHECK_REPORT_TITLE = { zh: '作品查重比对鉴定报告', en: 'Report of a duplicate check' };

/**
 * The report of a check (比对鉴定报告) as PDF, A4. The same facts and pictures give the same bytes.
 * @param pictures as `facts.shown` lists them
 */
export async function writeCheckReport(
  facts: CheckFacts,
  pictures: ShownPictures,
  language: Language,
): Promise<Buffer> {
  const { digest } = factsFile(facts);
  const province = provinceName(facts.province, language);
  const title = inLanguage(CHECK_REPORT_TITLE, language);
  const sheet = new Sheet({
    language,
    title: `${title} ${facts.checkId}`,
    author: province,
    at: facts.finishedAt,
    foot: `${title} · ${facts.checkId}`,
  });
  sheet.text(title, { size: 19, weight: 'bold', align: 'centre' }, 0);
  const office =
    language === 'zh'
      ? `${province}省级节点 · 经纬（Weft）联邦查重`
      : `${province} node, Weft federated check`;
  sheet.text(office, { size: 9.5, align: 'centre', colour: '#555555' }, 8);
  drawCheck(sheet, facts, pictures, language);
  drawSeal(sheet, reportCode(facts.checkId, digest, judgementEntry(facts)), digest, language);
  return sheet.end();
}
