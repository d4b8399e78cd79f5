import { call } from '../api/client.js';
import { type BatchItem, type BatchState, batchSchema } from '../api/schemas.js';

/** Items of one answer, as many as the node gives. */
const PAGE = 1_000;

export interface Batch extends BatchState {
  readonly items: readonly BatchItem[];
}

/** A batch with all its items, those after the known ones read anew. @throws ApiProblem */
export async function readBatch(
  batchId: string,
  known: readonly BatchItem[] = [],
  signal?: AbortSignal,
): Promise<Batch> {
  let items = known;
  for (;;) {
    const after = items.at(-1)?.place;
    const path = `/api/v1/check-batches/${batchId}?limit=${PAGE}${after === undefined ? '' : `&after=${after}`}`;
    const page = await call(path, batchSchema, signal ? { signal } : {});
    items = [...items, ...page.items];
    if (page.items.length < PAGE) return { ...page, items };
  }
}
