import type { CheckReport, CoverageRow } from '../api/schemas.js';

type Verdict = CheckReport['verdict'];

const VERDICT_SHAPES: Readonly<Record<Verdict, string>> = {
  // Two sheets that lie on each other; one sheet and a question; a tick; a ring that does not close.
  DUPLICATE: 'M3 3h7v7H3zM6 6h7v7H6z',
  SUSPECTED: 'M8 1.800 14.500 13.500H1.500zM8 6v3.700M8 11.300v.8',
  CLEAR: 'M3 8.500 6.500 12 13 4.500',
  INCOMPLETE: 'M12.600 4.200A6 6 0 1 0 14 8M8 4.500V8.600M8 10.800v.7',
};

/** A verdict's sign; its word stands beside it. */
export function VerdictIcon({ verdict }: { readonly verdict: Verdict }) {
  return <Icon path={VERDICT_SHAPES[verdict]} />;
}

/** A full ring for a full answer, half a one for a part, a cross for none. */
export function OutcomeIcon({ outcome }: { readonly outcome: CoverageRow['outcome'] }) {
  if (outcome === 'ANSWERED') return <Icon path="M3.500 8.500 6.800 11.800 12.500 5" />;
  if (outcome === 'PARTIAL' || outcome === 'STALE_INDEX')
    return <Icon path="M8 2.500a5.500 5.500 0 0 1 0 11zM8 2.500a5.500 5.500 0 0 0 0 11" />;
  return <Icon path="M4 4l8 8M12 4l-8 8" />;
}

export function Icon({ path }: { readonly path: string }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
