import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.js';
import { DepositCopy } from '../compare/DepositCopy.js';
import { Drawn, type Mode, MODES } from '../compare/Drawn.js';
import { useComparison } from '../compare/use-comparison.js';
import { useQueryPicture } from '../compare/use-query-picture.js';
import { useLinkedView } from '../compare/view.js';
import { ZoomButtons } from '../compare/ZoomButtons.js';
import type { WorklistItem } from './worklist.js';

/** Two registrations of this province by their deposit copies: side by side, and as the node draws them. */
export function OwnPair({ item: { own, other } }: { readonly item: WorklistItem }) {
  const { t } = useTranslation();
  const { session } = useSession();
  const [mode, setMode] = useState<Mode>('side');
  const view = useLinkedView();
  const examiner = session?.roles.includes('examiner') === true;
  const query = useQueryPicture(undefined, own.registrationId);
  const drawn = examiner && mode !== 'side' ? { registrationId: other.registrationId, lent: null } : null;
  const comparison = useComparison(own.registrationId, query, drawn);
  return (
    <section className="compare" aria-label={t('compare.title')}>
      <div className="compare-bar">
        {examiner && (
          <Segmented<Mode>
            size="small"
            aria-label={t('compare.title')}
            value={mode}
            onChange={setMode}
            options={MODES.map((one) => ({ value: one, label: t(`compare.mode.${one}`) }))}
          />
        )}
        <ZoomButtons view={view} />
      </div>
      {mode === 'side' ? (
        <div className="panes">
          <DepositCopy name={t('compare.query')} of={own} view={view} />
          <DepositCopy name={t('compare.candidate')} of={other} view={view} />
        </div>
      ) : (
        <Drawn mode={mode} view={view} comparison={comparison} query={query} />
      )}
    </section>
  );
}
