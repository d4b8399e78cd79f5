import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';

const PLACES = [
  { to: '/findings', word: 'findings.title' },
  { to: '/findings/market', word: 'market.title' },
  { to: '/findings/worklist', word: 'worklist.title' },
] as const;

/** The three kinds of things to settle: findings between provinces, findings in the market, duplicates of the worklist. */
export function SettlingPlaces() {
  const { t } = useTranslation();
  return (
    <nav className="places" aria-label={t('findings.places')}>
      {PLACES.map(({ to, word }) => (
        <NavLink key={to} to={to} end>
          {t(word)}
        </NavLink>
      ))}
    </nav>
  );
}
