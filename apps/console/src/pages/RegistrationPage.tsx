import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import { useDepositCopy, useExamination, useRegistration } from '../api/queries.js';
import type { Registration } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { Pane } from '../compare/Pane.js';
import { useLinkedView } from '../compare/view.js';
import { ZoomButtons } from '../compare/ZoomButtons.js';
import { DaysLine } from '../registry/DaysLine.js';
import { ExaminationDesk } from '../registry/ExaminationDesk.js';
import { Life } from '../registry/Life.js';
import { StateTag } from '../registry/StateTag.js';
import { timeText } from '../words/describe.js';

const SIDE = 1_600;

/** One registration: its picture, what is written of it, and how it came to where it stands. */
export function RegistrationPage() {
  const { t } = useTranslation();
  const { registrationId = '' } = useParams();
  const { data, error, refetch } = useRegistration(registrationId);
  if (error instanceof ApiProblem && error.code === 'NOT_FOUND')
    return <p className="page">{t('registrations.noSuch')}</p>;
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  const { picture } = data;
  const facts: readonly (readonly [string, string])[] = [
    [t('registrations.workTitle'), data.title],
    [t('registrations.owner'), data.owner],
    [t('registrations.category'), data.category],
    [t('registrations.centre'), data.centre || t('unit.none')],
    [t('registrations.completedOn'), data.completedOn ?? t('unit.none')],
    [t('registrations.firstPublishedOn'), data.firstPublishedOn ?? t('registrations.unpublished')],
    [t('registrations.registeredOn'), data.registeredOn ?? t('unit.none')],
    [t('registrations.filedAt'), timeText(data.filedAt)],
    [t('registrations.file'), `${picture.mediaType} · ${t('check.pictureSize', picture)}`],
  ];
  const codes = [
    [t('registrations.digest'), picture.digest],
    [t('registrations.id'), data.registrationId],
    [t('registrations.patternId'), data.patternId],
  ] as const;
  return (
    <div className="page registration">
      <div className="page-head">
        <h1>{data.registrationNumber ?? t('check.noNumber')}</h1>
        <StateTag state={data.state} />
        <span className="breaks">{data.title}</span>
        <Link className="act" to={`/registrations/${data.registrationId}/card`}>
          {t('card.title')}
        </Link>
      </div>
      <div className="registration-body">
        <Copy registrationId={data.registrationId} />
        <div>
          <dl className="facts">
            {facts.map(([term, value]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd className="breaks">{value}</dd>
              </div>
            ))}
            {codes.map(([term, value]) => (
              <div key={term} className="fact-wide">
                <dt>{term}</dt>
                <dd className="mono">{value}</dd>
              </div>
            ))}
          </dl>
          <Course registration={data} />
        </div>
      </div>
    </div>
  );
}

/** What was done to it so far, and while it is an application what can be done next. */
function Course({ registration }: { readonly registration: Registration }) {
  const { t } = useTranslation();
  const { session } = useSession();
  const { data, error, refetch } = useExamination(registration.registrationId);
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  const open = registration.state === 'applied' || registration.state === 'examined';
  const { days, papers, history } = data;
  return (
    <>
      {days && <DaysLine days={days} />}
      {(open || data.checks.length > 0) && (
        <ExaminationDesk
          registration={registration}
          examination={data}
          acting={open && (session?.roles.includes('examiner') ?? false)}
        />
      )}
      {papers && (
        <p className="breaks">
          <b>{t('applications.papersSeen')}</b>{' '}
          {papers.map((paper) => t(`applications.papers.${paper}`)).join(t('unit.comma'))}
        </p>
      )}
      <Life registration={registration} history={history} />
    </>
  );
}

function Copy({ registrationId }: { readonly registrationId: string }) {
  const { t } = useTranslation();
  const view = useLinkedView();
  const copy = useDepositCopy(registrationId, SIDE);
  const url = useObjectUrl(copy.data);
  const name = t('registrations.picture');
  return (
    <div>
      {copy.isError && <Problem error={copy.error} onAgain={() => void copy.refetch()} />}
      <Pane name={name} view={view} pictures={[url ? { url, alt: name } : null]} />
      <ZoomButtons view={view} />
    </div>
  );
}
