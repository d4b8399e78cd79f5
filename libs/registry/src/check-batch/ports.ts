import type { Check } from '../duplicate-check/check.js';
import type { FingerprintedPicture } from '../registration/ports.js';
import type { BatchItem, CheckBatch, ItemError, ReceivedPicture } from './batch.js';

/** A picture that waits for its check. */
export interface WaitingPicture {
  readonly place: number;
  readonly fingerprinted: FingerprintedPicture;
}

/** Batches, kept so that a node that was stopped goes on where it was. */
export interface BatchStore {
  /**
   * Opens a batch. Batches that were still collecting after a day are removed.
   * @throws RegistryError TOO_MANY if this user has 20 batches open that collect
   */
  open(batch: Pick<CheckBatch, 'batchId' | 'count' | 'askedBy' | 'openedAt'>): Promise<void>;
  find(batchId: string): Promise<CheckBatch | undefined>;
  /** Newest first. @param limit 1 to 50 @param after the last batch id of the page before; an unknown one gives an empty page */
  list(limit: number, after?: string): Promise<CheckBatch[]>;
  /**
   * Adds a picture, or replaces the one of the same name.
   * @throws RegistryError NOT_FOUND; WRONG_STATE if it no longer collects; INVALID_INPUT if it has all it announced
   */
  receive(batchId: string, picture: ReceivedPicture): Promise<void>;
  /**
   * Starts a batch that has all its pictures; one that was started before stays as it is.
   * @throws RegistryError NOT_FOUND; WRONG_STATE while pictures are missing
   */
  start(batchId: string): Promise<CheckBatch>;
  /** Items in order of their place. @param limit 1 to 1,000 @param after place of the last one of the page before */
  items(batchId: string, limit: number, after?: number): Promise<BatchItem[]>;
  /** Batches that run, the one started first before the others. @param limit 1 to 100 */
  running(limit: number): Promise<CheckBatch[]>;
  /** @param limit 1 to 1,000 @param after place of the last one read */
  waiting(batchId: string, limit: number, after: number): Promise<WaitingPicture[]>;
  /** Keeps an item's check and removes its fingerprint, both or neither. Again for a finished item: nothing changes. */
  finish(batchId: string, place: number, check: Check, askedBy: string): Promise<void>;
  /** Gives all that still waits this error and removes its fingerprints. */
  failWaiting(batchId: string, error: ItemError): Promise<void>;
  /**
   * Ends a batch that collects or runs: what waits gets this error, and what has its check keeps it. A finished one stays as it is.
   * @throws RegistryError NOT_FOUND
   */
  cancel(batchId: string, error: ItemError): Promise<CheckBatch>;
  /** Ends a running batch in which nothing waits; any other stays as it is. */
  close(batchId: string): Promise<void>;
}
