import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLogState } from '../api/queries.js';
import type { LogState } from '../api/schemas.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { Icon } from '../check/icons.js';
import { partyName, timeText, wholeNumber } from '../words/describe.js';

/** The node's log: how far it is witnessed, by whom, whose logs it witnesses and copies, and two histories if any were shown. */
export function LogPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useLogState();
  return (
    <div className="page">
      <h1>{t('log.title')}</h1>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {data && (
        <>
          <OwnLog log={data.log} />
          <Equivocations found={data.equivocations} />
          <Others state={data} />
        </>
      )}
    </div>
  );
}

function OwnLog({ log }: { readonly log: LogState['log'] }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('log.own')}>
      <h2>
        {t('log.own')}{' '}
        <span className={`witness witness-${log.phase === 'witnessed' ? 'yes' : 'no'}`}>
          <Icon
            path={log.phase === 'witnessed' ? 'M3.500 8.500 6.800 11.800 12.500 5' : 'M8 3v6M8 11.500v1'}
          />
          {t(`log.phase.${log.phase}`)}
        </span>
      </h2>
      <p>{t(`log.phaseText.${log.phase}`)}</p>
      <dl className="facts">
        {(['size', 'witnessedSize', 'quorum'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`log.${name}`)}</dt>
            <dd>{wholeNumber(log[name])}</dd>
          </div>
        ))}
      </dl>
      <DataTable
        name={t('log.witnesses')}
        rows={log.witnesses}
        keyOf={({ name }) => name}
        none={t('unit.none')}
        columns={[
          { head: t('log.witness'), cell: ({ name }) => partyName(name) },
          { head: t('log.upTo'), kind: 'number', cell: ({ size }) => wholeNumber(size) },
          { head: t('log.problem'), kind: 'breaks', cell: ({ problem }) => problem ?? t('log.fine') },
        ]}
      />
    </section>
  );
}

function Equivocations({ found }: { readonly found: LogState['equivocations'] }) {
  const { t } = useTranslation();
  if (found.length === 0) return <p className="quiet">{t('log.noEquivocations')}</p>;
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      title={t('log.equivocations')}
      description={
        <>
          <p>{t('log.equivocationText')}</p>
          <ul>
            {found.map(({ origin, reason, seenAt }) => (
              <li key={`${origin} ${seenAt}`}>
                <span className="mono">{origin}</span> · {reason} · {t('log.seenAt')} {timeText(seenAt)}
              </li>
            ))}
          </ul>
        </>
      }
    />
  );
}

function Others({ state }: { readonly state: LogState }) {
  const { t } = useTranslation();
  const sizeText = (value: number | null): string => (value === null ? t('log.notYet') : wholeNumber(value));
  return (
    <div className="two">
      <section aria-label={t('log.others')}>
        <h2>{t('log.others')}</h2>
        <DataTable
          name={t('log.others')}
          rows={state.witnessed}
          keyOf={({ origin }) => origin}
          none={t('unit.none')}
          columns={[
            { head: t('log.origin'), cell: ({ origin }) => partyName(origin) },
            { head: t('log.upTo'), kind: 'number', cell: ({ size }) => sizeText(size) },
            { head: t('log.cosignedAt'), cell: ({ cosignedAt }) => timeText(cosignedAt) },
          ]}
        />
      </section>
      <section aria-label={t('log.mirrors')}>
        <h2>{t('log.mirrors')}</h2>
        <DataTable
          name={t('log.mirrors')}
          rows={state.mirrors}
          keyOf={({ party }) => party}
          none={t('unit.none')}
          columns={[
            { head: t('log.party'), cell: ({ party }) => partyName(party) },
            { head: t('log.copied'), kind: 'number', cell: ({ size }) => sizeText(size) },
            {
              head: t('log.problem'),
              kind: 'breaks',
              cell: ({ problem, witnessed }) =>
                problem ?? t(witnessed ? 'log.phase.witnessed' : 'log.phase.waiting'),
            },
          ]}
        />
      </section>
    </div>
  );
}
