import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Statistics } from '../api/schemas.js';
import { Choice } from '../app/Choice.js';
import { DataTable } from '../app/DataTable.js';
import { wholeNumber } from '../words/describe.js';

const GROUPS = ['month', 'centre', 'category'] as const;
type Group = (typeof GROUPS)[number];

interface Sum {
  readonly name: string;
  readonly applications: number;
  readonly certificates: number;
}

/** Applications and certificates of a period, by month, region or category, with their sum. */
export function Works({ rows }: { readonly rows: Statistics['works'] | undefined }) {
  const { t } = useTranslation();
  const [group, setGroup] = useState<Group>('month');
  const groups = rows && sumsBy(group, rows);
  const total = rows?.length ? [{ ...sumOf(rows), name: t('statistics.total') }] : [];
  return (
    <section aria-label={t('statistics.worksTitle')}>
      <div className="page-head">
        <h2>{t('statistics.worksTitle')}</h2>
        <Choice
          name={t('statistics.by')}
          value={group}
          onChange={setGroup}
          options={GROUPS.map((one) => ({ value: one, label: t(`statistics.groups.${one}`) }))}
        />
      </div>
      <DataTable
        name={t('statistics.worksTitle')}
        rows={groups && [...groups, ...total]}
        keyOf={({ name }) => name}
        none={t('statistics.none')}
        columns={[
          {
            head: t(`statistics.${group}`),
            kind: 'breaks',
            cell: ({ name }) => name || t('statistics.noCentre'),
          },
          {
            head: t('statistics.applications'),
            kind: 'number',
            cell: (row) => wholeNumber(row.applications),
          },
          {
            head: t('statistics.certificates'),
            kind: 'number',
            cell: (row) => wholeNumber(row.certificates),
          },
        ]}
      />
      <p className="quiet small">{t('statistics.worksHint')}</p>
    </section>
  );
}

function sumsBy(group: Group, rows: Statistics['works']): Sum[] {
  const names = [...new Set(rows.map((row) => row[group]))].sort();
  return names.map((name) => ({ name, ...sumOf(rows.filter((row) => row[group] === name)) }));
}

function sumOf(rows: Statistics['works']): Omit<Sum, 'name'> {
  return {
    applications: rows.reduce((sum, row) => sum + row.applications, 0),
    certificates: rows.reduce((sum, row) => sum + row.certificates, 0),
  };
}
