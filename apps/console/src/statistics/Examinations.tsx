import { useTranslation } from 'react-i18next';
import type { Statistics } from '../api/schemas.js';
import { DataTable } from '../app/DataTable.js';
import { wholeNumber } from '../words/describe.js';

type Row = Statistics['examinations'][number];

/** How many working days the examinations took that ended in each month. */
export function Examinations({ rows }: { readonly rows: readonly Row[] | undefined }) {
  const { t } = useTranslation();
  const days = (value: number, { sure }: Row): string => {
    const text = String(Math.round(10 * value) / 10);
    return sure ? text : t('statistics.daysNotSure', { days: text });
  };
  return (
    <section aria-label={t('statistics.examinationsTitle')}>
      <h2>{t('statistics.examinationsTitle')}</h2>
      <DataTable
        name={t('statistics.examinationsTitle')}
        rows={rows}
        keyOf={({ month }) => month}
        none={t('statistics.none')}
        columns={[
          { head: t('statistics.month'), cell: ({ month }) => month },
          { head: t('statistics.ended'), kind: 'number', cell: ({ ended }) => wholeNumber(ended) },
          ...(['median', 'average', 'longest'] as const).map((name) => ({
            head: t(`statistics.${name}`),
            kind: 'number' as const,
            cell: (row: Row) => days(row[name], row),
          })),
          { head: t('statistics.inTime'), kind: 'number', cell: ({ inTime }) => wholeNumber(inTime) },
        ]}
      />
      <p className="quiet small">{t('statistics.examinationsHint')}</p>
    </section>
  );
}
