import { useTranslation } from 'react-i18next';
import { useDepositCopy } from '../api/queries.js';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { Problem } from '../app/Problem.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { provinceName } from '../words/describe.js';
import { BringPicture } from './BringPicture.js';
import { Pane } from './Pane.js';
import type { useQueryPicture } from './use-query-picture.js';
import type { LinkedView } from './view.js';

const SIDE = 1_600;

interface SideBySideProps {
  readonly check: CheckReport;
  readonly candidate: Candidate | undefined;
  readonly own: boolean;
  readonly query: ReturnType<typeof useQueryPicture>;
  readonly view: LinkedView;
}

/** Query left, candidate right, one zoom for both; what another province keeps at home is said instead. */
export function SideBySide({ check, candidate, own, query, view }: SideBySideProps) {
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
      {candidate && !own && <StaysHome province={candidate.province} />}
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

function StaysHome({ province }: { readonly province: string }) {
  const { t } = useTranslation();
  const name = provinceName(province);
  return (
    <figure className="pane">
      <div className="stage stays-home">
        <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
          <path
            d="M8 22 24 8l16 14v18H8zM20 40V28h8v12"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            strokeLinejoin="round"
          />
        </svg>
        <h3>{t('compare.staysHome', { province: name })}</h3>
        <p>{t('compare.staysHomeText', { province: name })}</p>
      </div>
      <figcaption>{t('compare.candidate')}</figcaption>
    </figure>
  );
}
