import { useTranslation } from 'react-i18next';

/** Where the examiner's decision on a check stands. */
export function DecisionPlace() {
  const { t } = useTranslation();
  return (
    <section className="decision" aria-label={t('check.decision')}>
      <h2>{t('check.decision')}</h2>
      <p className="quiet">{t('check.decisionText')}</p>
    </section>
  );
}
