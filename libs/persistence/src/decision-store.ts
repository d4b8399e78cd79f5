import type { DataSource, EntityManager } from 'typeorm';
import {
  type AuditEvent,
  type CheckDecision,
  type DecisionKind,
  type DecisionStore,
  type KeptSalt,
  type LogOrigin,
  RegistryError,
} from '#libs/registry';
import { appendEntries, logEntry } from './audit-log.js';
import { insertSalts } from './salts.js';

const MOST_DECISIONS = 200;

interface DecisionRow {
  readonly decision_id: string;
  readonly check_id: string;
  readonly registration_id: string | null;
  readonly kind: DecisionKind;
  readonly reason: string;
  readonly decided_by: string;
  readonly decided_at: Date;
  readonly confirmed_by: string | null;
  readonly confirmed_at: Date | null;
  readonly in_force: boolean;
  readonly supersedes: string | null;
}

/** The decisions on a node's checks in its PostgreSQL database, each committed with its entry of the node's log. */
export class PostgresDecisions implements DecisionStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  ofCheck(checkId: string): Promise<CheckDecision[]> {
    return decisionsOf(this.dataSource.manager, checkId);
  }

  async insert(decision: CheckDecision, entry: AuditEvent, salt: KeptSalt): Promise<void> {
    await this.afterLatest(decision.checkId, async (manager, decisions) => {
      if ((decisions.at(-1)?.decisionId ?? null) !== decision.supersedes) {
        throw new RegistryError(
          'CONFLICT',
          'supersedes',
          'is not the latest decision on this check: somebody has decided since',
          'read the decisions again, and decide with them in sight',
        );
      }
      if (decisions.length >= MOST_DECISIONS) {
        const problem = `has been decided ${MOST_DECISIONS} times`;
        throw new RegistryError('TOO_MANY', 'checkId', problem, 'make a new check of the application');
      }
      await manager.query(
        `INSERT INTO check_decision (decision_id, check_id, place, registration_id, kind, reason, decided_by, decided_at,
           in_force, supersedes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          decision.decisionId,
          decision.checkId,
          decisions.length + 1,
          decision.registrationId,
          decision.kind,
          decision.reason,
          decision.decidedBy,
          decision.decidedAt,
          decision.inForce,
          decision.supersedes,
        ],
      );
      await insertSalts(manager, [salt]);
      await appendEntries(manager, this.origin, [logEntry(this.origin, entry)]);
    });
  }

  async confirm(decision: CheckDecision, entry: AuditEvent): Promise<void> {
    await this.afterLatest(decision.checkId, async (manager, decisions) => {
      const latest = decisions.at(-1);
      if (latest?.decisionId !== decision.decisionId || latest.inForce) {
        const problem = latest?.inForce ? 'is in force already' : 'is not the latest decision on this check';
        throw new RegistryError('CONFLICT', 'decisionId', problem, 'read the decisions again');
      }
      await manager.query(
        `UPDATE check_decision SET confirmed_by = $2, confirmed_at = $3, in_force = true WHERE decision_id = $1`,
        [decision.decisionId, decision.confirmedBy, decision.confirmedAt],
      );
      await appendEntries(manager, this.origin, [logEntry(this.origin, entry)]);
    });
  }

  /** Two examiners who decide at once do so one after the other. */
  private async afterLatest(
    checkId: string,
    work: (manager: EntityManager, decisions: readonly CheckDecision[]) => Promise<void>,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT FROM duplicate_check WHERE check_id = $1 FOR UPDATE', [checkId]);
      await work(manager, await decisionsOf(manager, checkId));
    });
  }
}

async function decisionsOf(manager: EntityManager, checkId: string): Promise<CheckDecision[]> {
  const rows = await manager.query<DecisionRow[]>(
    `SELECT * FROM check_decision WHERE check_id = $1 ORDER BY place`,
    [checkId],
  );
  return rows.map((row) => ({
    decisionId: row.decision_id,
    checkId: row.check_id,
    registrationId: row.registration_id,
    kind: row.kind,
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at.toISOString(),
    confirmedBy: row.confirmed_by,
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    inForce: row.in_force,
    supersedes: row.supersedes,
  }));
}
