import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.js';
import { type Decision, decisionSchema } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { Problem } from '../app/Problem.js';
import { timeText } from '../words/describe.js';

interface DecisionLineProps {
  readonly checkId: string;
  readonly decision: Decision;
  /** Whether no later one took its place. */
  readonly latest: boolean;
}

/** One decision; where a bureau wants four eyes, another examiner confirms it here. */
export function DecisionLine({ checkId, decision, latest }: DecisionLineProps) {
  const { t } = useTranslation();
  const { session } = useSession();
  const client = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const { decisionId, kind, reason, decidedBy, decidedAt, confirmedBy, inForce } = decision;
  const mayConfirm =
    latest && !inForce && session?.user !== decidedBy && (session?.roles.includes('examiner') ?? false);
  const confirm = async (): Promise<void> => {
    try {
      await call(`/api/v1/checks/${checkId}/decisions/${decisionId}/confirmation`, decisionSchema, {
        method: 'POST',
      });
      await client.invalidateQueries({ queryKey: ['decisions', checkId] });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <li className={latest && inForce ? 'is-in-force' : ''}>
      <b>{t(`decision.kinds.${kind}`)}</b>{' '}
      <span className="quiet small">
        {t(inForce ? (latest ? 'decision.inForce' : 'decision.superseded') : 'decision.waits')}
      </span>
      <p className="breaks">{reason}</p>
      <p className="quiet small">
        {decidedBy} · {timeText(decidedAt)}
        {confirmedBy !== null && ` · ${t('decision.confirmedBy', { user: confirmedBy })}`}
      </p>
      {mayConfirm && (
        <Button size="small" onClick={() => void confirm()}>
          {t('decision.confirm')}
        </Button>
      )}
      {problem !== null && <Problem error={problem} />}
    </li>
  );
}
