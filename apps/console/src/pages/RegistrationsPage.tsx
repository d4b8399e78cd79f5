import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { REGISTRATION_STATES } from '#libs/registry';
import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { call } from '../api/client.js';
import { type Registration, registrationListSchema } from '../api/schemas.js';
import { Choice } from '../app/Choice.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { StateTag } from '../registry/StateTag.js';
import { Thumb } from '../registry/Thumb.js';
import { timeText } from '../words/describe.js';

const PAGE = 30;

/** The province's registrations, by state and words. */
export function RegistrationsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const filter = new URLSearchParams(address);
  filter.set('limit', String(PAGE));
  const { data, error, refetch } = useQuery({
    queryKey: ['registrations', filter.toString()],
    queryFn: ({ signal }) =>
      call(`/api/v1/registrations?${filter.toString()}`, registrationListSchema, { signal }),
    placeholderData: keepPreviousData,
  });
  const narrow = (name: string, value: string | undefined): void => {
    const next = new URLSearchParams(address);
    next.delete('after');
    if (value) next.set(name, value);
    else next.delete(name);
    setAddress(next);
  };
  const rows = data?.registrations ?? [];
  const last = rows.at(-1);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('registrations.title')}</h1>
        <Input.Search
          allowClear
          maxLength={200}
          aria-label={t('registrations.search')}
          placeholder={t('registrations.search')}
          defaultValue={address.get('text') ?? ''}
          onSearch={(text) => narrow('text', text.trim())}
        />
        <Choice
          name={t('registrations.state')}
          value={address.get('state') ?? ''}
          onChange={(state) => narrow('state', state)}
          options={[
            { value: '', label: t('registrations.anyState') },
            ...REGISTRATION_STATES.map((state) => ({
              value: state,
              label: t(`registrations.states.${state}`),
            })),
          ]}
        />
      </div>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Rows rows={data?.registrations} />
      <nav className="pager" aria-label={t('registrations.title')}>
        <Button disabled={!address.has('after')} onClick={() => narrow('after', undefined)}>
          {t('registrations.first')}
        </Button>
        <Button
          disabled={rows.length < PAGE || !last}
          onClick={() => {
            const next = new URLSearchParams(address);
            if (last) next.set('after', last.registrationId);
            setAddress(next);
          }}
        >
          {t('registrations.more')}
        </Button>
      </nav>
    </div>
  );
}

function Rows({ rows }: { readonly rows: readonly Registration[] | undefined }) {
  const { t } = useTranslation();
  return (
    <DataTable
      name={t('registrations.title')}
      rows={rows}
      keyOf={({ registrationId }) => registrationId}
      none={t('registrations.none')}
      columns={[
        {
          head: t('registrations.picture'),
          kind: 'narrow',
          cell: ({ registrationId }) => <Thumb registrationId={registrationId} />,
        },
        {
          head: t('registrations.number'),
          cell: ({ registrationId, registrationNumber }) => (
            <Link to={`/registrations/${registrationId}`}>{registrationNumber ?? t('check.noNumber')}</Link>
          ),
        },
        { head: t('registrations.workTitle'), kind: 'breaks', cell: ({ title }) => title },
        { head: t('registrations.owner'), kind: 'breaks', cell: ({ owner }) => owner },
        { head: t('registrations.state'), cell: ({ state }) => <StateTag state={state} /> },
        { head: t('registrations.registeredOn'), cell: ({ registeredOn }) => registeredOn ?? t('unit.none') },
        { head: t('registrations.centre'), cell: ({ centre }) => centre },
        { head: t('registrations.filedAt'), cell: ({ filedAt }) => timeText(filedAt) },
      ]}
    />
  );
}
