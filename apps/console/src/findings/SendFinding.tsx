import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call } from '../api/client.js';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { ReasonInput } from '../app/ReasonInput.js';
import { provinceName } from '../words/describe.js';
import { findingSchema, useFindings } from './findings.js';

interface SendFindingProps {
  readonly check: CheckReport;
  /** A match in another province. */
  readonly candidate: Candidate;
}

/** Tells another province that its registration is a duplicate; or where it was told already, what became of it. */
export function SendFinding({ check: { checkId }, candidate }: SendFindingProps) {
  const { t } = useTranslation();
  const { session } = useSession();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const { registrationId, province } = candidate;
  const { data, error } = useFindings(`direction=sent&checkId=${checkId}&limit=200`);
  const sent = data?.findings.find((finding) => finding.registrationId === registrationId);
  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const json = { checkId, registrationId, reason: reason.trim() };
      await call('/api/v1/findings', findingSchema, { method: 'POST', json });
    } catch (cause) {
      setProblem(cause);
    } finally {
      await client.invalidateQueries({ queryKey: ['findings'] });
      setBusy(false);
    }
  };
  return (
    <section className="acts" aria-label={t('findings.sendTitle')}>
      {error && <Problem error={error} />}
      {sent && (
        <p>
          <Link to={`/findings/${sent.findingId}`}>{t('findings.sentAlready')}</Link> ·{' '}
          {t(`findings.step.${sent.state}`)}
        </p>
      )}
      {data && !sent && session?.roles.includes('examiner') && (
        <>
          <div className="act-row">
            <ReasonInput label={t('findings.sendReason')} value={reason} onChange={setReason} />
            <Button loading={busy} disabled={reason.trim() === ''} onClick={() => void send()}>
              {t('findings.send')}
            </Button>
          </div>
          <p className="quiet small">{t('findings.sendHint', { province: provinceName(province) })}</p>
        </>
      )}
      {problem !== null && <Problem error={problem} />}
    </section>
  );
}
