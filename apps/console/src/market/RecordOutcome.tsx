import { MARKET_RESULTS } from '#libs/registry';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.js';
import { Choice } from '../app/Choice.js';
import { DayField, today } from '../app/DayField.js';
import { Problem } from '../app/Problem.js';
import { ReasonInput } from '../app/ReasonInput.js';
import { useAct } from '../app/use-act.js';
import { MARKET_KEYS, type MarketFinding, marketFindingSchema } from './market-findings.js';

const MOST_REFERENCE = 100;

/** Records what an authority came to; of several, the first without an outcome is offered. */
export function RecordOutcome({ finding: { findingId, steps } }: { readonly finding: MarketFinding }) {
  const { t } = useTranslation();
  const handed = steps.flatMap((step) => (step.step === 'handed-on' ? [step] : []));
  const answered = new Set(steps.flatMap((step) => (step.step === 'outcome' ? [step.answers] : [])));
  const waiting = handed.find(({ stepId }) => !answered.has(stepId)) ?? handed.at(-1);
  const [chosen, setChosen] = useState<string | null>(null);
  const [result, setResult] = useState<(typeof MARKET_RESULTS)[number]>('infringement');
  const [decidedOn, setDecidedOn] = useState(today);
  const [reference, setReference] = useState('');
  const [remark, setRemark] = useState('');
  const { busy, problem, act } = useAct(MARKET_KEYS);
  const answers = chosen ?? waiting?.stepId;
  if (answers === undefined) return null;
  const record = async (): Promise<void> => {
    const before = steps.at(-1)?.stepId;
    const said = { reference: reference.trim(), remark: remark.trim() };
    const json = { before, answers, result, decidedOn, ...said };
    const path = `/api/v1/market-findings/${findingId}/outcomes`;
    if (!(await act('conclude', () => call(path, marketFindingSchema, { method: 'POST', json })))) return;
    setChosen(null);
    setReference('');
    setRemark('');
  };
  return (
    <section className="acts" aria-label={t('market.concludeTitle')}>
      <h2>{t('market.concludeTitle')}</h2>
      <div className="act-row">
        <Choice
          name={t('market.answers')}
          value={answers}
          onChange={setChosen}
          options={handed.map(({ stepId, name }) => ({ value: stepId, label: name }))}
        />
        <Choice
          name={t('market.result')}
          value={result}
          onChange={setResult}
          options={MARKET_RESULTS.map((one) => ({ value: one, label: t(`market.results.${one}`) }))}
        />
        <DayField name={t('market.decidedOn')} value={decidedOn} onChange={setDecidedOn} />
      </div>
      <div className="act-row">
        <Input
          aria-label={t('market.reference')}
          placeholder={t('market.reference')}
          value={reference}
          maxLength={MOST_REFERENCE}
          onChange={({ target }) => setReference(target.value)}
        />
        <ReasonInput label={t('market.remark')} value={remark} onChange={setRemark} />
        <Button
          loading={busy !== null}
          disabled={reference.trim() === '' || decidedOn === ''}
          onClick={() => void record()}
        >
          {t('market.conclude')}
        </Button>
      </div>
      <p className="quiet small">{t('market.concludeHint')}</p>
      {problem !== null && <Problem error={problem} />}
    </section>
  );
}
