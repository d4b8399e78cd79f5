import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

/** What a person does on a page, one thing at a time. */
export interface Acting {
  /** Name of what is being done; null for nothing. */
  readonly busy: string | null;
  /** Why the latest act failed; null if it did not. */
  readonly problem: unknown;
  /** Never throws. @returns whether it was done */
  act(name: string, doIt: () => Promise<unknown>): Promise<boolean>;
}

/** @param keys of what is read again after an act, whether it was done or not */
export function useAct(keys: readonly string[]): Acting {
  const client = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const act = async (name: string, doIt: () => Promise<unknown>): Promise<boolean> => {
    setBusy(name);
    setProblem(null);
    try {
      await doIt();
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    } finally {
      for (const key of keys) await client.invalidateQueries({ queryKey: [key] });
      setBusy(null);
    }
  };
  return { busy, problem, act };
}
