import { useTranslation } from 'react-i18next';
import { useCheck } from '../api/queries.js';
import { Icon } from './icons.js';

type State = 'yes' | 'no' | 'pending' | 'invalid';

/** Whether enough other provinces hold this check in cosigned logs; an unwitnessed one says so. */
export function WitnessTag({ checkId }: { readonly checkId: string }) {
  const { t } = useTranslation();
  const { data } = useCheck(checkId);
  if (!data) return null;
  const { receipts, witnessed } = data;
  const state = stateOf(witnessed, receipts);
  const hint = state === 'no' ? t('witness.noText') : state === 'pending' ? t('witness.pendingText') : '';
  const count = receipts.filter((one) => one.state === 'WITNESSED').length;
  return (
    <span className={`witness witness-${state}`} title={hint}>
      <Icon path={state === 'yes' ? 'M3.500 8.500 6.800 11.800 12.500 5' : 'M8 3v6M8 11.500v1'} />
      {t(`witness.${state}`)}
      <small>{t('witness.receipts', { witnessed: count, all: receipts.length })}</small>
    </span>
  );
}

function stateOf(witnessed: boolean, receipts: readonly { readonly state: string }[]): State {
  if (witnessed) return 'yes';
  if (receipts.some(({ state }) => state === 'INVALID')) return 'invalid';
  return receipts.some(({ state }) => state === 'PENDING') ? 'pending' : 'no';
}
