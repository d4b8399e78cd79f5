import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Choice } from '../app/Choice.js';
import { DataTable } from '../app/DataTable.js';
import { Pager } from '../app/Pager.js';
import { Problem } from '../app/Problem.js';
import { DeliveryLine } from '../findings/DeliveryLine.js';
import { DueTag } from '../findings/DueTag.js';
import { type Finding, useFindings } from '../findings/findings.js';
import { SettlingPlaces } from '../findings/SettlingPlaces.js';
import { provinceName, timeText } from '../words/describe.js';

const PAGE = 30;

/** Findings about this province's registrations, or those that it found: each with what is due and what is not delivered yet. */
export function FindingsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const direction = address.get('direction') === 'sent' ? 'sent' : 'received';
  const after = address.get('after');
  const query = new URLSearchParams({ direction, limit: String(PAGE), ...(after === null ? {} : { after }) });
  const { data, error, refetch } = useFindings(query.toString());
  const last = data?.findings.at(-1);
  return (
    <div className="page">
      <SettlingPlaces />
      <div className="page-head">
        <h1>{t('findings.title')}</h1>
        <Choice
          name={t('findings.direction')}
          value={direction}
          onChange={(one) => setAddress({ direction: one })}
          options={(['received', 'sent'] as const).map((one) => ({
            value: one,
            label: t(`findings.${one}`),
          }))}
        />
      </div>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Rows rows={data?.findings} />
      <Pager
        name={t('findings.title')}
        first={after === null}
        more={data?.findings.length === PAGE}
        onFirst={() => setAddress({ direction })}
        onMore={() => setAddress({ direction, after: last?.findingId ?? '' })}
      />
    </div>
  );
}

function Rows({ rows }: { readonly rows: readonly Finding[] | undefined }) {
  const { t } = useTranslation();
  return (
    <DataTable
      name={t('findings.title')}
      rows={rows}
      keyOf={({ findingId }) => findingId}
      none={t('findings.none')}
      columns={[
        {
          head: t('findings.number'),
          kind: 'breaks',
          cell: ({ findingId, registration, registrationId }) => (
            <Link to={`/findings/${findingId}`}>
              {registration?.registrationNumber ?? registration?.title ?? registrationId}
            </Link>
          ),
        },
        { head: t('findings.from'), cell: ({ from }) => provinceName(from) },
        { head: t('findings.to'), cell: ({ to }) => provinceName(to) },
        { head: t('findings.at'), cell: ({ steps }) => timeText(steps[0]?.at ?? '') },
        { head: t('findings.stateHead'), cell: ({ state }) => t(`findings.step.${state}`) },
        { head: t('findings.dueHead'), cell: ({ due }) => <DueTag due={due} /> },
        {
          head: t('findings.deliveryHead'),
          kind: 'breaks',
          cell: ({ steps }) => <DeliveryLine delivery={latestOwn(steps)} />,
        },
      ]}
    />
  );
}

/** Of this province's steps the first that is not delivered, else the last. */
function latestOwn(steps: Finding['steps']) {
  const own = steps.flatMap(({ delivery }) => delivery ?? []);
  return own.find(({ state }) => state !== 'delivered') ?? own.at(-1) ?? null;
}
