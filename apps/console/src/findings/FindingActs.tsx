import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.js';
import { Problem } from '../app/Problem.js';
import { ReasonInput } from '../app/ReasonInput.js';
import { type Finding, findingSchema } from './findings.js';

/** What an examiner of the registering province may do next, and for either side another attempt to deliver. */
export function FindingActs({ finding: { findingId, next, steps } }: { readonly finding: Finding }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const act = async (name: string, path: string, json: object): Promise<void> => {
    setBusy(name);
    setProblem(null);
    try {
      await call(`/api/v1/findings/${findingId}/${path}`, findingSchema, { method: 'POST', json });
      setReason('');
    } catch (error) {
      setProblem(error);
    } finally {
      for (const key of ['finding', 'findings']) await client.invalidateQueries({ queryKey: [key] });
      setBusy(null);
    }
  };
  const undelivered = steps.some(
    ({ delivery }) => delivery?.state === 'waiting' || delivery?.state === 'given-up',
  );
  const possible = next.flatMap((step) => (step === 'sent' ? [] : [step]));
  return (
    <section className="acts" aria-label={t('findings.acts')}>
      {possible.length > 0 && (
        <>
          <h2>{t('findings.acts')}</h2>
          <div className="act-row">
            <ReasonInput label={t('findings.reason')} value={reason} onChange={setReason} />
            {possible.map((step) => (
              <Button
                key={step}
                danger={step === 'rejected'}
                loading={busy === step}
                disabled={busy !== null || (step === 'rejected' && reason.trim() === '')}
                onClick={() => void act(step, 'steps', { step, reason: reason.trim() })}
              >
                {t(`findings.act.${step}`)}
              </Button>
            ))}
          </div>
          <p className="quiet small">{t('findings.actsHint')}</p>
        </>
      )}
      {undelivered && (
        <Button
          loading={busy === 'delivery'}
          disabled={busy !== null}
          onClick={() => void act('delivery', 'delivery', {})}
        >
          {t('findings.retry')}
        </Button>
      )}
      {problem !== null && <Problem error={problem} />}
    </section>
  );
}
