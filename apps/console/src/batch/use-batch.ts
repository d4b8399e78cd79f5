import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { type BatchItem, type BatchState, batchSchema } from '../api/schemas.js';

const EVERY_MS = 800;
/** A finished batch goes on to change while checks in it wait for a province that was silent. */
const INCOMPLETE_EVERY_MS = 5_000;
const PAGE = 200;

export interface Batch extends BatchState {
  readonly items: readonly BatchItem[];
}

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
      if (data.state !== 'finished') return EVERY_MS;
      return data.items.some(isOpen) ? INCOMPLETE_EVERY_MS : false;
    },
  });
}

async function readBatch(batchId: string, known: readonly BatchItem[], signal: AbortSignal): Promise<Batch> {
  let items = known;
  for (;;) {
    const after = items.at(-1)?.place;
    const path = `/api/v1/check-batches/${batchId}?limit=${PAGE}${after === undefined ? '' : `&after=${after}`}`;
    const page = await call(path, batchSchema, { signal });
    items = [...items, ...page.items];
    if (page.items.length < PAGE) return { ...page, items };
  }
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
