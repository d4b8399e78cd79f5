import { useTranslation } from 'react-i18next';
import { timeText } from '../words/describe.js';
import type { FindingStepRow } from './findings.js';

/** Whether the other province has a step, and what is done about it. */
export function DeliveryLine({ delivery }: Pick<FindingStepRow, 'delivery'>) {
  const { t } = useTranslation();
  if (delivery === null) return null;
  const { state, attempts, nextAt, problem } = delivery;
  return (
    <span className={state === 'delivered' ? 'quiet small' : 'small'}>
      {t(`findings.delivery.${state}`, { at: nextAt === null ? '' : timeText(nextAt), problem })}
      {state !== 'delivered' && state !== 'refused' && attempts > 0 && (
        <> · {t('findings.attempts', { count: attempts, problem })}</>
      )}
    </span>
  );
}
