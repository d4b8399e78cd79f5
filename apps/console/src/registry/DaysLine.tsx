import { useTranslation } from 'react-i18next';
import type { Days } from '../api/schemas.js';
import { DaysTag } from './DaysTag.js';

/** Working days used against the promise and the law, and until when each of them lets. */
export function DaysLine({ days }: { readonly days: Days }) {
  const { t } = useTranslation();
  return (
    <p className="days">
      <DaysTag days={days} />
      <span>{t('applications.promise', { day: days.promisedBy })}</span>
      <span>{t('applications.legal', { day: days.legalBy })}</span>
      {!days.sure && <span className="quiet small">{t('applications.notSure')}</span>}
    </p>
  );
}
