import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useChecks } from '../api/queries.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { VerdictTag } from '../check/VerdictTag.js';
import { timeText } from '../words/describe.js';

const PAGE = 50;

/** Every check of this node, newest first. */
export function ChecksPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const after = address.get('after') ?? undefined;
  const { data, error, refetch } = useChecks(after);
  const last = data?.checks.at(-1);
  const full = (data?.checks.length ?? 0) >= PAGE;
  return (
    <div className="page">
      <h1>{t('check.list')}</h1>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <DataTable
        name={t('check.list')}
        rows={data?.checks}
        keyOf={({ checkId }) => checkId}
        none={t('check.none')}
        columns={[
          {
            head: t('check.time'),
            cell: ({ askedAt, checkId }) => <Link to={`/checks/${checkId}`}>{timeText(askedAt)}</Link>,
          },
          {
            head: t('check.result'),
            cell: ({ verdict, complete }) => <VerdictTag verdict={verdict} complete={complete} />,
          },
          {
            head: t('check.complete'),
            cell: ({ complete }) => t(complete ? 'check.completeYes' : 'check.completeNo'),
          },
          { head: t('check.askedBy'), cell: ({ askedBy }) => askedBy },
          { head: t('check.picture'), cell: ({ picture }) => t('check.pictureSize', picture) },
          {
            head: t('check.digest'),
            cell: ({ picture }) => <span className="mono">{picture.digest.slice(0, 23)}…</span>,
          },
        ]}
      />
      <nav className="pager" aria-label={t('check.list')}>
        <Button disabled={after === undefined} onClick={() => setAddress({})}>
          {t('check.newest')}
        </Button>
        <Button disabled={!full || !last} onClick={() => last && setAddress({ after: last.checkId })}>
          {t('check.older')}
        </Button>
      </nav>
    </div>
  );
}
