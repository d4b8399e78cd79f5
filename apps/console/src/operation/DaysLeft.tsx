import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { timeText, wholeNumber } from '../words/describe.js';

const DAY_MS = 86_400_000;
/** From here on it is time to renew. */
const SOON_DAYS = 30;

/** When something ends, and in how many days; by words where it is soon or over. @param until RFC 3339 */
export function DaysLeft({ until }: { readonly until: string }) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  const days = Math.floor((Date.parse(until) - now) / DAY_MS);
  const word =
    days < 0 ? t('operation.ended') : t('operation.daysLeft', { count: days, days: wholeNumber(days) });
  return (
    <span className={days < SOON_DAYS ? 'bad' : undefined}>
      {timeText(until).slice(0, 10)} · {word}
      {days >= 0 && days < SOON_DAYS && ` · ${t('operation.renewSoon')}`}
    </span>
  );
}
