import { findProvince, type InBothLanguages, type RegistrationState, type Verdict } from '#libs/registry';
import { inLanguage, type Language } from '../language.js';
import type { CheckFacts } from '../facts/check-facts.js';

export const VERDICT: Readonly<Record<Verdict, InBothLanguages>> = {
  DUPLICATE: { zh: '重复', en: 'DUPLICATE' },
  SUSPECTED: { zh: '疑似重复', en: 'SUSPECTED DUPLICATE' },
  CLEAR: { zh: '未见重复', en: 'CLEAR: no duplicate found' },
  INCOMPLETE: { zh: '查重不完整（不得视为未见重复）', en: 'INCOMPLETE: not a clear result' },
};

/** Never by colour alone: the words stand in it. */
export const VERDICT_COLOUR: Readonly<Record<Verdict, { readonly line: string; readonly fill: string }>> = {
  DUPLICATE: { line: '#a61b1b', fill: '#fbecec' },
  SUSPECTED: { line: '#9a5b00', fill: '#fdf3e3' },
  CLEAR: { line: '#1d6b3a', fill: '#eaf5ee' },
  INCOMPLETE: { line: '#5a5a5a', fill: '#efefef' },
};

export const OUTCOME: Readonly<Record<CheckFacts['coverage'][number]['outcome'], InBothLanguages>> = {
  ANSWERED: { zh: '完整应答', en: 'ANSWERED in full' },
  PARTIAL: { zh: '部分应答', en: 'PARTIAL' },
  TIMEOUT: { zh: '超时未答', en: 'TIMEOUT' },
  UNREACHABLE: { zh: '无法连接', en: 'UNREACHABLE' },
  REFUSED: { zh: '拒绝应答', en: 'REFUSED' },
  BREAKER_OPEN: { zh: '熔断，未询问', en: 'BREAKER OPEN, not asked' },
  BAD_SIGNATURE: { zh: '签名无效', en: 'BAD SIGNATURE' },
  STALE_INDEX: { zh: '索引落后', en: 'STALE INDEX' },
  VERSION_MISMATCH: { zh: '模型版本不符', en: 'VERSION MISMATCH' },
};

export const STATE: Readonly<Record<RegistrationState, InBothLanguages>> = {
  applied: { zh: '申请中', en: 'applied' },
  examined: { zh: '已审查', en: 'examined' },
  registered: { zh: '已登记', en: 'registered' },
  refused: { zh: '不予登记', en: 'refused' },
  revoked: { zh: '已撤销', en: 'revoked' },
};

export const DECISION: Readonly<Record<CheckFacts['decisions'][number]['kind'], InBothLanguages>> = {
  duplicate: { zh: '认定重复', en: 'duplicate' },
  derivative: { zh: '认定为演绎作品', en: 'derivative work' },
  'not-a-duplicate': { zh: '认定不重复', en: 'not a duplicate' },
  'needs-more': { zh: '须补充材料', en: 'needs more' },
};

export const RECEIPT_ABOUT: Readonly<Record<CheckFacts['receipts'][number]['about'], InBothLanguages>> = {
  question: { zh: '查重请求', en: 'question' },
  answer: { zh: '成员应答', en: 'answer' },
  result: { zh: '协调器汇总', en: 'result' },
  judgement: { zh: '本省结论', en: 'judgement' },
};

export const RECEIPT_STATE: Readonly<Record<CheckFacts['receipts'][number]['state'], InBothLanguages>> = {
  PENDING: { zh: '尚未取得', en: 'PENDING' },
  WITNESSED: { zh: '已见证', en: 'WITNESSED' },
  UNWITNESSED: { zh: '未获足够见证', en: 'UNWITNESSED' },
  INVALID: { zh: '回执无效', en: 'INVALID' },
};

/** "浙江" or "Zhejiang"; an id that is no province as it stands. */
export function provinceName(id: string, language: Language): string {
  if (id === 'coordinator') return language === 'zh' ? '协调器' : 'coordinator';
  const province = findProvince(id);
  if (!province) return id;
  return language === 'zh' ? province.nameZh : province.nameEn;
}

/** What the verdict means, in a sentence or two. */
export function verdictSentence(facts: CheckFacts): InBothLanguages {
  const { verdict, candidates, coverage, calibration } = facts;
  const members = coverage.length;
  const matches = candidates.filter((one) => one.verdict !== null).length;
  switch (verdict) {
    case 'DUPLICATE':
      return {
        zh: `${matches} 件已有登记达到阈值，其中至少一件达到“重复”阈值。是否构成重复，由审查员人工认定。`,
        en: `${matches} existing registrations reach a threshold, at least one that of a duplicate. An examiner decides.`,
      };
    case 'SUSPECTED':
      return {
        zh: `${matches} 件已有登记达到“疑似”阈值，未达“重复”阈值。须由审查员人工认定。`,
        en: `${matches} existing registrations reach the threshold of suspicion, none that of a duplicate. An examiner decides.`,
      };
    case 'CLEAR':
      return {
        zh: `全部 ${members} 个成员均已完整应答，未发现达到阈值的登记。`,
        en: `All ${members} members answered in full, and no registration reaches a threshold.`,
      };
    case 'INCOMPLETE':
      return calibration
        ? {
            zh: '已应答的部分未见达到阈值的登记，但查重并不完整：本报告不得作为“未见重复”的依据。',
            en: 'What was searched holds nothing over the thresholds, but the check is not complete: this is no proof that there is no duplicate.',
          }
        : {
            zh: '成员名录未列此模型的阈值，任何得分都不说明问题：本报告不得作为“未见重复”的依据。',
            en: 'The directory has no thresholds for this model, so no score says anything: this is no proof that there is no duplicate.',
          };
  }
}

/** Who is missing and what else is wrong with the check; empty where nothing is. */
export function warnings(facts: CheckFacts): InBothLanguages[] {
  const found: InBothLanguages[] = [];
  const missing = facts.coverage.filter(({ outcome }) => outcome !== 'ANSWERED');
  if (missing.length > 0) {
    const told = (language: Language) =>
      missing
        .map(
          ({ province, outcome }) =>
            `${provinceName(province, language)}（${inLanguage(OUTCOME[outcome], language)}）`,
        )
        .join(language === 'zh' ? '、' : ', ');
    found.push({
      zh: `覆盖不完整：${told('zh')}。未应答的成员处可能另有重复登记。`,
      en: `Coverage is incomplete: ${told('en').replaceAll('（', ' (').replaceAll('）', ')')}. There may be duplicates there.`,
    });
  }
  const { coordinator } = facts;
  if (coordinator !== 'AGREES') {
    const why = {
      CONTRADICTS: { zh: '与成员签名应答不符', en: "contradicts the members' signed answers" },
      BAD_SIGNATURE: { zh: '签名无效', en: 'has a bad signature' },
      UNREACHABLE: { zh: '未能取得', en: 'could not be had' },
    }[coordinator];
    found.push({
      zh: `协调器的汇总${why.zh}；结论由本省依据成员的签名应答得出。`,
      en: `The coordinator's result ${why.en}; this province judged by the members' signed answers.`,
    });
  }
  if (!facts.witnessed) {
    const open = facts.receipts.filter(({ state }) => state !== 'WITNESSED').length;
    const all = facts.receipts.length;
    found.push({
      zh: `日志未获足够见证（UNWITNESSED）：${all === 0 ? '尚无回执' : `${all} 份回执中 ${open} 份尚未见证`}。本次查重是否已不可更改地记入日志，尚无法证明。`,
      en: `UNWITNESSED: ${all === 0 ? 'there is no receipt yet' : `${open} of ${all} receipts are not witnessed`}. That the check stands in the logs for good is not proved yet.`,
    });
  }
  return found;
}

/** "so many of 10,000 unrelated patterns score this high" */
export function raritySentence(rarity: number | null, gallery: number): InBothLanguages {
  if (rarity === null) return { zh: '未核验，不作统计', en: 'not verified' };
  return {
    zh: `每 10,000 个无关花样中约 ${rarity} 个可在 ${gallery} 件登记中得到不低于此的分数`,
    en: `about ${rarity} of 10,000 unrelated patterns score this high among ${gallery} registrations`,
  };
}

/** Why the picture of the first candidate is not shown; null where it is, or where there is no candidate. */
export function pictureAbsence(facts: CheckFacts): InBothLanguages | null {
  const first = facts.candidates[0];
  if (!first || facts.shown.candidate) return null;
  if (first.picture === 'stays-home')
    return {
      zh: '候选图样属他省登记：作品样本不出省，故此处不附图，仅附核验分、几何变换与吻合比例。需要图样时，请向该省提出线索或申请。',
      en: "The candidate is another province's: its deposit copy stays there, so no picture is shown here, only score, transform and matched share. Ask that province for it.",
    };
  return {
    zh: '该候选的作品样本无法读取，故不附图。',
    en: "The candidate's deposit copy cannot be read, so no picture is shown.",
  };
}

export const PICTURE_SOURCE: Readonly<Record<CheckFacts['picture']['source'], InBothLanguages>> = {
  'deposit-copy': { zh: '作品样本（申请时存档）', en: 'deposit copy, as filed' },
  'checked-copy': { zh: '查重时留存的缩小副本', en: 'reduced copy kept with the check' },
  'not-kept': {
    zh: '送检图未留存：仅以摘要标识；请将原图与摘要核对',
    en: 'the picture was not kept: it is identified by its digest alone; compare the original with it',
  },
};
