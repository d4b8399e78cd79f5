import { useTranslation } from 'react-i18next';
import type { Registration } from '../api/schemas.js';
import { timeText } from '../words/describe.js';

type State = Registration['state'];

/** The states that lead to this one. */
const LIFE: Readonly<Record<State, readonly State[]>> = {
  applied: ['applied'],
  examined: ['applied', 'examined'],
  registered: ['applied', 'examined', 'registered'],
  refused: ['applied', 'refused'],
  revoked: ['applied', 'examined', 'registered', 'revoked'],
};

/** A registration's way to where it stands, with the days that the registry gives. */
export function Life({ registration }: { readonly registration: Registration }) {
  const { t } = useTranslation();
  const { state, filedAt, registeredOn, reason } = registration;
  const whens: Partial<Record<State, string>> = {
    applied: timeText(filedAt),
    ...(registeredOn === null ? {} : { registered: registeredOn }),
  };
  return (
    <section aria-label={t('registrations.life')}>
      <h2>{t('registrations.life')}</h2>
      <ol className="life">
        {LIFE[state].map((step) => (
          <li key={step} aria-current={step === state ? 'step' : undefined}>
            <b>{t(`registrations.states.${step}`)}</b>
            <span className="quiet">{whens[step] ?? ''}</span>
            {step === state && reason !== '' && (
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
