import type { UseQueryResult } from '@tanstack/react-query';
import { Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Comparison } from '../api/schemas.js';
import { Problem } from '../app/Problem.js';
import { said } from '../words/describe.js';
import { Blink } from './Blink.js';
import { BringPicture } from './BringPicture.js';
import { Overlay } from './Overlay.js';
import { Pane } from './Pane.js';
import { useDrawings } from './use-comparison.js';
import type { QueryPicture } from './use-query-picture.js';
import type { LinkedView } from './view.js';

export const MODES = ['side', 'overlay', 'blink', 'places', 'repeat', 'palette'] as const;
/** Ways to look at two pictures. */
export type Mode = (typeof MODES)[number];

/** The drawings that each way shows. */
const DRAWINGS = {
  overlay: ['blink-a.png', 'blink-b.png', 'overlay.png'],
  blink: ['blink-a.png', 'blink-b.png'],
  places: ['side-by-side.png'],
  repeat: ['repeat-query.png', 'repeat-candidate.png', 'repeat-difference.png'],
  palette: ['palette.png'],
} as const satisfies Record<Exclude<Mode, 'side'>, readonly string[]>;

interface DrawnProps {
  readonly mode: Exclude<Mode, 'side'>;
  readonly view: LinkedView;
  readonly comparison: UseQueryResult<Comparison>;
  readonly query: QueryPicture;
}

/** What the node drew of the two pictures. */
export function Drawn({ mode, view, comparison, query }: DrawnProps) {
  const { t } = useTranslation();
  const drawings = useDrawings(comparison.data);
  if (query.picture === null && !query.sought) return <BringPicture bring={query.bring} />;
  if (comparison.isError)
    return <Problem error={comparison.error} onAgain={() => void comparison.refetch()} />;
  if (!comparison.data || drawings.size === 0)
    return (
      <div className="drawing" role="status">
        <Spin /> {t('compare.drawing')}
      </div>
    );
  const missing = DRAWINGS[mode].find((name) => !drawings.has(name));
  if (missing !== undefined) return <Absent name={missing} comparison={comparison.data} />;
  if (mode === 'overlay') return <Overlay view={view} drawings={drawings} />;
  if (mode === 'blink') return <Blink view={view} drawings={drawings} />;
  return (
    <div className="panes">
      {DRAWINGS[mode].map((name) => (
        <Drawing key={name} name={name} view={view} comparison={comparison.data} url={drawings.get(name)} />
      ))}
    </div>
  );
}

interface DrawingProps {
  readonly name: string;
  readonly view: LinkedView;
  readonly comparison: Comparison;
  readonly url: string | undefined;
}

function Drawing({ name, view, comparison, url }: DrawingProps) {
  const caption =
    said(comparison.evidence.pictures.find((one) => one.name === name)?.caption ?? null) ?? name;
  return <Pane name={caption} view={view} pictures={[url ? { url, alt: caption } : null]} />;
}

function Absent({ name, comparison }: { readonly name: string; readonly comparison: Comparison }) {
  const { t } = useTranslation();
  const reason = said(comparison.evidence.absent.find((one) => one.name === name)?.reason ?? null) ?? name;
  return <p className="drawing">{t('compare.absent', { reason })}</p>;
}
