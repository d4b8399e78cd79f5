import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { call } from '../api/client.js';
import { type Statistics, statisticsSchema } from '../api/schemas.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { SaveFile } from '../app/SaveFile.js';
import { Examinations } from '../statistics/Examinations.js';
import { Works } from '../statistics/Works.js';
import { isPeriod, latestMonths, MonthField } from '../statistics/months.js';
import { shareText, wholeNumber } from '../words/describe.js';

/** The node's figures of a period as the bureaus publish them; the period stands in the address. */
export function StatisticsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [first, latest] = latestMonths(12);
  const from = address.get('from') ?? first;
  const to = address.get('to') ?? latest;
  const valid = isPeriod(from, to);
  const { data, error, refetch } = useQuery({
    queryKey: ['statistics', from, to],
    queryFn: ({ signal }) =>
      call(`/api/v1/statistics?${new URLSearchParams({ from, to }).toString()}`, statisticsSchema, {
        signal,
      }),
    enabled: valid,
  });
  const change = (name: string) => (month: string) => {
    setAddress({ from, to, [name]: month }, { replace: true });
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('statistics.title')}</h1>
        <MonthField name={t('statistics.from')} value={from} onChange={change('from')} />
        <MonthField name={t('statistics.to')} value={to} onChange={change('to')} />
        <span role="alert" className="bad">
          {!valid && t('statistics.tooLong')}
        </span>
      </div>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {data && <Shares shares={data.shares} />}
      <Checks rows={valid ? data?.checks : []} />
      <Works rows={valid ? data?.works : []} />
      <Examinations rows={valid ? data?.examinations : []} />
      <Monthly latest={latest} />
    </div>
  );
}

function Shares({ shares }: { readonly shares: Statistics['shares'] }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('statistics.sharesTitle')} className="shares">
      <h2>{t('statistics.sharesTitle')}</h2>
      <dl className="facts">
        {(['duplicates', 'elsewhere'] as const).map((name) => {
          const { count, of, share } = shares[name];
          const percent = shareText(share ?? 0);
          return (
            <div key={name}>
              <dt>{t(`statistics.${name}`)}</dt>
              <dd>
                {share === null
                  ? t('statistics.shareOfNothing')
                  : t('statistics.shareOf', { count: wholeNumber(count), of: wholeNumber(of), percent })}
              </dd>
            </div>
          );
        })}
      </dl>
      <p className="quiet small">{t('statistics.sharesHint')}</p>
    </section>
  );
}

const CHECK_FIGURES = ['checks', 'comparisons', 'pictures', 'duplicates', 'elsewhere', 'incomplete'] as const;

function Checks({ rows }: { readonly rows: Statistics['checks'] | undefined }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('statistics.checksTitle')}>
      <h2>{t('statistics.checksTitle')}</h2>
      <DataTable
        name={t('statistics.checksTitle')}
        rows={rows}
        keyOf={({ month }) => month}
        none={t('statistics.none')}
        columns={[
          { head: t('statistics.month'), cell: ({ month }) => month },
          ...CHECK_FIGURES.map((name) => ({
            head: t(`statistics.${name}`),
            kind: 'number' as const,
            cell: (row: Statistics['checks'][number]) => wholeNumber(row[name]),
          })),
        ]}
      />
    </section>
  );
}

function Monthly({ latest }: { readonly latest: string }) {
  const { t } = useTranslation();
  const [month, setMonth] = useState(latest);
  return (
    <section aria-label={t('statistics.monthly')}>
      <h2>{t('statistics.monthly')}</h2>
      <div className="act-row">
        <MonthField name={t('statistics.month')} value={month} onChange={setMonth} />
        {isPeriod(month, month) && (
          <SaveFile
            path={`/api/v1/statistics/monthly.xlsx?month=${month}`}
            name={`weft-monthly-${month}.xlsx`}
            label={t('statistics.monthlyOf', { month })}
            hint={t('statistics.monthlyHint')}
          />
        )}
      </div>
    </section>
  );
}
