import { useTranslation } from 'react-i18next';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { BringPicture } from './BringPicture.js';
import { DepositCopy } from './DepositCopy.js';
import { LentCandidate } from './LentCandidate.js';
import { Pane } from './Pane.js';
import type { Lending } from './use-lent-picture.js';
import type { QueryPicture } from './use-query-picture.js';
import type { LinkedView } from './view.js';

interface SideBySideProps {
  readonly check: CheckReport;
  readonly candidate: Candidate | undefined;
  readonly own: boolean;
  readonly query: QueryPicture;
  readonly lending: Lending;
  readonly view: LinkedView;
}

/** Query left, candidate right, one zoom for both; of another province's what that province lends. */
export function SideBySide({ check, candidate, own, query, lending, view }: SideBySideProps) {
  const { t } = useTranslation();
  const url = useObjectUrl(query.picture);
  const name = t('compare.query');
  return (
    <div className="panes">
      {query.picture === null && !query.sought ? (
        <BringPicture bring={query.bring} />
      ) : (
        <Pane name={name} view={view} pictures={[url ? { url, alt: name } : null]}>
          {name} · {t('check.pictureSize', check.picture)}
        </Pane>
      )}
      {candidate && own && <DepositCopy name={t('compare.candidate')} of={candidate} view={view} />}
      {candidate && !own && <LentCandidate candidate={candidate} lending={lending} view={view} />}
    </div>
  );
}
