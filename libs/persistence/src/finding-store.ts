import type { DataSource, EntityManager } from 'typeorm';
import {
  findingStatementSchema,
  type DueDelivery,
  type FindingStore,
  type KeptStep,
  type LogOrigin,
} from '#libs/registry';
import { appendEntries, logEntry } from './audit-log.js';

const MOST_STEPS = 64;

interface StepRow {
  readonly digest: string;
  readonly signer: string;
  readonly jws: string;
  readonly statement: unknown;
}

/** Findings in a node's PostgreSQL database, each statement committed with its entry of the node's log. */
export class PostgresFindings implements FindingStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  ofFinding(findingId: string): Promise<KeptStep[]> {
    return stepsOf(this.dataSource.manager, findingId);
  }

  keep(step: KeptStep, terms: Parameters<FindingStore['keep']>[1]): Promise<boolean> {
    const { entry, evidence, deliverTo, mayKeep } = terms;
    const { findingId } = step.statement;
    return this.dataSource.transaction(async (manager) => {
      // Steps of one finding are kept one after the other; the lock ends with the transaction.
      await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('finding ' || $1, 0))`, [findingId]);
      const there = await stepsOf(manager, findingId);
      if (there.some(({ digest }) => digest === step.digest)) return false;
      mayKeep(there);
      await manager.query(
        `INSERT INTO finding_step (digest, finding_id, signer, jws, statement, evidence) VALUES ($1, $2, $3, $4, $5, $6)`,
        [step.digest, findingId, step.signer, step.jws, step.statement, evidence && Buffer.from(evidence)],
      );
      if (deliverTo !== null) {
        await manager.query(`INSERT INTO finding_delivery (digest, recipient, next_at) VALUES ($1, $2, $3)`, [
          step.digest,
          deliverTo,
          new Date(entry.at),
        ]);
      }
      await appendEntries(manager, this.origin, [logEntry(this.origin, entry)]);
      return true;
    });
  }

  async due(limit: number, now: Date): Promise<DueDelivery[]> {
    const rows = await this.dataSource.query<
      (StepRow & { recipient: string; attempts: number; evidence: Buffer | null })[]
    >(
      `SELECT digest, signer, jws, statement, evidence, recipient, attempts
       FROM finding_delivery JOIN finding_step USING (digest)
       WHERE next_at <= $1 ORDER BY next_at, arrival LIMIT $2`,
      [now, limit],
    );
    return rows.map(({ recipient, attempts, evidence, ...step }) => ({
      step: stepOf(step),
      to: recipient,
      evidence,
      attempts,
    }));
  }

  async delivered(digest: string): Promise<void> {
    await this.dataSource.query(`DELETE FROM finding_delivery WHERE digest = $1`, [digest]);
  }

  async postpone(digest: string, nextAt: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE finding_delivery SET attempts = attempts + 1, next_at = $2 WHERE digest = $1`,
      [digest, nextAt],
    );
  }
}

async function stepsOf(manager: EntityManager, findingId: string): Promise<KeptStep[]> {
  const rows = await manager.query<StepRow[]>(
    `SELECT digest, signer, jws, statement FROM finding_step WHERE finding_id = $1 ORDER BY arrival LIMIT ${MOST_STEPS}`,
    [findingId],
  );
  return rows.map(stepOf);
}

function stepOf({ digest, signer, jws, statement }: StepRow): KeptStep {
  return { digest, signer, jws, statement: findingStatementSchema.parse(statement) };
}
