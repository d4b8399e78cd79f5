import { useQueryClient } from '@tanstack/react-query';
import { DECISION_KINDS } from '#libs/registry';
import { Button, Input } from 'antd';
import { type SubmitEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.js';
import { useDecisions } from '../api/queries.js';
import { type CheckReport, type Decision, decisionSchema } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { DecisionLine } from './DecisionLine.js';

const MOST_REASON = 1_000;

/** The examiner's word on a check: what was decided, and a form for the next decision. */
export function DecisionPanel({ check }: { readonly check: CheckReport }) {
  const { t } = useTranslation();
  const { session } = useSession();
  const { data, error, refetch } = useDecisions(check.checkId);
  const decisions = data?.decisions ?? [];
  return (
    <section className="decision" aria-label={t('decision.title')}>
      <h2>{t('decision.title')}</h2>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {decisions.length === 0 && <p className="quiet small">{t('decision.none')}</p>}
      <ol>
        {decisions.map((decision, place) => (
          <DecisionLine
            key={decision.decisionId}
            checkId={check.checkId}
            decision={decision}
            latest={place === decisions.length - 1}
          />
        ))}
      </ol>
      {session?.roles.includes('examiner') && data && (
        <DecisionForm checkId={check.checkId} before={decisions.at(-1)?.decisionId ?? null} />
      )}
    </section>
  );
}

interface DecisionFormProps {
  readonly checkId: string;
  /** The decision that the person saw and that the new one takes the place of. */
  readonly before: string | null;
}

function DecisionForm({ checkId, before }: DecisionFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const client = useQueryClient();
  const [kind, setKind] = useState<Decision['kind'] | null>(null);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  const decide = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await call(`/api/v1/checks/${checkId}/decisions`, decisionSchema, {
        method: 'POST',
        json: { kind, reason: reason.trim(), supersedes: before },
      });
      setKind(null);
      setReason('');
      await client.invalidateQueries({ queryKey: ['decisions', checkId] });
    } catch (error) {
      setProblem(error);
      await client.invalidateQueries({ queryKey: ['decisions', checkId] });
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void decide(event)}>
      <fieldset>
        <legend className="away">{t('decision.kind')}</legend>
        {DECISION_KINDS.map((one) => (
          <label key={one}>
            <input type="radio" name={id} checked={kind === one} onChange={() => setKind(one)} />
            {t(`decision.kinds.${one}`)}
          </label>
        ))}
      </fieldset>
      <Input.TextArea
        aria-label={t('decision.reason')}
        placeholder={t('decision.reason')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={MOST_REASON}
        rows={2}
      />
      {problem !== null && <Problem error={problem} />}
      <Button
        type="primary"
        htmlType="submit"
        loading={busy}
        disabled={kind === null || reason.trim() === ''}
      >
        {t('decision.decide')}
      </Button>
    </form>
  );
}
