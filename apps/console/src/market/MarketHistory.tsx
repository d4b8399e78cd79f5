import { useTranslation } from 'react-i18next';
import { SaveFile } from '../app/SaveFile.js';
import { timeText } from '../words/describe.js';
import type { MarketFinding, MarketStep } from './market-findings.js';

/** The steps of a market finding: what was found, to whom it was handed on with which evidence, and what came of it. */
export function MarketHistory({ finding: { findingId, steps } }: { readonly finding: MarketFinding }) {
  const { t } = useTranslation();
  const nameOf = (stepId: string): string =>
    steps.flatMap((one) => (one.step === 'handed-on' && one.stepId === stepId ? [one.name] : []))[0] ?? '';
  return (
    <section aria-label={t('market.history')}>
      <h2>{t('market.history')}</h2>
      <ol className="life">
        {steps.map((step) => (
          <li key={step.stepId}>
            <b>{t(`market.step.${step.step}`)}</b>
            <span className="quiet">
              {timeText(step.at)} · {step.by}
            </span>
            <Told step={step} nameOf={nameOf} />
            {step.remark !== '' && <span className="breaks">{step.remark}</span>}
            {step.step === 'handed-on' && (
              <SaveFile
                path={`/api/v1/market-findings/${findingId}/handings-on/${step.stepId}/evidence`}
                name={`weft-market-${step.stepId}.json`}
                label={t('market.evidence')}
                hint={t('market.evidenceHint')}
              />
            )}
          </li>
        ))}
      </ol>
      <p className="quiet small">{t('market.historyHint')}</p>
    </section>
  );
}

interface ToldProps {
  readonly step: MarketStep;
  /** What the authority of a handing on is called. */
  readonly nameOf: (stepId: string) => string;
}

function Told({ step, nameOf }: ToldProps) {
  const { t } = useTranslation();
  switch (step.step) {
    case 'found':
      return (
        <span>
          {t('market.foundOn')} {step.foundOn}
        </span>
      );
    case 'handed-on':
      return (
        <span className="breaks">
          {t(`market.authorities.${step.authority}`)} · {step.name} · {t('market.handedOn')} {step.handedOn}
        </span>
      );
    case 'outcome':
      return (
        <span className="breaks">
          {nameOf(step.answers)} · <b>{t(`market.results.${step.result}`)}</b> · {t('market.referenceHead')}{' '}
          {step.reference} · {t('market.decidedOn')} {step.decidedOn}
        </span>
      );
  }
}
