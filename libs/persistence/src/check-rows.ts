import { EntitySchema } from 'typeorm';
import type { BatchState, Check, FingerprintedPicture, ItemError, Verdict } from '#libs/registry';

/** A finished duplicate check with the signed statements that it was judged from. */
export interface DuplicateCheckRow {
  checkId: string;
  askedBy: string;
  askedAt: Date;
  pictureDigest: string;
  verdict: Verdict;
  /** The whole check as registry's checkSchema writes it. */
  content: Check;
}

/** A batch of pictures to check. */
export interface CheckBatchRow {
  batchId: string;
  state: BatchState;
  count: number;
  askedBy: string;
  openedAt: Date;
  startedAt: Date | null;
}

/** One picture of a batch: its fingerprint while it waits, then its check or its error. */
export interface CheckBatchItemRow {
  batchId: string;
  place: number;
  name: string;
  state: 'waiting' | 'checked' | 'failed';
  /** Null for a bad one. */
  picture: FingerprintedPicture['pattern'] | null;
  modelDigest: string | null;
  fingerprint: Buffer | null;
  checkId: string | null;
  error: ItemError | null;
}

export const DuplicateCheckEntity = new EntitySchema<DuplicateCheckRow>({
  name: 'duplicate_check',
  columns: {
    checkId: { name: 'check_id', type: 'uuid', primary: true },
    askedBy: { name: 'asked_by', type: 'text' },
    askedAt: { name: 'asked_at', type: 'timestamptz', precision: 3 },
    pictureDigest: { name: 'picture_digest', type: 'text' },
    verdict: { type: 'text' },
    content: { type: 'jsonb' },
  },
});

export const CheckBatchEntity = new EntitySchema<CheckBatchRow>({
  name: 'check_batch',
  columns: {
    batchId: { name: 'batch_id', type: 'uuid', primary: true },
    state: { type: 'text' },
    count: { type: 'integer' },
    askedBy: { name: 'asked_by', type: 'text' },
    openedAt: { name: 'opened_at', type: 'timestamptz', precision: 3 },
    startedAt: { name: 'started_at', type: 'timestamptz', nullable: true },
  },
});

export const CheckBatchItemEntity = new EntitySchema<CheckBatchItemRow>({
  name: 'check_batch_item',
  columns: {
    batchId: { name: 'batch_id', type: 'uuid', primary: true },
    place: { type: 'integer', primary: true },
    name: { type: 'text' },
    state: { type: 'text' },
    picture: { type: 'jsonb', nullable: true },
    modelDigest: { name: 'model_digest', type: 'text', nullable: true },
    fingerprint: { type: 'bytea', nullable: true },
    checkId: { name: 'check_id', type: 'uuid', nullable: true },
    error: { type: 'jsonb', nullable: true },
  },
});
