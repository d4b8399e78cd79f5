import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCheck } from '../api/queries.js';
import type { CheckReport } from '../api/schemas.js';

/** What comes after an incomplete check, and what a check that completes one took the place of. */
export function Sequel({ check }: { readonly check: CheckReport }) {
  const { t } = useTranslation();
  const { data } = useCheck(check.checkId);
  const supersededBy = data?.supersededBy ?? null;
  return (
    <div role="status">
      {data?.waits === true && <p className="sequel">{t('sequel.waits')}</p>}
      {supersededBy !== null && (
        <p className="sequel">
          {t('sequel.supersededBy')} <Link to={`/checks/${supersededBy}`}>{t('sequel.openLater')}</Link>
        </p>
      )}
      {check.supersedes !== null && (
        <p className="sequel">
          {t('sequel.supersedes')} <Link to={`/checks/${check.supersedes}`}>{t('sequel.openEarlier')}</Link>
        </p>
      )}
    </div>
  );
}
