import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useBatches } from '../api/queries.js';
import { Problem } from '../app/Problem.js';
import { timeText, wholeNumber } from '../words/describe.js';

/** The node's latest batches: whatever page they were begun at, they are found again here. */
export function RecentBatches() {
  const { t } = useTranslation();
  const { data, error, refetch } = useBatches();
  return (
    <section className="recent" aria-label={t('batch.recent')}>
      <h2>{t('batch.recent')}</h2>
      {error && !data && <Problem error={error} onAgain={() => void refetch()} />}
      {data?.batches.length === 0 && <p className="quiet">{t('batch.none')}</p>}
      <ul>
        {data?.batches.map((batch) => {
          const { batchId, state, count, finished, askedBy, openedAt } = batch;
          return (
            <li key={batchId}>
              <Link to={`/batches/${batchId}`}>{timeText(openedAt)}</Link>
              <span>{askedBy}</span>
              <span>
                {t('batch.progress', { finished: wholeNumber(finished), count: wholeNumber(count) })}
              </span>
              <span className={`batch-state batch-${state}`}>{t(`batch.state.${state}`)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
