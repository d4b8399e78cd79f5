import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { CheckReport } from '../api/schemas.js';
import { useKeys } from '../app/use-keys.js';
import { CompareView } from '../compare/CompareView.js';
import { SaveReports } from '../reports/SaveReports.js';
import { timeText } from '../words/describe.js';
import { CandidateList } from './CandidateList.js';
import { CoverageBar } from './CoverageBar.js';
import { DecisionPanel } from './DecisionPanel.js';
import { SaveEvidence } from './SaveEvidence.js';
import { Sequel } from './Sequel.js';
import { VerdictTag } from './VerdictTag.js';
import { WitnessTag } from './WitnessTag.js';

interface CheckBenchProps {
  readonly check: CheckReport;
  /** What the picture is called, where it has a name. */
  readonly name?: string | undefined;
}

/** One check to work at: verdict and coverage above, the comparison, the candidates, the decision. */
export function CheckBench({ check, name }: CheckBenchProps) {
  const { t } = useTranslation();
  const [address] = useSearchParams();
  const [chosen, setChosen] = useState(() =>
    Math.max(
      0,
      check.candidates.findIndex(({ registrationId }) => registrationId === address.get('candidate')),
    ),
  );
  const last = check.candidates.length - 1;
  const next = (): void => setChosen((place) => Math.min(last, place + 1));
  const previous = (): void => setChosen((place) => Math.max(0, place - 1));
  useKeys({ l: next, ArrowRight: next, h: previous, ArrowLeft: previous });
  return (
    <div className="bench">
      <div className="bench-head">
        <VerdictTag verdict={check.verdict} complete={check.complete} />
        <span className="bench-text">{t(`verdictText.${check.verdict}`)}</span>
        <WitnessTag checkId={check.checkId} />
        {check.registrationId !== null && (
          <Link to={`/registrations/${check.registrationId}`}>{t('check.toApplication')}</Link>
        )}
        <SaveEvidence checkId={check.checkId} />
        <SaveReports of="check" id={check.checkId} />
      </div>
      <CoverageBar check={check} />
      <Sequel check={check} />
      <div className="bench-body">
        <CompareView check={check} candidate={check.candidates[chosen]} />
        <div className="bench-side">
          <CandidateList check={check} chosen={chosen} onChoose={setChosen} />
          <DecisionPanel check={check} />
          <CheckFacts check={check} name={name} />
        </div>
      </div>
    </div>
  );
}

function CheckFacts({ check, name }: CheckBenchProps) {
  const { t } = useTranslation();
  return (
    <dl className="facts small">
      {name !== undefined && (
        <div>
          <dt>{t('check.picture')}</dt>
          <dd className="breaks">{name}</dd>
        </div>
      )}
      <div>
        <dt>{t('check.askedAt')}</dt>
        <dd>{timeText(check.askedAt)}</dd>
      </div>
      {check.calibration && (
        <div>
          <dt>{t('check.calibration')}</dt>
          <dd>
            {t('check.thresholds', {
              duplicate: check.calibration.duplicateAt,
              suspected: check.calibration.suspectedAt,
            })}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('check.checkId')}</dt>
        <dd className="mono">{check.checkId}</dd>
      </div>
      <div>
        <dt>{t('check.digest')}</dt>
        <dd className="mono">{check.picture.digest}</dd>
      </div>
    </dl>
  );
}
