import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BatchState, Check, FingerprintedPicture, ItemError, Verdict } from '#libs/registry';

/** A finished duplicate check with the signed statements that it was judged from. */
@Entity('duplicate_check')
export class DuplicateCheckRow {
  @PrimaryColumn({ name: 'check_id', type: 'uuid' })
  checkId!: string;

  @Column({ name: 'asked_by', type: 'text' })
  askedBy!: string;

  @Column({ name: 'asked_at', type: 'timestamptz' })
  askedAt!: Date;

  @Column({ name: 'picture_digest', type: 'text' })
  pictureDigest!: string;

  @Column({ type: 'text' })
  verdict!: Verdict;

  /** The whole check as registry's checkSchema writes it. */
  @Column({ type: 'jsonb' })
  content!: Check;
}

/** A batch of pictures to check. */
@Entity('check_batch')
export class CheckBatchRow {
  @PrimaryColumn({ name: 'batch_id', type: 'uuid' })
  batchId!: string;

  @Column({ type: 'text' })
  state!: BatchState;

  @Column({ type: 'integer' })
  count!: number;

  @Column({ name: 'asked_by', type: 'text' })
  askedBy!: string;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;
}

/** One picture of a batch: its fingerprint while it waits, then its check or its error. */
@Entity('check_batch_item')
export class CheckBatchItemRow {
  @PrimaryColumn({ name: 'batch_id', type: 'uuid' })
  batchId!: string;

  @PrimaryColumn({ type: 'integer' })
  place!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  state!: 'waiting' | 'checked' | 'failed';

  /** Digest, media type and size of the picture; null for a bad one. */
  @Column({ type: 'jsonb', nullable: true })
  picture!: FingerprintedPicture['pattern'] | null;

  @Column({ name: 'model_digest', type: 'text', nullable: true })
  modelDigest!: string | null;

  @Column({ type: 'bytea', nullable: true })
  fingerprint!: Buffer | null;

  @Column({ name: 'check_id', type: 'uuid', nullable: true })
  checkId!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  error!: ItemError | null;
}
