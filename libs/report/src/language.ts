import type { InBothLanguages } from '#libs/registry';

/** The language that a report is written in. */
export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The words of one language. */
export function inLanguage(words: InBothLanguages, language: Language): string {
  return language === 'zh' ? words.zh : words.en;
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** An RFC 3339 instant as people in China read it: "2026-03-05 20:00:00 (UTC+8)". */
export function chinaTime(instant: string): string {
  const local = new Date(Date.parse(instant) + CHINA_OFFSET_MS).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} (UTC+8)`;
}
