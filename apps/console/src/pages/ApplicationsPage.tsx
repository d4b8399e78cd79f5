import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { call } from '../api/client.js';
import { type Application, applicationListSchema } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { Choice } from '../app/Choice.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { DaysTag } from '../registry/DaysTag.js';
import { StateTag } from '../registry/StateTag.js';
import { Thumb } from '../registry/Thumb.js';
import { timeText } from '../words/describe.js';

const PAGE = 30;

/** The applications that are examined, each with the days that it has taken. */
export function ApplicationsPage() {
  const { t } = useTranslation();
  const { session } = useSession();
  const [address, setAddress] = useSearchParams();
  const filter = new URLSearchParams(address);
  filter.set('limit', String(PAGE));
  const { data, error, refetch } = useQuery({
    queryKey: ['applications', filter.toString()],
    queryFn: ({ signal }) =>
      call(`/api/v1/applications?${filter.toString()}`, applicationListSchema, { signal }),
    placeholderData: keepPreviousData,
  });
  const narrow = (changes: Readonly<Record<string, string>>): void => {
    const next = new URLSearchParams(address);
    next.delete('after');
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    setAddress(next);
  };
  const last = data?.applications.at(-1);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('applications.title')}</h1>
        <Input.Search
          allowClear
          maxLength={200}
          aria-label={t('applications.search')}
          placeholder={t('applications.search')}
          defaultValue={address.get('text') ?? ''}
          onSearch={(text) => narrow({ text: text.trim() })}
        />
        <Choice
          name={t('registrations.state')}
          value={address.get('state') ?? 'applied'}
          onChange={(state) => narrow({ state })}
          options={(['applied', 'examined'] as const).map((state) => ({
            value: state,
            label: t(`registrations.states.${state}`),
          }))}
        />
        {session?.roles.includes('examiner') && (
          <Link className="act" to="/applications/new">
            {t('applications.new')}
          </Link>
        )}
      </div>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Rows rows={data?.applications} />
      <nav className="pager" aria-label={t('applications.title')}>
        <Button disabled={!address.has('after')} onClick={() => narrow({})}>
          {t('registrations.first')}
        </Button>
        <Button
          disabled={(data?.applications.length ?? 0) < PAGE || !last}
          onClick={() => narrow({ after: last?.registrationId ?? '' })}
        >
          {t('registrations.more')}
        </Button>
      </nav>
    </div>
  );
}

function Rows({ rows }: { readonly rows: readonly Application[] | undefined }) {
  const { t } = useTranslation();
  return (
    <DataTable
      name={t('applications.title')}
      rows={rows}
      keyOf={({ registrationId }) => registrationId}
      none={t('applications.none')}
      columns={[
        {
          head: t('registrations.picture'),
          kind: 'narrow',
          cell: ({ registrationId }) => <Thumb registrationId={registrationId} />,
        },
        {
          head: t('registrations.workTitle'),
          kind: 'breaks',
          cell: ({ registrationId, title }) => <Link to={`/registrations/${registrationId}`}>{title}</Link>,
        },
        { head: t('registrations.owner'), kind: 'breaks', cell: ({ owner }) => owner },
        { head: t('registrations.state'), cell: ({ state }) => <StateTag state={state} /> },
        { head: t('applications.filedAt'), cell: ({ filedAt }) => timeText(filedAt) },
        { head: t('applications.workingDays'), cell: ({ days }) => <DaysTag days={days} /> },
        { head: t('applications.promisedBy'), cell: ({ days }) => days.promisedBy },
        { head: t('applications.legalBy'), cell: ({ days }) => days.legalBy },
      ]}
    />
  );
}
