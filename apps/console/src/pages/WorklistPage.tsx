import { WORKLIST_STATES } from '#libs/registry';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Choice } from '../app/Choice.js';
import { DataTable } from '../app/DataTable.js';
import { Pager } from '../app/Pager.js';
import { Problem } from '../app/Problem.js';
import { SettlingPlaces } from '../findings/SettlingPlaces.js';
import { itemStateText, sideName, useWorklist } from '../worklist/worklist.js';
import { provinceName, scoreText, timeText } from '../words/describe.js';

const PAGE = 30;

/** Pairs of registrations that comparisons of whole registries found alike, the highest score first; first of all those still open. */
export function WorklistPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const asked = address.get('state');
  const state = asked === 'all' ? 'all' : (WORKLIST_STATES.find((one) => one === asked) ?? 'open');
  const after = address.get('after');
  const wanted = { ...(state === 'all' ? {} : { state }), ...(after === null ? {} : { after }) };
  const { data, error, refetch } = useWorklist(
    new URLSearchParams({ ...wanted, limit: String(PAGE) }).toString(),
  );
  const rows = data?.items;
  return (
    <div className="page">
      <SettlingPlaces />
      <div className="page-head">
        <h1>{t('worklist.title')}</h1>
        <Choice
          name={t('worklist.stateHead')}
          value={state}
          onChange={(one) => setAddress({ state: one })}
          options={[
            ...WORKLIST_STATES.map((one) => ({
              value: one,
              label: t('worklist.stateCount', {
                state: t(`worklist.state.${one}`),
                count: data?.counts[one] ?? 0,
              }),
            })),
            { value: 'all' as const, label: t('worklist.anyState') },
          ]}
        />
      </div>
      <p className="quiet small">{t('worklist.lead')}</p>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <DataTable
        name={t('worklist.title')}
        rows={rows}
        keyOf={({ itemId }) => itemId}
        none={t('worklist.none')}
        columns={[
          { head: t('worklist.score'), kind: 'number', cell: ({ score }) => scoreText(score) },
          {
            head: t('worklist.own'),
            kind: 'breaks',
            cell: ({ itemId, own }) => <Link to={`/findings/worklist/${itemId}`}>{sideName(own)}</Link>,
          },
          { head: t('worklist.other'), kind: 'breaks', cell: ({ other }) => sideName(other) },
          { head: t('worklist.province'), cell: ({ other }) => provinceName(other.province) },
          { head: t('worklist.foundAt'), cell: ({ foundAt }) => timeText(foundAt) },
          { head: t('worklist.stateHead'), cell: itemStateText },
        ]}
      />
      <Pager
        name={t('worklist.title')}
        first={after === null}
        more={(rows?.length ?? 0) === PAGE}
        onFirst={() => setAddress({ state })}
        onMore={() => setAddress({ state, after: rows?.at(-1)?.itemId ?? '' })}
      />
    </div>
  );
}
