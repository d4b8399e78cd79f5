import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type BatchItem } from '../api/schemas.js';
import { type Batch, readBatch } from './read-batch.js';

const EVERY_MS = 800;
/** A finished batch goes on to change while checks in it wait for a province that was silent. */
const INCOMPLETE_EVERY_MS = 5_000;
/** Items that may still change and are read again in `EVERY_MS`; of more, less often. */
const OPEN_AT_ONCE = 500;

/**
 * A batch as it goes on: what is not settled is read again until the batch is finished, and nothing twice that has its verdict.
 */
export function useBatch(batchId: string) {
  const client = useQueryClient();
  const key = ['batch', batchId];
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<Batch> => {
      const known = client.getQueryData<Batch>(key)?.items ?? [];
      return readBatch(batchId, settledBeginning(known), signal);
    },
    refetchInterval: ({ state: { data } }) => {
      if (!data) return false;
      const open = data.items.length - settledBeginning(data.items).length;
      if (data.state !== 'finished') return EVERY_MS * Math.max(1, open / OPEN_AT_ONCE);
      return data.items.some(isOpen) ? INCOMPLETE_EVERY_MS : false;
    },
  });
}

/** The items before the first that may still change. */
function settledBeginning(items: readonly BatchItem[]): readonly BatchItem[] {
  const open = items.findIndex(isOpen);
  return open === -1 ? items : items.slice(0, open);
}

/** It waits for its check, or its check for a province: the one that completes it takes its place. */
function isOpen({ state, check }: BatchItem): boolean {
  return state === 'waiting' || check?.complete === false;
}
