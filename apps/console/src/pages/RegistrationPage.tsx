import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import { useDepositCopy, useRegistration } from '../api/queries.js';
import { Problem } from '../app/Problem.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { Pane } from '../compare/Pane.js';
import { useLinkedView } from '../compare/view.js';
import { ZoomButtons } from '../compare/ZoomButtons.js';
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
          <Life registration={data} />
        </div>
      </div>
    </div>
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
