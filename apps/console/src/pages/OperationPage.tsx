import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useNodeState } from '../api/queries.js';
import type { NodeState } from '../api/schemas.js';
import { DataTable } from '../app/DataTable.js';
import { Problem } from '../app/Problem.js';
import { DaysLeft } from '../operation/DaysLeft.js';
import { Imports } from '../operation/Imports.js';
import { bytesText, partyName, shareText, timeText, wholeNumber } from '../words/describe.js';

/** Under this share of free space one should do something. */
const LITTLE_SPACE = 0.1;

/** The operator's page: how the node is, what waits, what runs out, and what was imported. */
export function OperationPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useNodeState();
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('operation.title')}</h1>
        <Link to="/members">{t('operation.toMembers')}</Link>
      </div>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {data && (
        <>
          <Now state={data} />
          <Versions state={data} />
          <Keys directory={data.directory} />
        </>
      )}
      <Imports />
    </div>
  );
}

function Now({ state }: { readonly state: NodeState }) {
  const { t } = useTranslation();
  const { reasons, queue, disk, memory, runtime, startedAt, certificateEnds, log, revocations } = state;
  const free = disk && disk.free / disk.total;
  return (
    <section aria-label={t('operation.now')}>
      <h2>{t('operation.now')}</h2>
      <p role="status" className={reasons.length > 0 ? 'bad' : undefined}>
        {reasons.length > 0 ? t('operation.notReady', { reasons: reasons.join('; ') }) : t('operation.ready')}
      </p>
      <dl className="facts">
        <div>
          <dt>{t('operation.certificate')}</dt>
          <dd>
            <DaysLeft until={certificateEnds} />
          </dd>
        </div>
        <div>
          <dt>{t('operation.queue')}</dt>
          <dd>
            {t('operation.queueText', {
              batches: wholeNumber(queue.batches),
              pictures: wholeNumber(queue.pictures),
            })}
          </dd>
        </div>
        <div>
          <dt>{t('operation.disk')}</dt>
          <dd className={free !== null && free < LITTLE_SPACE ? 'bad' : undefined}>
            {disk === null || free === null
              ? t('unit.none')
              : t('operation.diskText', {
                  free: bytesText(disk.free),
                  total: bytesText(disk.total),
                  share: shareText(free),
                })}
          </dd>
        </div>
        <div>
          <dt>{t('operation.memory')}</dt>
          <dd>{bytesText(memory)}</dd>
        </div>
        <div>
          <dt>{t('operation.log')}</dt>
          <dd>
            {log ? `${wholeNumber(log.size)} · ${t(`operation.logPhase.${log.phase}`)}` : t('unit.none')}
          </dd>
        </div>
        <div>
          <dt>{t('operation.revocations')}</dt>
          <dd className={revocations?.problem ? 'bad' : undefined}>{revocationText(revocations)}</dd>
        </div>
        <div>
          <dt>{t('operation.startedAt')}</dt>
          <dd>{timeText(startedAt)}</dd>
        </div>
        <div>
          <dt>{t('operation.runtime')}</dt>
          <dd>Node.js {runtime}</dd>
        </div>
      </dl>
    </section>
  );
}

function revocationText(revocations: NodeState['revocations']): string {
  const { t } = i18next;
  if (revocations === null) return t('operation.noRevocations');
  if (revocations.problem !== null) return revocations.problem;
  if (revocations.issuedAt === null) return t('unit.none');
  return t('operation.revocationList', {
    number: revocations.number ?? 0,
    time: timeText(revocations.issuedAt),
  });
}

function Versions({ state: { served, refingerprinting, directory } }: { readonly state: NodeState }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('operation.versions')}>
      <h2>{t('operation.versions')}</h2>
      <DataTable
        name={t('operation.versions')}
        rows={served}
        keyOf={({ modelDigest }) => modelDigest}
        none={t('unit.none')}
        columns={[
          {
            head: t('members.model'),
            cell: ({ modelDigest }) => <span className="mono">{modelDigest.slice(0, 27)}…</span>,
          },
          {
            head: t('operation.inForce'),
            cell: ({ modelDigest }) =>
              modelDigest === directory.modelDigest
                ? t('operation.yes')
                : modelDigest === directory.nextModelDigest
                  ? t('operation.next')
                  : t('operation.no'),
          },
          { head: t('operation.searched'), kind: 'number', cell: ({ searched }) => wholeNumber(searched) },
          { head: t('operation.declared'), kind: 'number', cell: ({ declared }) => wholeNumber(declared) },
        ]}
      />
      {refingerprinting && (refingerprinting.running || refingerprinting.failed > 0) && (
        <p>
          {t('operation.refingerprinting', {
            made: wholeNumber(refingerprinting.made),
            failed: wholeNumber(refingerprinting.failed),
          })}
        </p>
      )}
    </section>
  );
}

function Keys({ directory }: { readonly directory: NodeState['directory'] }) {
  const { t } = useTranslation();
  const name = t('operation.keys', { epoch: directory.epoch });
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      <DataTable
        name={name}
        rows={directory.keys}
        keyOf={({ party, kid, use }) => `${party} ${use} ${kid}`}
        none={t('unit.none')}
        columns={[
          { head: t('log.party'), cell: ({ party }) => partyName(party) },
          { head: t('operation.use'), cell: ({ use }) => keyUse(use) },
          { head: t('operation.kid'), cell: ({ kid }) => <span className="mono">{kid.slice(0, 16)}…</span> },
          {
            head: t('operation.ends'),
            cell: ({ notAfter, revoked }) =>
              revoked ? (
                <span className="bad">{t('operation.revoked')}</span>
              ) : notAfter === null ? (
                t('operation.noEnd')
              ) : (
                <DaysLeft until={notAfter} />
              ),
          },
        ]}
      />
    </section>
  );
}

function keyUse(use: string): string {
  const { t } = i18next;
  return use === 'statement' || use === 'log' || use === 'witness' ? t(`operation.uses.${use}`) : use;
}
