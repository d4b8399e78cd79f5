import { useCallback, useEffect, useState } from 'react';
import type { PictureSize } from '#libs/registry';
import { callForLent } from '../api/client.js';
import type { Candidate } from '../api/schemas.js';

/** Another province's picture as it was lent, and how to ask for it. */
export interface Lending {
  readonly lent: { readonly size: PictureSize; readonly file: Blob; readonly until: Date } | null;
  readonly asking: boolean;
  readonly problem: unknown;
  /** @param reason needed for size "full" */
  ask(size: PictureSize, reason: string): Promise<void>;
}

/** Asks for a candidate's picture only when the person does; it is forgotten with the candidate, and when its time is over. */
export function useLentPicture(candidate: Candidate | undefined): Lending {
  const [lent, setLent] = useState<(NonNullable<Lending['lent']> & { readonly of: string }) | null>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<{ readonly of: string; readonly error: unknown } | null>(null);
  const of = candidate && `${candidate.province} ${candidate.registrationId}`;

  useEffect(() => {
    if (lent === null) return;
    const timer = setTimeout(() => setLent(null), Math.max(0, lent.until.getTime() - Date.now()));
    return () => clearTimeout(timer);
  }, [lent]);

  const ask = useCallback(
    async (size: PictureSize, reason: string) => {
      if (candidate === undefined || of === undefined) return;
      setAsking(true);
      setProblem(null);
      try {
        const { province, registrationId } = candidate;
        const { file, until } = await callForLent('/api/v1/shared-pictures', {
          province,
          registrationId,
          size,
          reason,
        });
        setLent({ of, size, file, until });
      } catch (error) {
        setProblem({ of, error });
      } finally {
        setAsking(false);
      }
    },
    [candidate, of],
  );
  return {
    lent: lent?.of === of ? lent : null,
    asking,
    problem: problem?.of === of ? (problem?.error ?? null) : null,
    ask,
  };
}
