import { findProvince } from '#libs/registry';
import i18next from 'i18next';
import type { Refusal } from '../intake/tray.js';
import { auditingEn } from './auditing.en.js';
import { auditingZh } from './auditing.zh.js';
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
  const names: Readonly<Record<string, string>> = (languageInUse() === 'zh' ? auditingZh : auditingEn).events;
  return names[type] ?? type;
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
