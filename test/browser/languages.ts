import { en } from '../../apps/console/src/words/en.js';
import { type Words, zh } from '../../apps/console/src/words/zh.js';

export type Language = 'zh' | 'en';

/** What the console says in this language. */
export function wordsOf(language: Language): Words {
  return language === 'zh' ? zh : en;
}
