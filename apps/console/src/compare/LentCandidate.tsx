import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Candidate } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { provinceName } from '../words/describe.js';
import { Pane } from './Pane.js';
import type { Lending } from './use-lent-picture.js';
import type { LinkedView } from './view.js';

const MOST_REASON = 500;

interface LentProps {
  readonly candidate: Candidate;
  readonly lending: Lending;
  readonly view: LinkedView;
}

/** Another province's candidate: its picture once it is lent, and before that what its province shows and how to ask for it. */
export function LentCandidate({ candidate, lending, view }: LentProps) {
  const { t } = useTranslation();
  const url = useObjectUrl(lending.lent?.file);
  const name = t('compare.candidate');
  if (!lending.lent) return <StaysHome candidate={candidate} lending={lending} />;
  const until = lending.lent.until.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return (
    <Pane name={name} view={view} pictures={[url ? { url, alt: name } : null]}>
      {name} · {candidate.registrationNumber ?? t('check.noNumber')} ·{' '}
      {t('lent.until', { province: provinceName(candidate.province), until })}
      {lending.lent.size === 'thumbnail' && candidate.pictures === 'full' && (
        <AskForm candidate={candidate} lending={lending} whole />
      )}
    </Pane>
  );
}

function StaysHome({ candidate, lending }: Omit<LentProps, 'view'>) {
  const { t } = useTranslation();
  const { session } = useSession();
  const province = provinceName(candidate.province);
  const policy = candidate.pictures ?? 'nothing';
  const mayAsk = policy !== 'nothing' && session?.roles.includes('examiner');
  return (
    <figure className="pane">
      <div className="stage stays-home">
        <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
          <path
            d="M8 22 24 8l16 14v18H8zM20 40V28h8v12"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            strokeLinejoin="round"
          />
        </svg>
        <h3>{t('compare.staysHome', { province })}</h3>
        <p>{t(`lent.policy.${policy}`, { province })}</p>
        {mayAsk && <AskForm candidate={candidate} lending={lending} whole={policy === 'full'} />}
        {lending.problem !== null && <Problem error={lending.problem} />}
      </div>
      <figcaption>{t('compare.candidate')}</figcaption>
    </figure>
  );
}

interface AskFormProps {
  readonly candidate: Candidate;
  readonly lending: Lending;
  /** Whether the whole picture may be asked for. */
  readonly whole: boolean;
}

function AskForm({ lending, whole }: AskFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const [reason, setReason] = useState('');
  return (
    <form
      className="ask-picture"
      onSubmit={(event) => {
        event.preventDefault();
        void lending.ask('full', reason.trim());
      }}
    >
      {lending.lent === null && (
        <Button loading={lending.asking} onClick={() => void lending.ask('thumbnail', '')}>
          {t('lent.askThumbnail')}
        </Button>
      )}
      {whole && (
        <>
          <label htmlFor={id}>{t('lent.reason')}</label>
          <Input
            id={id}
            value={reason}
            maxLength={MOST_REASON}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button htmlType="submit" loading={lending.asking} disabled={reason.trim() === ''}>
            {t('lent.askFull')}
          </Button>
        </>
      )}
    </form>
  );
}
