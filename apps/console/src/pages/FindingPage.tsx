import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { SaveFile } from '../app/SaveFile.js';
import { DeliveryLine } from '../findings/DeliveryLine.js';
import { DueTag } from '../findings/DueTag.js';
import { FindingActs } from '../findings/FindingActs.js';
import { type Finding, type FindingStepRow, useFinding } from '../findings/findings.js';
import { provinceName, timeText } from '../words/describe.js';

/** One finding: what it is about, its history as both provinces read it, and what may be done. */
export function FindingPage() {
  const { t } = useTranslation();
  const { session } = useSession();
  const { findingId = '' } = useParams();
  const { data, error, refetch } = useFinding(findingId);
  if (error instanceof ApiProblem && error.code === 'NOT_FOUND') return <p>{t('findings.noSuch')}</p>;
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('findings.title')}</h1>
        <DueTag due={data.due} />
        <SaveFile
          path={`/api/v1/findings/${findingId}/evidence`}
          name={`weft-finding-${findingId}.json`}
          label={t('findings.evidence')}
          hint={t('findings.evidenceHint')}
        />
      </div>
      <About finding={data} />
      {data.fork.length > 0 && (
        <p role="alert" className="bad">
          {t('findings.fork')}
        </p>
      )}
      <section aria-label={t('findings.history')}>
        <h2>{t('findings.history')}</h2>
        <ol className="life">
          {[...data.steps, ...data.fork].map((step) => (
            <Step key={step.digest} step={step} />
          ))}
        </ol>
        <p className="quiet small">{t('findings.historyHint')}</p>
      </section>
      {session?.roles.includes('examiner') && <FindingActs finding={data} />}
    </div>
  );
}

function About({ finding }: { readonly finding: Finding }) {
  const { t } = useTranslation();
  const { from, to, registrationId, checkId, registration, direction } = finding;
  const number = registration?.registrationNumber ?? registrationId;
  return (
    <dl className="facts">
      <div>
        <dt>{t('findings.from')}</dt>
        <dd>{provinceName(from)}</dd>
      </div>
      <div>
        <dt>{t('findings.to')}</dt>
        <dd>{provinceName(to)}</dd>
      </div>
      <div>
        <dt>{t('findings.registration')}</dt>
        <dd className="breaks">
          {direction === 'received' ? <Link to={`/registrations/${registrationId}`}>{number}</Link> : number}
          {registration?.title && <> · {registration.title}</>}
        </dd>
      </div>
      <div>
        <dt>{t('findings.check')}</dt>
        <dd className="breaks">
          {direction === 'sent' ? <Link to={`/checks/${checkId}`}>{checkId}</Link> : checkId}
        </dd>
      </div>
    </dl>
  );
}

function Step({ step }: { readonly step: FindingStepRow }) {
  const { t } = useTranslation();
  return (
    <li>
      <b>{t(`findings.step.${step.step}`)}</b>
      <span className="quiet">
        {timeText(step.at)} · {provinceName(step.by)}
      </span>
      {step.reason !== '' && <span className="breaks">{step.reason}</span>}
      <DeliveryLine delivery={step.delivery} />
    </li>
  );
}
