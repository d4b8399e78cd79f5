import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import { useDepositCopy, useExamination, useIdCard } from '../api/queries.js';
import { Problem } from '../app/Problem.js';
import { SaveFile } from '../app/SaveFile.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { Life } from '../registry/Life.js';
import { QrCode } from '../registry/QrCode.js';
import { StateTag } from '../registry/StateTag.js';
import { provinceName, wholeNumber } from '../words/describe.js';
import { languageInUse } from '../words/i18n.js';

const SIDE = 800;

/** One picture, one ID: the card of a registration as a screen shows it, what can be saved of it, and what it proves. */
export function IdCardPage() {
  const { t } = useTranslation();
  const { registrationId = '' } = useParams();
  const { data, error, refetch } = useIdCard(registrationId);
  if (error instanceof ApiProblem && error.code === 'NOT_FOUND')
    return <p className="page">{t('registrations.noSuch')}</p>;
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  const { card, code } = data;
  const facts: readonly (readonly [string, string])[] = [
    [t('registrations.number'), card.registrationNumber ?? t('check.noNumber')],
    [t('registrations.workTitle'), card.title],
    [t('registrations.owner'), card.owner],
    [t('registrations.registeredOn'), card.registeredOn ?? t('unit.none')],
  ];
  const codes: readonly (readonly [string, string])[] = [
    [t('registrations.digest'), card.pictureDigest],
    [t('registrations.id'), card.registrationId],
    [t('card.receipt'), receiptText(card.entry)],
    [t('card.factsDigest'), card.factsDigest ?? t('unit.none')],
  ];
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('card.title')}</h1>
        <Link to={`/registrations/${card.registrationId}`}>{t('card.toRegistration')}</Link>
      </div>
      <article className="id-card" aria-label={t('card.title')}>
        <Copy registrationId={card.registrationId} />
        <div>
          <p className="id-card-head">
            <b>{provinceName(card.province)}</b> <StateTag state={card.state} />
          </p>
          <dl className="facts">
            {[...facts, ...codes].map(([term, value], place) => (
              <div key={term} className={place < facts.length ? undefined : 'fact-wide'}>
                <dt>{term}</dt>
                <dd className={place < facts.length ? 'breaks' : 'mono'}>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
        <QrCode text={code} name={t('card.code')} />
      </article>
      <Files registrationId={card.registrationId} certified={card.registeredOn !== null} />
      <p className="quiet small">{t(card.factsDigest === null ? 'card.imported' : 'card.proves')}</p>
      <History registration={card} />
    </div>
  );
}

function receiptText(
  entry: { readonly log: string; readonly index: number; readonly size: number } | null,
): string {
  return entry ? `${entry.log} · ${wholeNumber(entry.index)} / ${wholeNumber(entry.size)}` : '—';
}

function Copy({ registrationId }: { readonly registrationId: string }) {
  const { t } = useTranslation();
  const { data } = useDepositCopy(registrationId, SIDE);
  const url = useObjectUrl(data);
  return <span className="id-card-picture">{url && <img src={url} alt={t('registrations.picture')} />}</span>;
}

function Files({
  registrationId,
  certified,
}: {
  readonly registrationId: string;
  readonly certified: boolean;
}) {
  const { t } = useTranslation();
  const path = `/api/v1/registrations/${registrationId}`;
  const lang = languageInUse();
  return (
    <p className="card-files">
      <SaveFile
        path={`${path}/id-card.pdf?lang=${lang}`}
        name={`weft-card-${registrationId}.pdf`}
        label={t('card.print')}
        hint={t('card.printHint')}
      />
      {certified && (
        <SaveFile
          path={`${path}/certificate.pdf?lang=${lang}`}
          name={`weft-certificate-${registrationId}.pdf`}
          label={t('card.certificate')}
          hint={t('card.certificateHint')}
        />
      )}
      <SaveFile
        path={`${path}/id-card.json`}
        name={`weft-card-${registrationId}.json`}
        label={t('card.file')}
        hint={t('card.fileHint')}
      />
    </p>
  );
}

function History({ registration }: { readonly registration: Parameters<typeof Life>[0]['registration'] }) {
  const { data } = useExamination(registration.registrationId);
  return data ? <Life registration={registration} history={data.history} /> : null;
}
