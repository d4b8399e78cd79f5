import type { DataSource, EntityManager } from 'typeorm';
import {
  type AuditEvent,
  type Delivery,
  type DueDelivery,
  type FindingFilter,
  type FindingStore,
  findingStatementSchema,
  type KeptFinding,
  type KeptStep,
  type LogOrigin,
} from '#libs/registry';
import { appendEntries, logEntry } from './audit-log.js';

const MOST_STEPS = 64;
const MAX_PROBLEM = 1_000;

interface StepRow {
  readonly digest: string;
  readonly signer: string;
  readonly jws: string;
  readonly statement: unknown;
  /** Null where the statement commits to none, and once it was erased. */
  readonly reason: string | null;
  readonly salt: string | null;
}

interface DeliveryRow {
  readonly digest: string;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly next_at: Date | null;
  readonly problem: string;
}

/** Findings in a node's PostgreSQL database, each statement committed with its entry of the node's log. */
export class PostgresFindings implements FindingStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  async find(findingId: string): Promise<KeptFinding | undefined> {
    const [kept] = await this.histories([findingId]);
    return kept && kept.steps.length > 0 ? kept : undefined;
  }

  async list({ direction, checkId, limit, after }: FindingFilter): Promise<KeptFinding[]> {
    const rows = await this.dataSource.query<{ finding_id: string }[]>(
      `SELECT finding_id FROM finding_step
       WHERE step = 'sent' AND (signer = $1) = $2
         AND ($3::uuid IS NULL OR check_id = $3)
         AND ($4::uuid IS NULL OR arrival < (SELECT min(arrival) FROM finding_step WHERE finding_id = $4 AND step = 'sent'))
       GROUP BY finding_id ORDER BY min(arrival) DESC LIMIT $5`,
      [this.origin, direction === 'sent', checkId ?? null, after ?? null, limit],
    );
    return this.histories(rows.map(({ finding_id }) => finding_id));
  }

  async evidenceOf(findingId: string): Promise<Uint8Array | undefined> {
    const [row] = await this.dataSource.query<{ evidence: Buffer }[]>(
      `SELECT evidence FROM finding_step WHERE finding_id = $1 AND evidence IS NOT NULL ORDER BY arrival LIMIT 1`,
      [findingId],
    );
    return row?.evidence;
  }

  async openFrom(province: string): Promise<number> {
    const [row] = await this.dataSource.query<{ open: number }[]>(
      `SELECT count(*)::integer AS open FROM finding_step AS sent
       WHERE sent.step = 'sent' AND sent.signer = $1 AND NOT EXISTS (
         SELECT FROM finding_step AS answer
         WHERE answer.finding_id = sent.finding_id AND answer.step IN ('upheld', 'rejected'))`,
      [province],
    );
    return row?.open ?? 0;
  }

  keep(step: KeptStep, terms: Parameters<FindingStore['keep']>[1]): Promise<boolean> {
    const { entry, evidence, deliverTo, mayKeep } = terms;
    const { statement } = step;
    const { findingId } = statement;
    return this.dataSource.transaction(async (manager) => {
      // Steps of one finding are kept one after the other; the lock ends with the transaction.
      await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('finding ' || $1, 0))`, [findingId]);
      const there = await stepsOf(manager, findingId);
      if (there.some(({ digest }) => digest === step.digest)) return false;
      mayKeep(there);
      await manager.query(
        `INSERT INTO finding_step (digest, finding_id, signer, step, check_id, jws, statement, evidence)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          step.digest,
          findingId,
          step.signer,
          statement.step,
          statement.step === 'sent' ? statement.checkId : null,
          step.jws,
          statement,
          evidence && Buffer.from(evidence),
        ],
      );
      if (step.said) {
        await manager.query(`INSERT INTO finding_reason (digest, reason, salt) VALUES ($1, $2, $3)`, [
          step.digest,
          step.said.reason,
          step.said.salt,
        ]);
      }
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
      `SELECT digest, signer, jws, statement, reason, salt, evidence, recipient, attempts
       FROM finding_delivery JOIN finding_step USING (digest) LEFT JOIN finding_reason USING (digest)
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

  async settle(digest: string, problem: string | null, entry: AuditEvent): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [, settled] = await manager.query<[unknown, number]>(
        `UPDATE finding_delivery SET state = $2, next_at = NULL, problem = $3 WHERE digest = $1 AND state = 'waiting'`,
        [digest, problem === null ? 'delivered' : 'refused', cut(problem ?? '')],
      );
      if (settled > 0) await appendEntries(manager, this.origin, [logEntry(this.origin, entry)]);
    });
  }

  async postpone(digest: string, problem: string, nextAt: Date | null): Promise<void> {
    await this.dataSource.query(
      `UPDATE finding_delivery SET attempts = attempts + 1, next_at = $2, problem = $3,
         state = CASE WHEN $2::timestamptz IS NULL THEN 'given-up' ELSE 'waiting' END
       WHERE digest = $1 AND state = 'waiting'`,
      [digest, nextAt, cut(problem)],
    );
  }

  async hasten(findingId: string, now: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE finding_delivery SET state = 'waiting', next_at = $2
       FROM finding_step WHERE finding_step.digest = finding_delivery.digest AND finding_id = $1
         AND state IN ('waiting', 'given-up')`,
      [findingId, now],
    );
  }

  /** In the order of these ids. */
  private async histories(findingIds: readonly string[]): Promise<KeptFinding[]> {
    if (findingIds.length === 0) return [];
    const steps = await this.dataSource.query<(StepRow & { finding_id: string })[]>(
      `SELECT finding_id, digest, signer, jws, statement, reason, salt
       FROM finding_step LEFT JOIN finding_reason USING (digest) WHERE finding_id = ANY($1) ORDER BY arrival`,
      [findingIds],
    );
    const deliveries = await this.dataSource.query<(DeliveryRow & { finding_id: string })[]>(
      `SELECT finding_id, digest, state, attempts, next_at, problem
       FROM finding_delivery JOIN finding_step USING (digest) WHERE finding_id = ANY($1)`,
      [findingIds],
    );
    return findingIds.map((findingId) => {
      const own = <Row extends { finding_id: string }>(rows: readonly Row[]) =>
        rows.filter(({ finding_id }) => finding_id === findingId);
      return {
        findingId,
        steps: own(steps).slice(0, MOST_STEPS).map(stepOf),
        deliveries: new Map(own(deliveries).map((row) => [row.digest, deliveryOf(row)])),
      };
    });
  }
}

async function stepsOf(manager: EntityManager, findingId: string): Promise<KeptStep[]> {
  const rows = await manager.query<StepRow[]>(
    `SELECT digest, signer, jws, statement, reason, salt
     FROM finding_step LEFT JOIN finding_reason USING (digest) WHERE finding_id = $1 ORDER BY arrival LIMIT ${MOST_STEPS}`,
    [findingId],
  );
  return rows.map(stepOf);
}

function stepOf({ digest, signer, jws, statement, reason, salt }: StepRow): KeptStep {
  const said = reason === null || salt === null ? null : { reason, salt };
  return { digest, signer, jws, said, statement: findingStatementSchema.parse(statement) };
}

function deliveryOf({ state, attempts, next_at, problem }: DeliveryRow): Delivery {
  return { state, attempts, nextAt: next_at?.toISOString() ?? null, problem };
}

function cut(problem: string): string {
  return [...problem].slice(0, MAX_PROBLEM).join('');
}
