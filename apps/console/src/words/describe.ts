import { findProvince } from '#libs/registry';
import i18next from 'i18next';
import { ApiProblem } from '../api/client.js';
import type { Refusal } from '../intake/tray.js';
import { languageInUse } from './i18n.js';

/** A province's name in the language in use; its id where it has none. */
export function provinceName(id: string): string {
  if (id === 'coordinator') return i18next.t('members.coordinator');
  const province = findProvince(id);
  if (!province) return id;
  return languageInUse() === 'zh' ? province.nameZh : province.nameEn;
}

/** A party of the federation by the name of its log or of its witness ("weft/shandong/witness"). */
export function partyName(name: string): string {
  return provinceName(name.replace(/^weft\//, '').replace(/\/witness$/, ''));
}

/** What happened, by the type of a log's entry; the type itself where there is no word for it. */
export function eventName(type: string): string {
  const name: unknown = i18next.getResource(languageInUse(), 'translation', 'events')?.[type];
  return typeof name === 'string' ? name : type;
}

/** Words that the node gives in both languages. */
export function said(words: { readonly zh: string; readonly en: string } | null): string | null {
  return words && words[languageInUse()];
}

export function wholeNumber(value: number): string {
  return value.toLocaleString(languageInUse() === 'zh' ? 'zh-CN' : 'en');
}

/** Four digits: the thresholds are given with two, and scores lie close together near 1. */
export function scoreText(score: number): string {
  return score.toFixed(4);
}

export function percent(share: number): number {
  return Math.round(share * 100);
}

/** A share (0 to 1) as it is published: "10.91%". */
export function shareText(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

/** An instant in China's time, to the second. */
export function timeText(instant: string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return i18next.t('time.unknown');
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Asia/Shanghai',
  }).format(time);
}

export function bytesText(bytes: number): string {
  if (bytes >= 1024 ** 3) return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  return bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KiB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'too-large':
      return i18next.t('refusal.too-large', { size: bytesText(refusal.bytes) });
    case 'same-as':
      return i18next.t('refusal.same-as', { name: refusal.name });
    case 'unreadable':
      return i18next.t('refusal.unreadable', { detail: refusal.detail.slice(0, 120) });
    case 'zip-bomb':
      return i18next.t('refusal.zip-bomb', { ratio: refusal.ratio });
    case 'not-a-picture':
    case 'empty':
    case 'zip-too-many':
    case 'zip-too-large':
      return i18next.t(`refusal.${refusal.kind}`);
  }
}

/** What the node said no to, in the user's language; its own words where there are none of ours. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiProblem))
    return i18next.t('problem.other', { detail: error instanceof Error ? error.message : String(error) });
  return nodeErrorText(error);
}

interface NodeError {
  readonly code: string;
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

/** @param error as the node gives it with a failed call, or keeps it with a picture of a batch */
export function nodeErrorText({ code, field, problem, remedy }: NodeError): string {
  const detail = problem;
  switch (code) {
    case 'UNREACHABLE':
    case 'UNREADABLE':
    case 'FORBIDDEN':
    case 'NOT_FOUND':
    case 'FEDERATION_UNAVAILABLE':
    case 'INDEX_UNAVAILABLE':
      return i18next.t(`problem.${code}`);
    case 'INTERNAL':
    case 'LOST':
      return i18next.t(`problem.${code}`, { detail });
    case 'TOO_MANY':
      return i18next.t(field === 'batch' ? 'problem.TOO_MANY_batch' : 'problem.TOO_MANY');
    case 'CONFLICT':
      if (field === 'checkId') return i18next.t('problem.superseded');
      if (field === 'supersedes') return i18next.t('problem.decidedSince');
      return i18next.t('problem.other', { detail: problem });
    case 'NO_CLEAR_TOKEN':
      return i18next.t('problem.NO_CLEAR_TOKEN', { detail: clearTokenProblem(problem, remedy) });
    default: {
      if (field === 'papers') return i18next.t('problem.PAPERS', { detail });
      const known = pictureProblem(problem);
      if (known) return i18next.t(known, { detail });
      if (field === 'batch' && problem.startsWith('was cancelled')) return i18next.t('batch.cancelledItem');
      return i18next.t('problem.other', { detail: [field, problem, remedy].filter(Boolean).join('; ') });
    }
  }
}

/** The node's refusals of a picture (libs/fingerprint), by what stands in them. */
const PICTURE_PROBLEMS = [
  [/structure|plain|colour all over/, 'problem.UNFIT_structure'],
  [/pattern covers/, 'problem.UNFIT_covers'],
  [/too few to compare/, 'problem.UNFIT_small'],
  [/too small to compare/, 'problem.picture_small'],
  [/too large|larger than 64 MiB|more than \d+$/, 'problem.picture_large'],
  [/cannot be decoded|broke off|opens like|is empty/, 'problem.picture_damaged'],
  [/is no JPEG/, 'problem.picture_format'],
  [/animation/, 'problem.picture_animation'],
] as const;

/** Why there is no clear token (apps/province-node/src/clearance, libs/registry/src/clear-token), by what stands in it. */
const CLEAR_TOKEN_PROBLEMS = [
  [/is not complete/, 'clearToken.incomplete'],
  [/waits for a second examiner/, 'clearToken.unconfirmed'],
  [/was decided/, 'clearToken.decided'],
  [/is not decided/, 'clearToken.undecided'],
  [/not witnessed/, 'clearToken.unwitnessed'],
  [/was used before/, 'clearToken.used'],
  [/has expired/, 'clearToken.expired'],
] as const;

function clearTokenProblem(problem: string, remedy: string): string {
  const known = CLEAR_TOKEN_PROBLEMS.find(([pattern]) => pattern.test(problem))?.[1];
  return known ? i18next.t(known) : `${problem}; ${remedy}`;
}

function pictureProblem(problem: string) {
  return PICTURE_PROBLEMS.find(([pattern]) => pattern.test(problem))?.[1];
}
