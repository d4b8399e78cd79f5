import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { call, LONG_CALL_MS } from '../api/client.js';
import { type Comparison, comparisonSchema } from '../api/schemas.js';
import type { QueryPicture } from './use-query-picture.js';

/** Someone who only passes by asks for no comparison: each is work for the node and an entry of its log. */
const DWELL_MS = 350;

/** What a query is compared with: a deposit copy of this province, or another province's picture that was lent whole. */
interface Other {
  readonly registrationId: string;
  /** Null for a deposit copy of this province. */
  readonly lent: Blob | null;
}

/**
 * The node's comparison of this query with another picture, once the person has stayed with it for a moment.
 * @param name of the query: another one has another name
 */
export function useComparison(
  name: string,
  query: Pick<QueryPicture, 'picture' | 'deposit'>,
  other: Other | null,
) {
  const stayed = useStayed(`${name} ${other?.registrationId ?? ''}`);
  return useQuery({
    queryKey: ['comparison', name, other?.registrationId ?? null],
    queryFn: ({ signal }) => {
      const form = new FormData();
      if (query.deposit !== null) form.set('registrationId', query.deposit);
      else form.set('picture', query.picture ?? new Blob());
      if (other?.lent) form.set('other', other.lent);
      else form.set('otherRegistrationId', other?.registrationId ?? '');
      return call('/api/v1/comparisons', comparisonSchema, {
        method: 'POST',
        body: form,
        timeoutMs: LONG_CALL_MS,
        signal,
      });
    },
    enabled: query.picture !== null && other !== null && stayed,
    staleTime: Infinity,
    gcTime: 300_000,
    retry: (count, error) => count < 5 && 'passing' in error && error.passing === true,
  });
}

function useStayed(what: string): boolean {
  const [stayedWith, setStayedWith] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setStayedWith(what), DWELL_MS);
    return () => clearTimeout(timer);
  }, [what]);
  return stayedWith === what;
}

/** The evidence's pictures as addresses within the page, given up with the comparison. */
export function useDrawings(comparison: Comparison | undefined): ReadonlyMap<string, string> {
  const drawings = useMemo(
    () => new Map(Object.entries(comparison?.pictures ?? {}).map(([name, base64]) => [name, pngUrl(base64)])),
    [comparison],
  );
  useEffect(
    () => () => {
      for (const url of drawings.values()) URL.revokeObjectURL(url);
    },
    [drawings],
  );
  return drawings;
}

function pngUrl(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
}
