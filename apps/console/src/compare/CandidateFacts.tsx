import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRegistration } from '../api/queries.js';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { VerdictTag } from '../check/VerdictTag.js';
import { percent, provinceName, said, scoreText, wholeNumber } from '../words/describe.js';

interface FactsProps {
  readonly candidate: Candidate;
  readonly check: CheckReport;
}

/** What is known of a candidate without its picture: registration, score and its rarity, transform in words, matched area. */
export function CandidateFacts({ candidate, check }: FactsProps) {
  const { t } = useTranslation();
  const { session } = useSession();
  const own = candidate.province === session?.province;
  const registration = useRegistration(own ? candidate.registrationId : undefined);
  const owner =
    candidate.owner ?? registration.data?.owner ?? (own ? t('unit.none') : t('compare.ownerHidden'));
  const number = candidate.registrationNumber ?? t('check.noNumber');
  return (
    <dl className="facts">
      <div className="fact-wide">
        <dt>{t('check.score')}</dt>
        <dd>
          <ScoreWords candidate={candidate} check={check} />
        </dd>
      </div>
      <div>
        <dt>{t('compare.transform')}</dt>
        <dd>{said(candidate.transformWords) ?? t('compare.noTransform')}</dd>
      </div>
      <div>
        <dt>{t('compare.share')}</dt>
        <dd>
          <Shares candidate={candidate} />
        </dd>
      </div>
      <div>
        <dt>{t('compare.registration')}</dt>
        <dd>{own ? <Link to={`/registrations/${candidate.registrationId}`}>{number}</Link> : number}</dd>
      </div>
      <div>
        <dt>{t('compare.province')}</dt>
        <dd>
          {provinceName(candidate.province)}
          {candidate.centre ? ` · ${candidate.centre}` : ''} · {t(`registrations.states.${candidate.state}`)}
        </dd>
      </div>
      <div>
        <dt>{t('compare.registeredOn')}</dt>
        <dd>{candidate.registeredOn ?? t('unit.none')}</dd>
      </div>
      <div>
        <dt>{t('compare.owner')}</dt>
        <dd className="breaks">{owner}</dd>
      </div>
    </dl>
  );
}

function ScoreWords({ candidate: { verified, verdict, rarity }, check }: FactsProps) {
  const { t } = useTranslation();
  if (!verified) return <>{t('check.unverifiedText')}</>;
  const gallery = wholeNumber(check.calibration?.gallery ?? 0);
  return (
    <>
      <b className="score">{scoreText(verified.score)}</b> {verdict && <VerdictTag verdict={verdict} />}
      {rarity !== null && (
        <span className="rarity">
          {rarity < 1
            ? t('check.rarityLess', { gallery })
            : t('check.rarity', { count: wholeNumber(Math.round(rarity)), gallery })}
        </span>
      )}
    </>
  );
}

function Shares({ candidate: { verified } }: Pick<FactsProps, 'candidate'>) {
  const { t } = useTranslation();
  if (!verified) return <>{t('unit.none')}</>;
  const { query, candidate } = verified.matchedShare;
  return (
    <span className="shares">
      <Share label={t('compare.shareQuery', { percent: percent(query) })} share={query} />
      <Share label={t('compare.shareCandidate', { percent: percent(candidate) })} share={candidate} />
    </span>
  );
}

function Share({ label, share }: { readonly label: string; readonly share: number }) {
  return (
    <span className="share">
      <span className="share-bar" aria-hidden="true">
        <span style={{ width: `${percent(share)}%` }} />
      </span>
      {label}
    </span>
  );
}
