import type { EntryReport } from '#libs/audit';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Problem } from '../app/Problem.js';
import { AuditVerdict } from '../audit/AuditVerdict.js';
import { perform } from '../audit/perform.js';
import { PolicyPanel } from '../audit/PolicyPanel.js';
import { type ChosenPolicy, usePolicy } from '../audit/policy-store.js';
import { SaveEvidence } from '../check/SaveEvidence.js';
import { eventName, timeText, wholeNumber } from '../words/describe.js';

type LogEntry = NonNullable<EntryReport['record']>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One entry of the node's log: what it says, and what this browser can prove of it. */
export function EntryPage() {
  const { t } = useTranslation();
  const { index: written = '' } = useParams();
  const policy = usePolicy();
  const index = /^\d{1,15}$/.test(written) ? Number(written) : null;
  if (index === null) return <p className="page">{t('audit.noSuch')}</p>;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('audit.entry', { index: wholeNumber(index) })}</h1>
        {index > 0 && <Link to={`/audit/${index - 1}`}>{t('audit.previous')}</Link>}
        <Link to={`/audit/${index + 1}`}>{t('audit.next')}</Link>
        <Link to="/audit">{t('audit.toSearch')}</Link>
      </div>
      {policy === null && <PolicyPanel />}
      <Entry key={index} index={index} policy={policy} />
    </div>
  );
}

/** Without a policy the entry is shown as the node gives it, and said to be that. */
function Entry({ index, policy }: { readonly index: number; readonly policy: ChosenPolicy | null }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['log-entry', index, policy],
    queryFn: ({ signal }) => readEntry(index, policy, signal),
    retry: false,
  });
  if (error) return <Problem error={error} onAgain={() => void refetch()} />;
  if (!data) return <p className="quiet">{t('audit.proving')}</p>;
  const { report, record } = data;
  return (
    <>
      {report ? <AuditVerdict report={report} /> : <p className="bad">{t('audit.notVerified')}</p>}
      {typeof record === 'string' && <p className="bad">{t('audit.unreadable', { detail: record })}</p>}
      {record === null && !report && <p>{t('audit.noSuch')}</p>}
      {record !== null && typeof record !== 'string' && <Record record={record} />}
    </>
  );
}

async function readEntry(index: number, policy: ChosenPolicy | null, signal: AbortSignal) {
  if (policy !== null) {
    const report = await perform({ kind: 'prove-entry', policy: policy.content, index }, { signal });
    return { report, record: report.record };
  }
  const search = { text: '', type: '', before: index + 1 };
  const { entries } = await perform({ kind: 'search', search }, { signal });
  return { report: null, record: entries.find((one) => one.index === index)?.record ?? null };
}

function Record({ record }: { readonly record: LogEntry }) {
  const { t } = useTranslation();
  const { type, outcome, actor, at, subject, details } = record;
  const ofCheck = type.startsWith('check.') && subject !== null && UUID.test(subject);
  const ofRegistration = type.startsWith('registry.') && subject !== null && UUID.test(subject);
  return (
    <section aria-label={t('audit.says')}>
      <dl className="facts">
        <div>
          <dt>{t('audit.event')}</dt>
          <dd>
            {eventName(type)} <span className="mono">{type}</span>
          </dd>
        </div>
        <div>
          <dt>{t('audit.outcome')}</dt>
          <dd>{t(`audit.outcomes.${outcome}`)}</dd>
        </div>
        <div>
          <dt>{t('audit.at')}</dt>
          <dd>{timeText(at)}</dd>
        </div>
        <div>
          <dt>{t('audit.actor')}</dt>
          <dd>
            {actor.name} · {t(`audit.actors.${actor.kind}`)}
          </dd>
        </div>
        <div className="fact-wide">
          <dt>{t('audit.subject')}</dt>
          <dd className="mono">{subject ?? t('unit.none')}</dd>
        </div>
      </dl>
      <h2>{t('audit.details')}</h2>
      <pre className="entry-details mono" tabIndex={0} aria-label={t('audit.details')}>
        {JSON.stringify(details, null, 2)}
      </pre>
      <p className="card-files">
        {ofCheck && <Link to={`/checks/${subject}`}>{t('audit.openCheck')}</Link>}
        {ofCheck && <SaveEvidence checkId={subject} />}
        {ofRegistration && <Link to={`/registrations/${subject}`}>{t('audit.openRegistration')}</Link>}
      </p>
    </section>
  );
}
