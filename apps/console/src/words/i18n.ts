import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.js';
import { zh } from './zh.js';

const KEPT_AS = 'weft-language';

export type Language = 'zh' | 'en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zh };
  }
}

/** Chinese, unless this browser was switched to English. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: localStorage.getItem(KEPT_AS) === 'en' ? 'en' : 'zh',
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  tellDocument();
}

export async function switchLanguage(): Promise<void> {
  const next: Language = languageInUse() === 'zh' ? 'en' : 'zh';
  localStorage.setItem(KEPT_AS, next);
  await i18next.changeLanguage(next);
  tellDocument();
}

export function languageInUse(): Language {
  return i18next.language === 'en' ? 'en' : 'zh';
}

function tellDocument(): void {
  document.documentElement.lang = languageInUse() === 'en' ? 'en' : 'zh-CN';
  document.title = languageInUse() === 'en' ? 'Weft 经纬' : '经纬 Weft';
}
