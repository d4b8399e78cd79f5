import { MARKET_STATES } from '#libs/registry';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Choice } from '../app/Choice.js';
import { DataTable } from '../app/DataTable.js';
import { Pager } from '../app/Pager.js';
import { Problem } from '../app/Problem.js';
import { SettlingPlaces } from '../findings/SettlingPlaces.js';
import { registrationName, useMarketFindings } from '../market/market-findings.js';
import { provinceName, timeText } from '../words/describe.js';

const PAGE = 30;

/** Infringements found in the market, newest first; which are listed stands in the address. */
export function MarketFindingsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const state = MARKET_STATES.find((one) => one === address.get('state')) ?? '';
  const after = address.get('after');
  const wanted = { ...(state === '' ? {} : { state }), ...(after === null ? {} : { after }) };
  const query = new URLSearchParams({ ...wanted, limit: String(PAGE) });
  const { data, error, refetch } = useMarketFindings(query.toString());
  const rows = data?.findings;
  const first = state === '' ? {} : { state };
  return (
    <div className="page">
      <SettlingPlaces />
      <div className="page-head">
        <h1>{t('market.title')}</h1>
        <Choice
          name={t('market.stateHead')}
          value={state}
          onChange={(one) => setAddress(one === '' ? {} : { state: one })}
          options={[
            { value: '', label: t('market.anyState') },
            ...MARKET_STATES.map((one) => ({ value: one, label: t(`market.state.${one}`) })),
          ]}
        />
      </div>
      <p className="quiet small">{t('market.lead')}</p>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <DataTable
        name={t('market.title')}
        rows={rows}
        keyOf={({ findingId }) => findingId}
        none={t('market.none')}
        columns={[
          {
            head: t('market.number'),
            kind: 'breaks',
            cell: (one) => <Link to={`/findings/market/${one.findingId}`}>{registrationName(one)}</Link>,
          },
          { head: t('market.province'), cell: ({ province }) => provinceName(province) },
          { head: t('market.foundAt'), cell: ({ steps }) => timeText(steps[0]?.at ?? '') },
          { head: t('market.stateHead'), cell: (one) => t(`market.state.${one.state}`) },
          {
            head: t('market.nameHead'),
            kind: 'breaks',
            cell: ({ steps }) =>
              steps.flatMap((one) => (one.step === 'handed-on' ? [one.name] : [])).join(t('unit.comma')),
          },
        ]}
      />
      <Pager
        name={t('market.title')}
        first={after === null}
        more={(rows?.length ?? 0) === PAGE}
        onFirst={() => setAddress(first)}
        onMore={() => setAddress({ ...first, after: rows?.at(-1)?.findingId ?? '' })}
      />
    </div>
  );
}
