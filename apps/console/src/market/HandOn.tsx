import { AUTHORITIES } from '#libs/registry';
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

const MOST_NAME = 200;

/** Hands a market finding on to an authority: which, when, and what is said with it. */
export function HandOn({ finding: { findingId, steps } }: { readonly finding: MarketFinding }) {
  const { t } = useTranslation();
  const [authority, setAuthority] = useState<(typeof AUTHORITIES)[number]>('enforcement');
  const [name, setName] = useState('');
  const [handedOn, setHandedOn] = useState(today);
  const [remark, setRemark] = useState('');
  const { busy, problem, act } = useAct(MARKET_KEYS);
  const handOn = async (): Promise<void> => {
    const before = steps.at(-1)?.stepId;
    const json = { before, authority, name: name.trim(), handedOn, remark: remark.trim() };
    const path = `/api/v1/market-findings/${findingId}/handings-on`;
    if (!(await act('handOn', () => call(path, marketFindingSchema, { method: 'POST', json })))) return;
    setName('');
    setRemark('');
  };
  return (
    <section className="acts" aria-label={t('market.handOnTitle')}>
      <h2>{t('market.handOnTitle')}</h2>
      <div className="act-row">
        <Choice
          name={t('market.authority')}
          value={authority}
          onChange={setAuthority}
          options={AUTHORITIES.map((one) => ({ value: one, label: t(`market.authorities.${one}`) }))}
        />
        <Input
          aria-label={t('market.name')}
          placeholder={t('market.name')}
          value={name}
          maxLength={MOST_NAME}
          onChange={({ target }) => setName(target.value)}
        />
        <DayField name={t('market.handedOn')} value={handedOn} onChange={setHandedOn} />
        <ReasonInput label={t('market.remark')} value={remark} onChange={setRemark} />
        <Button
          loading={busy !== null}
          disabled={name.trim() === '' || handedOn === ''}
          onClick={() => void handOn()}
        >
          {t('market.handOn')}
        </Button>
      </div>
      <p className="quiet small">{t('market.handOnHint')}</p>
      {problem !== null && <Problem error={problem} />}
    </section>
  );
}
