import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call } from '../api/client.js';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { DayField, today } from '../app/DayField.js';
import { Problem } from '../app/Problem.js';
import { ReasonInput } from '../app/ReasonInput.js';
import { useAct } from '../app/use-act.js';
import { MARKET_KEYS, marketFindingSchema, useMarketFindings } from './market-findings.js';

interface NoteProps {
  /** Of a photographed sample. */
  readonly check: Pick<CheckReport, 'checkId'>;
  /** The match that it infringes. */
  readonly candidate: Pick<Candidate, 'registrationId'>;
}

/** Notes that the sample that was checked infringes this registration; or where it was noted already, what became of it. */
export function NoteMarketFinding({ check: { checkId }, candidate: { registrationId } }: NoteProps) {
  const { t } = useTranslation();
  const { session } = useSession();
  const [foundOn, setFoundOn] = useState(today);
  const [remark, setRemark] = useState('');
  const { busy, problem, act } = useAct(MARKET_KEYS);
  const { data, error } = useMarketFindings(`checkId=${checkId}&limit=200`);
  const noted = data?.findings.find((one) => one.registrationId === registrationId);
  const json = { checkId, registrationId, foundOn, remark: remark.trim() };
  const note = () =>
    act('open', () => call('/api/v1/market-findings', marketFindingSchema, { method: 'POST', json }));
  if (noted)
    return (
      <p className="acts">
        <Link to={`/findings/market/${noted.findingId}`}>
          {t('market.opened')} · {t(`market.state.${noted.state}`)}
        </Link>
      </p>
    );
  if (error) return <Problem error={error} />;
  if (!data || !session?.roles.includes('examiner')) return null;
  return (
    <details className="acts">
      <summary>{t('market.openTitle')}</summary>
      <p className="quiet small">{t('market.openHint')}</p>
      <div className="act-row">
        <DayField name={t('market.foundOn')} value={foundOn} onChange={setFoundOn} />
        <ReasonInput label={t('market.openRemark')} value={remark} onChange={setRemark} />
        <Button
          loading={busy !== null}
          disabled={remark.trim() === '' || foundOn === ''}
          onClick={() => void note()}
        >
          {t('market.open')}
        </Button>
      </div>
      {problem !== null && <Problem error={problem} />}
    </details>
  );
}
