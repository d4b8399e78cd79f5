import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiProblem } from '../api/client.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { provinceName, said, scoreText, timeText } from '../words/describe.js';
import { OwnPair } from '../worklist/OwnPair.js';
import {
  type ItemSide,
  itemStateText,
  sideName,
  useWorklistItem,
  type WorklistItem,
} from '../worklist/worklist.js';
import { WorklistActs } from '../worklist/WorklistActs.js';

/** One pair of the worklist: both registrations, their comparison, what was done about them, and for an examiner what may be done. */
export function WorklistItemPage() {
  const { t } = useTranslation();
  const { session } = useSession();
  const { itemId = '' } = useParams();
  const { data, error, refetch } = useWorklistItem(itemId);
  if (error instanceof ApiProblem && error.code === 'NOT_FOUND') return <p>{t('worklist.noSuch')}</p>;
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : null;
  const own = data.other.province === data.own.province;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('worklist.title')}</h1>
        <span>{itemStateText(data)}</span>
      </div>
      <About item={data} />
      {own ? <OwnPair key={itemId} item={data} /> : <AtItsCheck item={data} />}
      {session?.roles.includes('examiner') && <WorklistActs item={data} user={session.user} />}
      <History item={data} />
    </div>
  );
}

function About({ item }: { readonly item: WorklistItem }) {
  const { t } = useTranslation();
  const { own, other, score, transform, foundAt, checkId } = item;
  return (
    <dl className="facts">
      <div>
        <dt>{t('worklist.own')}</dt>
        <dd className="breaks">
          <Side side={own} own />
        </dd>
      </div>
      <div>
        <dt>{t('worklist.other')}</dt>
        <dd className="breaks">
          {provinceName(other.province)} · <Side side={other} own={other.province === own.province} />
        </dd>
      </div>
      <div>
        <dt>{t('worklist.score')}</dt>
        <dd>
          <b className="score">{scoreText(score)}</b>
        </dd>
      </div>
      <div>
        <dt>{t('worklist.transform')}</dt>
        <dd>
          {said(transform) ?? (checkId === null && score === 1 ? t('worklist.samePicture') : t('unit.none'))}
        </dd>
      </div>
      <div>
        <dt>{t('worklist.foundAt')}</dt>
        <dd>{timeText(foundAt)}</dd>
      </div>
    </dl>
  );
}

function Side({ side, own }: { readonly side: ItemSide; readonly own: boolean }) {
  const { t } = useTranslation();
  const name = sideName(side);
  return (
    <>
      {own ? <Link to={`/registrations/${side.registrationId}`}>{name}</Link> : name}
      {side.title !== null && side.title !== name && ` · ${side.title}`}
      {side.state !== null && ` · ${t(`registrations.states.${side.state}`)}`}
    </>
  );
}

/** Another province's picture stays there: it is compared, asked for and told of where the check is. */
function AtItsCheck({ item: { checkId, other } }: { readonly item: WorklistItem }) {
  const { t } = useTranslation();
  return (
    <section>
      <p>
        <Link to={`/checks/${checkId ?? ''}?candidate=${other.registrationId}`}>
          {t('worklist.openCheck')}
        </Link>
      </p>
      <p className="quiet small">{t('worklist.compareForeign')}</p>
    </section>
  );
}

function History({ item: { steps } }: { readonly item: WorklistItem }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('worklist.history')}>
      <h2>{t('worklist.history')}</h2>
      <ol className="life">
        {steps.map(({ stepId, step, by, at, result, reason, findingId }) => (
          <li key={stepId}>
            <b>{t(`worklist.step.${step}`)}</b>
            <span className="quiet">
              {timeText(at)} · {by}
            </span>
            {result !== null && <span>{t(`worklist.results.${result}`)}</span>}
            {reason !== null && <span className="breaks">{reason}</span>}
            {findingId !== null && <Link to={`/findings/${findingId}`}>{t('worklist.finding')}</Link>}
          </li>
        ))}
      </ol>
      <p className="quiet small">{t('worklist.historyHint')}</p>
    </section>
  );
}
