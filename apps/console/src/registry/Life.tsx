import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Examination, Registration } from '../api/schemas.js';
import { timeText, wholeNumber } from '../words/describe.js';

interface LifeProps {
  readonly registration: Pick<Registration, 'registrationId' | 'state' | 'reason' | 'filedAt'>;
  readonly history: Examination['history'];
}

/** A registration's way to where it stands: each step with who did it, when, and its entry of the log. */
export function Life({ registration, history }: LifeProps) {
  const { t } = useTranslation();
  const { state, reason, filedAt } = registration;
  return (
    <section aria-label={t('registrations.life')}>
      <h2>{t('registrations.life')}</h2>
      <ol className="life">
        {history[0]?.state !== 'applied' && (
          <li>
            <b>{t('registrations.imported')}</b>
            <span className="quiet">{timeText(filedAt)}</span>
          </li>
        )}
        {history.map((step) => (
          <li key={step.entry} aria-current={step.state === state ? 'step' : undefined}>
            <b>{t(`registrations.states.${step.state}`)}</b>
            <span className="quiet">
              {timeText(step.at)} · {step.by}
            </span>
            <span className="quiet small">
              {t('registrations.entry', { entry: wholeNumber(step.entry) })}
              {step.checkId !== null && (
                <>
                  {' · '}
                  <Link to={`/checks/${step.checkId}`}>{t('registrations.letInBy')}</Link>
                </>
              )}
            </span>
            {step.state === state && reason !== '' && (
              <span className="breaks">
                {t('registrations.reason')}: {reason}
              </span>
            )}
          </li>
        ))}
      </ol>
      <p className="quiet small">{t('registrations.lifeHint')}</p>
    </section>
  );
}
