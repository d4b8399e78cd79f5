import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Candidate, CheckReport } from '../api/schemas.js';
import { useSession } from '../api/session.js';
import { useKeys } from '../app/use-keys.js';
import { SendFinding } from '../findings/SendFinding.js';
import { NoteMarketFinding } from '../market/NoteMarketFinding.js';
import { CandidateFacts } from './CandidateFacts.js';
import { Drawn, type Mode, MODES } from './Drawn.js';
import { SideBySide } from './SideBySide.js';
import { useComparison } from './use-comparison.js';
import { useLentPicture } from './use-lent-picture.js';
import { useQueryPicture } from './use-query-picture.js';
import { useLinkedView } from './view.js';
import { ZoomButtons } from './ZoomButtons.js';

interface CompareViewProps {
  readonly check: CheckReport;
  readonly candidate: Candidate | undefined;
}

/** The picture that was checked beside one candidate, by as many means as the candidate's province lets. */
export function CompareView({ check, candidate }: CompareViewProps) {
  const { t } = useTranslation();
  const { session } = useSession();
  const [mode, setMode] = useState<Mode>('side');
  const view = useLinkedView();
  const query = useQueryPicture(check.picture.digest, check.registrationId);
  // Pictures of other provinces stay there: drawn upon are one's own, and those that were lent whole.
  const own = candidate !== undefined && candidate.province === session?.province;
  const lending = useLentPicture(own ? undefined : candidate);
  const whole = lending.lent?.size === 'full' ? lending.lent.file : null;
  const drawable =
    candidate !== undefined && session?.roles.includes('examiner') === true && (own || whole !== null);
  const comparison = useComparison(
    check.picture.digest,
    query,
    drawable ? { registrationId: candidate.registrationId, lent: whole } : null,
  );
  useKeys({
    ...Object.fromEntries(MODES.map((one, place) => [String(place + 1), () => setMode(one)])),
    '+': view.nearer,
    '=': view.nearer,
    '-': view.farther,
    '0': view.reset,
  });
  const shown = drawable ? mode : 'side';
  return (
    <section className="compare" aria-label={t('compare.title')}>
      <div className="compare-bar">
        {drawable ? (
          <Segmented<Mode>
            size="small"
            aria-label={t('compare.title')}
            value={mode}
            onChange={setMode}
            options={MODES.map((one) => ({ value: one, label: t(`compare.mode.${one}`) }))}
          />
        ) : (
          <span className="quiet">{candidate ? t('compare.mode.side') : t('compare.pick')}</span>
        )}
        <ZoomButtons view={view} />
      </div>
      {shown === 'side' ? (
        <SideBySide
          check={check}
          candidate={candidate}
          own={own}
          query={query}
          lending={lending}
          view={view}
        />
      ) : (
        <Drawn
          key={candidate?.registrationId}
          mode={shown}
          view={view}
          comparison={comparison}
          query={query}
        />
      )}
      {candidate && <CandidateFacts candidate={candidate} check={check} />}
      {candidate && !own && candidate.verdict !== null && (
        <SendFinding key={candidate.registrationId} check={check} candidate={candidate} />
      )}
      {candidate?.verdict && check.registrationId === null && (
        <NoteMarketFinding key={`market ${candidate.registrationId}`} check={check} candidate={candidate} />
      )}
    </section>
  );
}
