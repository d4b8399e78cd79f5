import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import {
  type Check,
  type CheckReceipt,
  type DueReceipt,
  type ReceiptOutcome,
  receiptsDue,
  type ReceiptStore,
} from '#libs/registry';

const MAX_DETAIL = 500;

/** The receipts of a node's checks in its PostgreSQL database. */
export class PostgresReceipts implements ReceiptStore {
  constructor(private readonly dataSource: DataSource) {}

  ofCheck(checkId: string): Promise<CheckReceipt[]> {
    return this.dataSource.query<CheckReceipt[]>(
      `SELECT party, about, state, detail, receipt FROM check_receipt WHERE check_id = $1
       ORDER BY about, party`,
      [checkId],
    );
  }

  async due(party: string, limit: number, now: Date): Promise<DueReceipt[]> {
    const rows = await this.dataSource.query<
      (Omit<DueReceipt, 'since' | 'checkId'> & { check_id: string; asked_at: Date })[]
    >(
      `SELECT check_id, party, about, digest, attempts, asked_at FROM check_receipt
       JOIN duplicate_check USING (check_id)
       WHERE party = $1 AND next_at <= $2 ORDER BY next_at LIMIT $3`,
      [party, now, limit],
    );
    return rows.map(({ check_id, asked_at, ...due }) => ({
      ...due,
      checkId: check_id,
      since: asked_at.toISOString(),
    }));
  }

  async settle(due: DueReceipt, outcome: ReceiptOutcome, now: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE check_receipt SET state = $4, detail = $5, receipt = coalesce($6, receipt), next_at = $7,
         changed_at = $8, attempts = attempts + 1
       WHERE check_id = $1 AND party = $2 AND about = $3 AND state IN ('PENDING', 'UNWITNESSED')`,
      [
        due.checkId,
        due.party,
        due.about,
        outcome.state,
        outcome.detail.slice(0, MAX_DETAIL),
        outcome.receipt,
        outcome.nextAt,
        now,
      ],
    );
  }
}

/** Notes which receipts a check is to have; to be called in the transaction that keeps the check. */
export async function insertDueReceipts(manager: EntityManager, check: Check): Promise<void> {
  const due = receiptsDue(check, (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`);
  await manager.query(
    `INSERT INTO check_receipt (check_id, party, about, digest, next_at, changed_at)
     SELECT $1, due.party, due.about, due.digest, $5, $5
     FROM unnest($2::text[], $3::text[], $4::text[]) AS due (party, about, digest)
     ON CONFLICT DO NOTHING`,
    [
      check.checkId,
      due.map(({ party }) => party),
      due.map(({ about }) => about),
      due.map(({ digest }) => digest),
      new Date(check.finishedAt),
    ],
  );
}
