import { useTranslation } from 'react-i18next';
import type { Days } from '../api/schemas.js';

/** Working days used, in words and by colour: in time, over the promise, over the legal limit. */
export function DaysTag({ days }: { readonly days: Days }) {
  const { t } = useTranslation();
  return (
    <span className={`pace pace-${days.pace}`}>
      {t('applications.used', { count: days.workingDays })} · {t(`applications.pace.${days.pace}`)}
    </span>
  );
}
