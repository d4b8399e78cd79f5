import { useTranslation } from 'react-i18next';
import { useDepositCopy } from '../api/queries.js';
import { Problem } from '../app/Problem.js';
import { useObjectUrl } from '../app/use-object-url.js';
import { Pane } from './Pane.js';
import type { LinkedView } from './view.js';

/** Longest side of a deposit copy as it is looked at, pixels. */
export const DEPOSIT_SIDE = 1_600;

interface DepositCopyProps {
  readonly name: string;
  /** A registration of this province. */
  readonly of: {
    readonly registrationId: string;
    readonly registrationNumber: string | null;
    readonly title: string | null;
  };
  readonly view: LinkedView;
}

/** The picture of a registration of this province. */
export function DepositCopy({ name, of, view }: DepositCopyProps) {
  const { t } = useTranslation();
  const copy = useDepositCopy(of.registrationId, DEPOSIT_SIDE);
  const url = useObjectUrl(copy.data);
  if (copy.isError) return <Problem error={copy.error} onAgain={() => void copy.refetch()} />;
  return (
    <Pane name={name} view={view} pictures={[url ? { url, alt: name } : null]}>
      {name} · {of.registrationNumber ?? t('check.noNumber')} · {of.title ?? ''}
    </Pane>
  );
}
