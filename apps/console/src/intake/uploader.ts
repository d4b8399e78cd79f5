import { useSyncExternalStore } from 'react';
import { ApiProblem, call, LONG_CALL_MS } from '../api/client.js';
import { batchStateSchema, openedBatchSchema, receivedPictureSchema } from '../api/schemas.js';
import { queryClient } from '../api/queries.js';
import { readBatch } from '../batch/read-batch.js';
import { allUploads, findPicture, keepPictures, keepUpload, makeRoom, type Upload } from './picture-store.js';
import type { Taken } from './tray.js';

const AT_ONCE = 3;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const ATTEMPTS = 40;

/** How the upload of a batch stands; `problem` where it cannot go on by itself. */
export interface UploadState {
  readonly sent: number;
  readonly count: number;
  readonly problem: ApiProblem | null;
}

const states = new Map<string, UploadState>();
const stopped = new Set<string>();
const listeners = new Set<() => void>();

function become(batchId: string, state: UploadState | null): void {
  if (state === null) states.delete(batchId);
  else states.set(batchId, state);
  for (const listener of listeners) listener();
}

/** The upload of this batch by this page, if there is one. */
export function useUpload(batchId: string): UploadState | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => states.get(batchId),
  );
}

/** Whether this page is sending pictures. */
export function isSending(): boolean {
  return [...states.values()].some(({ problem }) => problem === null);
}

/**
 * Opens a batch at the node for these pictures, keeps them in this browser until the node has them, and begins to send.
 * @returns the batch's id, at once
 * @throws ApiProblem if the node opens none
 */
export async function beginBatch(pictures: readonly Taken[]): Promise<string> {
  await makeRoom();
  await keepPictures(pictures);
  const { batchId } = await call('/api/v1/check-batches', openedBatchSchema, {
    method: 'POST',
    json: { count: pictures.length },
  });
  const upload: Upload = {
    batchId,
    keptAt: Date.now(),
    done: false,
    pictures: pictures.map(({ name, digest }) => ({ name, digest })),
  };
  await keepUpload(upload);
  void send(upload, new Set());
  return batchId;
}

/** Goes on with what an earlier page left half sent. */
export async function resumeUploads(): Promise<void> {
  for (const upload of await allUploads()) {
    if (upload.done || states.has(upload.batchId)) continue;
    become(upload.batchId, { sent: 0, count: upload.pictures.length, problem: null });
    try {
      const batch = await readBatch(upload.batchId);
      if (batch.state !== 'collecting') await finish(upload);
      else void send(upload, new Set(batch.items.map(({ name }) => name)));
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'NOT_FOUND') await finish(upload);
      else become(upload.batchId, null);
    }
  }
}

/** Sends nothing more of this batch. */
export function stopUpload(batchId: string): void {
  stopped.add(batchId);
}

async function send(upload: Upload, arrived: ReadonlySet<string>): Promise<void> {
  const { batchId, pictures } = upload;
  const left = pictures.filter(({ name }) => !arrived.has(name));
  let sent = arrived.size;
  become(batchId, { sent, count: pictures.length, problem: null });
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next && !stopped.has(batchId); next = left.shift()) {
      const file = await findPicture(next.digest);
      if (file === null) throw new ApiProblem('LOST', 'picture', next.name, '');
      const path = `/api/v1/check-batches/${batchId}/pictures/${encodeURIComponent(next.name)}`;
      await patiently(batchId, () =>
        call(path, receivedPictureSchema, { method: 'PUT', body: file, timeoutMs: LONG_CALL_MS }),
      );
      sent += 1;
      become(batchId, { sent, count: pictures.length, problem: null });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (!stopped.has(batchId))
      await patiently(batchId, () =>
        call(`/api/v1/check-batches/${batchId}/start`, batchStateSchema, { method: 'POST' }),
      );
    await finish(upload);
  } catch (error) {
    if (stopped.has(batchId)) return finish(upload);
    const problem =
      error instanceof ApiProblem ? error : new ApiProblem('INTERNAL', 'browser', String(error), '');
    become(batchId, { sent, count: pictures.length, problem });
  }
}

async function finish(upload: Upload): Promise<void> {
  await keepUpload({ ...upload, done: true });
  become(upload.batchId, null);
  await queryClient.invalidateQueries({ queryKey: ['batch', upload.batchId] });
}

/** Makes a call again, after a longer wait each time, while what is wrong may pass. */
async function patiently<T>(batchId: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const passing = error instanceof ApiProblem && error.passing;
      if (!passing || attempt >= ATTEMPTS || stopped.has(batchId)) throw error;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
