import { useTranslation } from 'react-i18next';
import { useMembers } from '../api/queries.js';
import type { Member } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { OutcomeIcon } from '../check/icons.js';
import { provinceName, wholeNumber } from '../words/describe.js';

/** Every member of the directory and what it can answer now. */
export function MembersPage() {
  const { t } = useTranslation();
  const { session } = useSession();
  const { data, error, refetch } = useMembers();
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('members.title')}</h1>
        {data && <span className="quiet">{t('members.epoch', { epoch: data.epoch })}</span>}
      </div>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <DataTable
        name={t('members.title')}
        rows={data?.members}
        keyOf={({ province }) => province}
        none={t('unit.none')}
        columns={[
          {
            head: t('members.member'),
            cell: ({ province }) => (
              <>
                <b>{provinceName(province)}</b>{' '}
                {province === session?.province && <span className="quiet">({t('members.own')})</span>}
              </>
            ),
          },
          {
            head: t('members.outcome'),
            cell: ({ outcome }) => (
              <span className={outcome === 'ANSWERED' ? 'is-there' : 'is-missing'}>
                <OutcomeIcon outcome={outcome} /> {t(`outcome.${outcome}`)}
              </span>
            ),
          },
          {
            head: t('members.registrations'),
            kind: 'number',
            cell: ({ searched, declared }) => counted(searched, declared, t('unit.none')),
          },
          { head: t('members.index'), cell: (member) => <Position member={member} /> },
          { head: t('members.model'), cell: (member) => <Model member={member} /> },
          { head: t('members.detail'), kind: 'breaks', cell: ({ detail }) => detail },
        ]}
      />
    </div>
  );
}

function counted(searched: number | null, declared: number | null, none: string): string {
  if (searched === null) return none;
  if (declared === null || declared === searched) return wholeNumber(searched);
  return `${wholeNumber(searched)} / ${wholeNumber(declared)}`;
}

function Position({ member: { position, registryPosition } }: { readonly member: Member }) {
  const { t } = useTranslation();
  if (position === null || registryPosition === null) return <>{t('unit.none')}</>;
  const behind = registryPosition - position;
  return behind > 0 ? (
    <span className="is-missing">{t('members.indexBehind', { count: behind })}</span>
  ) : (
    <>{t('members.indexLevel', { position: wholeNumber(position) })}</>
  );
}

function Model({ member: { modelDigest, served } }: { readonly member: Member }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="mono">{modelDigest?.slice(0, 19) ?? t('unit.none')}</span>
      {served.length > 1 && (
        <span className="quiet"> {t('members.versions', { count: served.length - 1 })}</span>
      )}
    </>
  );
}
