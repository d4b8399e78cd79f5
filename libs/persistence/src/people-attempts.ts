import { type DataSource, type EntityManager, LessThanOrEqual } from 'typeorm';
import type { AttemptDecision, AttemptKey, AttemptLedger, Attempts } from '#libs/registry';
import { LogInAttemptEntity } from './people-rows.js';

const MOST_KEYS = 10_000;

/** Log-in attempts in the node's PostgreSQL database. */
export class PostgresAttempts implements AttemptLedger {
  constructor(private readonly dataSource: DataSource) {}

  begin(key: AttemptKey, judge: (known: Attempts | undefined) => AttemptDecision): Promise<AttemptDecision> {
    return this.dataSource.transaction(async (manager) => {
      // A row lock cannot hold a row that is not there yet: attempts of one key queue at this lock instead.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
      const row = await manager.findOneBy(LogInAttemptEntity, { key });
      const decision = judge(row ? { failures: row.failures, lastAt: row.lastAt } : undefined);
      if (decision.kind === 'go') {
        await manager.upsert(LogInAttemptEntity, { key, ...decision.attempts }, ['key']);
        if (row === null) await forgetOldest(manager);
      }
      return decision;
    });
  }

  async forget(key: AttemptKey): Promise<void> {
    await this.dataSource.manager.delete(LogInAttemptEntity, { key });
  }

  async forgiveOne(key: AttemptKey): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.decrement(LogInAttemptEntity, { key }, 'failures', 1);
      await manager.delete(LogInAttemptEntity, { key, failures: LessThanOrEqual(0) });
    });
  }
}

async function forgetOldest(manager: EntityManager): Promise<void> {
  await manager.query(
    `DELETE FROM log_in_attempt WHERE key IN
       (SELECT key FROM log_in_attempt ORDER BY last_at DESC, key OFFSET $1 FOR UPDATE SKIP LOCKED)`,
    [MOST_KEYS],
  );
}
