import { useTranslation } from 'react-i18next';
import type { Finding } from './findings.js';

/** What a finding waits for and until when; overdue in words and by colour. */
export function DueTag({ due: { awaits, by, late, sure } }: Pick<Finding, 'due'>) {
  const { t } = useTranslation();
  return (
    <span className={`pace pace-${late ? 'over-limit' : 'in-time'}`}>
      {t(`findings.await.${awaits}`, { day: by ?? '' })}
      {late && ` · ${t('findings.late')}`}
      {!sure && ` · ${t('findings.notSure')}`}
    </span>
  );
}
