import { WORKLIST_RESULTS, type WorklistResult } from '#libs/registry';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.js';
import { Choice } from '../app/Choice.js';
import { Problem } from '../app/Problem.js';
import { ReasonInput } from '../app/ReasonInput.js';
import { useAct } from '../app/use-act.js';
import { type WorklistItem, worklistItemSchema, WORKLIST_KEYS } from './worklist.js';

interface ActsProps {
  readonly item: WorklistItem;
  /** User name of who is logged in. */
  readonly user: string;
}

/** What an examiner may do with a pair: take it, give it back, close it with a result. */
export function WorklistActs({ item, user }: ActsProps) {
  const { t } = useTranslation();
  const { itemId, state, steps } = item;
  const { busy, problem, act } = useAct(WORKLIST_KEYS);
  const step = (name: string, said: object = {}): Promise<boolean> => {
    const json = { step: name, before: steps.at(-1)?.stepId ?? null, ...said };
    const path = `/api/v1/worklist/${itemId}/steps`;
    return act(name, () => call(path, worklistItemSchema, { method: 'POST', json }));
  };
  const mine = state === 'taken' && steps.at(-1)?.by === user;
  const take = { open: 'take', taken: 'takeOver', closed: 'takeAgain' } as const;
  return (
    <section className="acts" aria-label={t('worklist.acts')}>
      <h2>{t('worklist.acts')}</h2>
      {mine ? (
        <CloseForm
          foreign={item.other.province !== item.own.province}
          busy={busy}
          onClose={(result, reason) => void step('closed', { result, reason })}
          onRelease={() => void step('released')}
        />
      ) : (
        <div className="act-row">
          <Button loading={busy !== null} onClick={() => void step('taken')}>
            {t(`worklist.${take[state]}`)}
          </Button>
        </div>
      )}
      {problem !== null && <Problem error={problem} />}
    </section>
  );
}

interface CloseFormProps {
  /** Whether the other registration is another province's. */
  readonly foreign: boolean;
  readonly busy: string | null;
  readonly onClose: (result: WorklistResult, reason: string) => void;
  readonly onRelease: () => void;
}

function CloseForm({ foreign, busy, onClose, onRelease }: CloseFormProps) {
  const { t } = useTranslation();
  const [result, setResult] = useState<WorklistResult>('same-work');
  const [reason, setReason] = useState('');
  const results = WORKLIST_RESULTS.filter((one) => foreign || one !== 'finding-sent');
  return (
    <>
      <div className="act-row">
        <Choice
          name={t('worklist.result')}
          value={result}
          onChange={setResult}
          options={results.map((one) => ({ value: one, label: t(`worklist.results.${one}`) }))}
        />
        <ReasonInput label={t('worklist.reason')} value={reason} onChange={setReason} />
        <Button
          type="primary"
          loading={busy === 'closed'}
          disabled={busy !== null || reason.trim() === ''}
          onClick={() => onClose(result, reason.trim())}
        >
          {t('worklist.close')}
        </Button>
        <Button loading={busy === 'released'} disabled={busy !== null} onClick={onRelease}>
          {t('worklist.release')}
        </Button>
      </div>
      <p className="quiet small">{t('worklist.resultHint')}</p>
    </>
  );
}
