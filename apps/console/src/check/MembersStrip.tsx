import { useTranslation } from 'react-i18next';
import { useMembers } from '../api/queries.js';
import { provinceName, wholeNumber } from '../words/describe.js';
import { OutcomeIcon } from './icons.js';

/** How each member is now, in one line under the head of every page. */
export function MembersStrip() {
  const { t } = useTranslation();
  const { data, isError } = useMembers();
  return (
    <aside className="strip" aria-label={t('members.title')}>
      <span className="strip-title">{t('members.title')}</span>
      {isError && !data && (
        <span className="strip-member is-missing">
          <OutcomeIcon outcome="UNREACHABLE" /> {t('coverage.noAnswer')}
        </span>
      )}
      {data?.members.map(({ province, outcome, searched }) => (
        <span key={province} className={`strip-member ${outcome === 'ANSWERED' ? 'is-there' : 'is-missing'}`}>
          <OutcomeIcon outcome={outcome} />
          <b>{provinceName(province)}</b>
          {outcome === 'ANSWERED'
            ? t('unit.items', { count: wholeNumber(searched ?? 0) })
            : t(`outcome.${outcome}`)}
        </span>
      ))}
    </aside>
  );
}
