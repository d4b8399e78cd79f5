import { useTranslation } from 'react-i18next';
import { useDepositCopy } from '../api/queries.js';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { Problem } from '../app/Problem.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { BringPicture } from './BringPicture.js';
import { LentCandidate } from './LentCandidate.js';
import { Pane } from './Pane.js';
import type { Lending } from './use-lent-picture.js';
import type { useQueryPicture } from './use-query-picture.js';
import type { LinkedView } from './view.js';

const SIDE = 1_600;

interface SideBySideProps {
  readonly check: CheckReport;
  readonly candidate: Candidate | undefined;
  readonly own: boolean;
  readonly query: ReturnType<typeof useQueryPicture>;
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
      {candidate && own && <OwnCandidate candidate={candidate} view={view} />}
      {candidate && !own && <LentCandidate candidate={candidate} lending={lending} view={view} />}
    </div>
  );
}

function OwnCandidate({ candidate, view }: { readonly candidate: Candidate; readonly view: LinkedView }) {
  const { t } = useTranslation();
  const copy = useDepositCopy(candidate.registrationId, SIDE);
  const url = useObjectUrl(copy.data);
  const name = t('compare.candidate');
  if (copy.isError) return <Problem error={copy.error} onAgain={() => void copy.refetch()} />;
  return (
    <Pane name={name} view={view} pictures={[url ? { url, alt: name } : null]}>
      {name} · {candidate.registrationNumber ?? t('check.noNumber')} · {candidate.title ?? ''}
    </Pane>
  );
}
