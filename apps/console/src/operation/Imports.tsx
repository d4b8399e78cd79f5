import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { perform } from '../audit/perform.js';
import { timeText, wholeNumber } from '../words/describe.js';

const importSchema = z.object({
  firstRow: z.int(),
  lastRow: z.int(),
  imported: z.array(z.unknown()),
  updated: z.array(z.unknown()),
  unchanged: z.int(),
  rejected: z.int(),
});

/** The latest imports of "weft import", as the node's log has them, with the rows that were rejected. */
export function Imports() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => readImports(signal),
  });
  return (
    <section aria-label={t('operation.imports')}>
      <h2>{t('operation.imports')}</h2>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <DataTable
        name={t('operation.imports')}
        rows={data}
        keyOf={({ index }) => String(index)}
        none={t('operation.noImports')}
        columns={[
          { head: t('audit.at'), cell: ({ at }) => timeText(at) },
          { head: t('audit.actor'), cell: ({ actor }) => actor },
          {
            head: t('operation.rows'),
            cell: ({ firstRow, lastRow }) => `${wholeNumber(firstRow)}–${wholeNumber(lastRow)}`,
          },
          {
            head: t('operation.imported'),
            kind: 'number',
            cell: ({ imported }) => wholeNumber(imported.length),
          },
          {
            head: t('operation.updated'),
            kind: 'number',
            cell: ({ updated }) => wholeNumber(updated.length),
          },
          { head: t('operation.unchanged'), kind: 'number', cell: ({ unchanged }) => wholeNumber(unchanged) },
          {
            head: t('operation.rejected'),
            kind: 'number',
            cell: ({ rejected }) => (
              <span className={rejected > 0 ? 'bad' : undefined}>{wholeNumber(rejected)}</span>
            ),
          },
          { head: t('audit.index'), kind: 'number', cell: ({ index }) => wholeNumber(index) },
        ]}
      />
      <p className="quiet small">{t('operation.importsHint')}</p>
    </section>
  );
}

async function readImports(signal: AbortSignal) {
  const search = { text: '', type: 'registry.imported', before: null };
  const { entries } = await perform({ kind: 'search', search }, { signal });
  return entries.flatMap(({ index, record }) => {
    if (typeof record === 'string') return [];
    const details = importSchema.safeParse(record.details);
    return details.success ? [{ index, at: record.at, actor: record.actor.name, ...details.data }] : [];
  });
}
