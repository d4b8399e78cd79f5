import type { Actor } from '../audit.js';
import { MAX_BATCH_ITEMS } from '../duplicate-check/statements.js';
import type { Clock, Random } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { CheckedPictures } from '../check-records/ports.js';
import type { Fingerprinter } from '../registration/ports.js';
import { itemError, noSuchBatch, type BatchItem, type CheckBatch, type ReceivedPicture } from './batch.js';
import type { BatchStore } from './ports.js';

/** Longest name of a picture in a batch, in characters. */
const MAX_NAME = 200;

export interface BatchDesk {
  readonly batches: BatchStore;
  readonly fingerprinter: Fingerprinter;
  readonly checkedPictures: CheckedPictures;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Opens a batch of so many pictures.
 * @throws RegistryError INVALID_INPUT, field "count", for fewer than 1 or more than 10,000; TOO_MANY
 */
export async function openBatch(
  desk: BatchDesk,
  count: number,
  actor: Actor,
): Promise<{ readonly batchId: string }> {
  if (!Number.isInteger(count) || count < 1 || count > MAX_BATCH_ITEMS) {
    throw new RegistryError(
      'INVALID_INPUT',
      'count',
      `is not a whole number from 1 to ${MAX_BATCH_ITEMS}`,
      'split the pictures into batches of that size',
    );
  }
  const batchId = desk.random.uuid();
  await desk.batches.open({
    batchId,
    count,
    askedBy: actor.name,
    openedAt: desk.clock.now().toISOString(),
  });
  return { batchId };
}

/**
 * Takes one picture into a batch: it is fingerprinted at once, and a copy kept for its report. A bad picture is that item's error.
 * @throws RegistryError INVALID_INPUT, field "name" or "count"; NOT_FOUND; WRONG_STATE
 */
export async function addPicture(
  desk: BatchDesk,
  batchId: string,
  name: string,
  picture: Uint8Array,
): Promise<Pick<BatchItem, 'name' | 'state' | 'error'>> {
  if (name.trim() === '' || [...name].length > MAX_NAME || /[\p{Cc}\p{Cs}]/u.test(name)) {
    throw new RegistryError(
      'INVALID_INPUT',
      'name',
      `is empty, longer than ${MAX_NAME} characters or no text`,
      'name the picture as its file is called',
    );
  }
  const batch = await desk.batches.find(batchId);
  if (!batch) throw noSuchBatch();
  const received = await fingerprinted(desk, name, picture);
  await desk.batches.receive(batchId, received);
  if ('fingerprinted' in received)
    await desk.checkedPictures.keep(received.fingerprinted.pattern.pictureDigest, picture);
  return 'error' in received ? { name, state: 'failed', error: received.error } : { name, state: 'waiting' };
}

/** A batch and one page of its items. @throws RegistryError NOT_FOUND */
export async function readBatch(
  batches: Pick<BatchStore, 'find' | 'items'>,
  batchId: string,
  limit: number,
  after?: number,
): Promise<CheckBatch & { readonly items: readonly BatchItem[] }> {
  const batch = await batches.find(batchId);
  if (!batch) throw noSuchBatch();
  return { ...batch, items: await batches.items(batchId, limit, after) };
}

async function fingerprinted(desk: BatchDesk, name: string, picture: Uint8Array): Promise<ReceivedPicture> {
  try {
    return { name, fingerprinted: await desk.fingerprinter.fingerprint(picture) };
  } catch (error) {
    const ofThePicture =
      error instanceof RegistryError && (error.code === 'INVALID_INPUT' || error.code === 'UNFIT_PICTURE');
    if (!ofThePicture) throw error;
    return { name, error: itemError(error) };
  }
}
