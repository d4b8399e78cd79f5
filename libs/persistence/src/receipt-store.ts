import type { DataSource } from 'typeorm';
import type { CheckReceipt, DueReceipt, ReceiptStore, SettledReceipt } from '#libs/registry';

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

  /** How long each check asked from `since` on has waited for the last of its receipts that came, and whether it has all of them witnessed. */
  async waits(since: Date): Promise<{ readonly witnessed: boolean; readonly ms: number }[]> {
    const rows = await this.dataSource.query<{ witnessed: boolean; ms: string }[]>(
      `SELECT bool_and(state = 'WITNESSED') AS witnessed,
         1000 * extract(epoch FROM max(changed_at) - (content ->> 'finishedAt')::timestamptz) AS ms
       FROM check_receipt JOIN duplicate_check USING (check_id)
       WHERE asked_at >= $1 GROUP BY check_id, content`,
      [since],
    );
    return rows.map(({ witnessed, ms }) => ({ witnessed, ms: Number(ms) }));
  }

  async settle(settled: readonly SettledReceipt[], now: Date): Promise<void> {
    const column = <T>(of: (one: SettledReceipt) => T): T[] => settled.map(of);
    await this.dataSource.query(
      `UPDATE check_receipt AS kept
       SET state = one.state, detail = one.detail, receipt = coalesce(one.receipt, kept.receipt), next_at = one.next_at,
         changed_at = $8, attempts = kept.attempts + 1
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
         AS one (check_id, party, about, state, detail, receipt, next_at)
       WHERE kept.check_id = one.check_id AND kept.party = one.party AND kept.about = one.about
         AND kept.state IN ('PENDING', 'UNWITNESSED')`,
      [
        column(({ due }) => due.checkId),
        column(({ due }) => due.party),
        column(({ due }) => due.about),
        column(({ outcome }) => outcome.state),
        column(({ outcome }) => outcome.detail.slice(0, MAX_DETAIL)),
        column(({ outcome }) => outcome.receipt),
        column(({ outcome }) => outcome.nextAt),
        now,
      ],
    );
  }
}
