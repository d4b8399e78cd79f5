import { useTranslation } from 'react-i18next';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { percent, provinceName, said, scoreText } from '../words/describe.js';
import { VerdictTag } from './VerdictTag.js';

interface CandidateListProps {
  readonly check: CheckReport;
  readonly chosen: number;
  readonly onChoose: (place: number) => void;
}

/** The candidates by rank, each with what its province says of it. */
export function CandidateList({ check, chosen, onChoose }: CandidateListProps) {
  const { t } = useTranslation();
  return (
    <section className="candidates" aria-label={t('check.candidates')}>
      <h2>
        {t('check.candidates')} <small>{check.candidates.length}</small>
      </h2>
      {check.candidates.length === 0 && (
        <p className="quiet">{t(check.complete ? 'check.noCandidates' : 'check.noCandidatesIncomplete')}</p>
      )}
      <ol>
        {check.candidates.map((candidate, place) => (
          <li key={`${candidate.province}/${candidate.registrationId}`}>
            <button
              type="button"
              className="candidate"
              aria-pressed={place === chosen}
              onClick={() => onChoose(place)}
            >
              <CandidateLine candidate={candidate} rank={place + 1} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function CandidateLine({ candidate, rank }: { readonly candidate: Candidate; readonly rank: number }) {
  const { t } = useTranslation();
  const { verified } = candidate;
  return (
    <>
      <span className="candidate-head">
        <span className="rank">{rank}</span>
        <b>{provinceName(candidate.province)}</b>
        <span className="score">{verified ? scoreText(verified.score) : t('check.unverified')}</span>
        {candidate.verdict && <VerdictTag verdict={candidate.verdict} />}
      </span>
      <span className="candidate-title">{candidate.title ?? t('check.noTitle')}</span>
      <span className="candidate-number">
        {candidate.registrationNumber ?? t('check.noNumber')} · {t(`registrations.states.${candidate.state}`)}
      </span>
      {verified && (
        <span className="candidate-words">
          {said(candidate.transformWords) ?? t('compare.noTransform')}
          {verified.matchedShare.candidate > 0 &&
            ` · ${t('compare.shareShort', { percent: percent(verified.matchedShare.candidate) })}`}
        </span>
      )}
    </>
  );
}
