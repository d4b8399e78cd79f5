import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { HandOn } from '../market/HandOn.js';
import { type MarketFinding, registrationName, useMarketFinding } from '../market/market-findings.js';
import { MarketHistory } from '../market/MarketHistory.js';
import { RecordOutcome } from '../market/RecordOutcome.js';
import { provinceName } from '../words/describe.js';

/** One market finding: what it is about, its history, and for an examiner the next steps. */
export function MarketFindingPage() {
  const { t } = useTranslation();
  const { session } = useSession();
  const { findingId = '' } = useParams();
  const { data, error, refetch } = useMarketFinding(findingId);
  if (error instanceof ApiProblem && error.code === 'NOT_FOUND') return <p>{t('market.noSuch')}</p>;
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('market.title')}</h1>
        <span>{t(`market.state.${data.state}`)}</span>
      </div>
      <About finding={data} own={data.province === session?.province} />
      <MarketHistory finding={data} />
      {session?.roles.includes('examiner') && (
        <>
          <HandOn finding={data} />
          <RecordOutcome finding={data} />
        </>
      )}
    </div>
  );
}

function About({ finding, own }: { readonly finding: MarketFinding; readonly own: boolean }) {
  const { t } = useTranslation();
  const { registrationId, province, checkId, registration } = finding;
  const name = registrationName(finding);
  return (
    <dl className="facts">
      <div>
        <dt>{t('market.number')}</dt>
        <dd className="breaks">
          {own ? <Link to={`/registrations/${registrationId}`}>{name}</Link> : name}
          {registration?.title && registration.title !== name && <> · {registration.title}</>}
        </dd>
      </div>
      <div>
        <dt>{t('market.province')}</dt>
        <dd>{provinceName(province)}</dd>
      </div>
      <div>
        <dt>{t('market.check')}</dt>
        <dd className="breaks">
          <Link to={`/checks/${checkId}`}>{checkId}</Link>
        </dd>
      </div>
    </dl>
  );
}
