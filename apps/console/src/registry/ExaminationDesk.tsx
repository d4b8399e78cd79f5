import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, LONG_CALL_MS } from '../api/client.js';
import {
  checkReportSchema,
  clearTokenSchema,
  type Examination,
  type Registration,
  registrationSchema,
} from '../api/schemas.js';
import { Problem } from '../app/Problem.js';
import { ReasonInput } from '../app/ReasonInput.js';
import { VerdictTag } from '../check/VerdictTag.js';
import { timeText } from '../words/describe.js';

interface ExaminationDeskProps {
  readonly registration: Registration;
  readonly examination: Examination;
  /** Whether this person may do more than read. */
  readonly acting: boolean;
}

/** An application's checks, and for an examiner what can be done next: check, examine, register, refuse. */
export function ExaminationDesk({ registration, examination, acting }: ExaminationDeskProps) {
  const { t } = useTranslation();
  return (
    <section className="examination" aria-label={t('applications.examination')}>
      <h2>{t('applications.examination')}</h2>
      <ol className="checks-of">
        {examination.checks.map(({ checkId, verdict, complete, askedAt, askedBy }) => (
          <li key={checkId}>
            <Link to={`/checks/${checkId}`}>{timeText(askedAt)}</Link>
            <VerdictTag verdict={verdict} complete={complete} />
            <span className="quiet">{askedBy}</span>
          </li>
        ))}
        {examination.checks.length === 0 && <li className="quiet">{t('applications.notChecked')}</li>}
      </ol>
      {acting && <Acts registration={registration} latestCheck={examination.checks[0]?.checkId} />}
    </section>
  );
}

interface ActsProps {
  readonly registration: Registration;
  readonly latestCheck: string | undefined;
}

function Acts({ registration: { registrationId, state }, latestCheck }: ActsProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);

  const act = (name: string, doIt: () => Promise<unknown>) => async (): Promise<void> => {
    setBusy(name);
    setProblem(null);
    try {
      await doIt();
    } catch (error) {
      setProblem(error);
    } finally {
      for (const key of ['registration', 'examination', 'applications'])
        await client.invalidateQueries({ queryKey: [key] });
      setBusy(null);
    }
  };
  const path = `/api/v1/registrations/${registrationId}`;
  const check = act('check', () =>
    call(`${path}/check`, checkReportSchema, { method: 'POST', json: {}, timeoutMs: LONG_CALL_MS }),
  );
  const examine = act('examine', () => call(`${path}/examination`, registrationSchema, { method: 'POST' }));
  const register = act('register', async () => {
    const { clearToken } = await call(`/api/v1/checks/${latestCheck ?? ''}/clear-token`, clearTokenSchema, {
      method: 'POST',
    });
    await call(`${path}/registration`, registrationSchema, { method: 'POST', json: { clearToken } });
  });
  const refuse = (reason: string) =>
    act('refuse', () => call(`${path}/refusal`, registrationSchema, { method: 'POST', json: { reason } }))();
  const button = (name: 'check' | 'examine' | 'register', doIt: () => Promise<void>, enabled: boolean) => (
    <Button
      type={name === 'register' ? 'primary' : 'default'}
      loading={busy === name}
      disabled={!enabled || (busy !== null && busy !== name)}
      onClick={() => void doIt()}
    >
      {t(`applications.act.${name}`)}
    </Button>
  );
  return (
    <div className="acts">
      <div className="act-row">
        {button('check', check, true)}
        {button('examine', examine, state === 'applied' && latestCheck !== undefined)}
        {button('register', register, state === 'examined' && latestCheck !== undefined)}
      </div>
      <p className="quiet small">{t('applications.actsHint')}</p>
      {problem !== null && <Problem error={problem} />}
      <Refusal busy={busy} onRefuse={refuse} />
    </div>
  );
}

interface RefusalProps {
  /** The act that is on its way. */
  readonly busy: string | null;
  readonly onRefuse: (reason: string) => Promise<void>;
}

function Refusal({ busy, onRefuse }: RefusalProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <div className="act-row">
      <ReasonInput label={t('applications.refusalReason')} value={reason} onChange={setReason} />
      <Button
        danger
        loading={busy === 'refuse'}
        disabled={busy !== null || reason.trim() === ''}
        onClick={() => void onRefuse(reason.trim())}
      >
        {t('applications.act.refuse')}
      </Button>
    </div>
  );
}
