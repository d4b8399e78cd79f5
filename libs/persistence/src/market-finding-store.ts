import type { DataSource, EntityManager } from 'typeorm';
import {
  type LogOrigin,
  type MarketFinding,
  type MarketFindingFilter,
  type MarketFindingStore,
  marketStateOf,
  type MarketStep,
  marketStepSchema,
  type MarketStepTerms,
  MOST_MARKET_STEPS,
  noSuchMarketFinding,
  RegistryError,
} from '#libs/registry';
import { appendEntries, logEntry } from './audit-log.js';
import { insertSalts } from './salts.js';

interface FindingRow {
  readonly finding_id: string;
  readonly check_id: string;
  readonly registration_id: string;
  readonly province: string;
}

/** Market findings in a node's PostgreSQL database, each step committed with its entry of the node's log. */
export class PostgresMarketFindings implements MarketFindingStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  async find(findingId: string): Promise<MarketFinding | undefined> {
    const rows = await this.dataSource.query<FindingRow[]>(
      `SELECT finding_id, check_id, registration_id, province FROM market_finding WHERE finding_id = $1`,
      [findingId],
    );
    return (await withSteps(this.dataSource.manager, rows))[0];
  }

  async list({ state, checkId, limit, after }: MarketFindingFilter): Promise<MarketFinding[]> {
    const rows = await this.dataSource.query<FindingRow[]>(
      `SELECT finding_id, check_id, registration_id, province FROM market_finding
       WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR check_id = $2)
         AND ($3::uuid IS NULL OR arrival < (SELECT arrival FROM market_finding WHERE finding_id = $3))
       ORDER BY arrival DESC LIMIT $4`,
      [state ?? null, checkId ?? null, after ?? null, limit],
    );
    return withSteps(this.dataSource.manager, rows);
  }

  async evidenceOf(findingId: string, stepId: string): Promise<Uint8Array | undefined> {
    const [row] = await this.dataSource.query<{ evidence: Buffer | null }[]>(
      `SELECT evidence FROM market_finding_step WHERE step_id = $2 AND finding_id = $1`,
      [findingId, stepId],
    );
    return row?.evidence ?? undefined;
  }

  async open(
    { findingId, checkId, registrationId, province, steps }: MarketFinding,
    terms: MarketStepTerms,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const opened = await manager.query<unknown[]>(
        `INSERT INTO market_finding (finding_id, check_id, registration_id, province, state) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT ON CONSTRAINT market_finding_once DO NOTHING RETURNING finding_id`,
        [findingId, checkId, registrationId, province, marketStateOf(steps)],
      );
      if (opened.length === 0) {
        const problem = 'has been noted of this check already';
        throw new RegistryError('CONFLICT', 'registrationId', problem, 'see the list of market findings');
      }
      for (const [place, step] of steps.entries())
        await this.insert(manager, findingId, place + 1, step, terms);
    });
  }

  async add(findingId: string, before: string, step: MarketStep, terms: MarketStepTerms): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const rows = await manager.query<FindingRow[]>(
        `SELECT finding_id, check_id, registration_id, province FROM market_finding WHERE finding_id = $1 FOR UPDATE`,
        [findingId],
      );
      const [finding] = await withSteps(manager, rows);
      if (!finding) throw noSuchMarketFinding();
      const { steps } = finding;
      if (steps.at(-1)?.stepId !== before) {
        const problem = 'is not the latest step: somebody has taken another since';
        throw new RegistryError('CONFLICT', 'before', problem, 'read the finding again');
      }
      if (steps.length >= MOST_MARKET_STEPS) {
        const problem = `has ${MOST_MARKET_STEPS} steps`;
        throw new RegistryError('TOO_MANY', 'findingId', problem, 'check the sample again');
      }
      await this.insert(manager, findingId, steps.length + 1, step, terms);
      await manager.query(`UPDATE market_finding SET state = $2 WHERE finding_id = $1`, [
        findingId,
        marketStateOf([...steps, step]),
      ]);
    });
  }

  private async insert(
    manager: EntityManager,
    findingId: string,
    place: number,
    step: MarketStep,
    { entry, salt, evidence }: MarketStepTerms,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO market_finding_step (step_id, finding_id, place, content, evidence) VALUES ($1, $2, $3, $4, $5)`,
      [step.stepId, findingId, place, step, evidence && Buffer.from(evidence)],
    );
    await insertSalts(manager, [salt]);
    await appendEntries(manager, this.origin, [logEntry(this.origin, entry)]);
  }
}

/** In the order of these rows. */
async function withSteps(manager: EntityManager, rows: readonly FindingRow[]): Promise<MarketFinding[]> {
  if (rows.length === 0) return [];
  const steps = await manager.query<{ finding_id: string; content: unknown }[]>(
    `SELECT finding_id, content FROM market_finding_step WHERE finding_id = ANY($1) ORDER BY place`,
    [rows.map(({ finding_id }) => finding_id)],
  );
  return rows.map((row) => ({
    findingId: row.finding_id,
    checkId: row.check_id,
    registrationId: row.registration_id,
    province: row.province,
    steps: steps
      .filter(({ finding_id }) => finding_id === row.finding_id)
      .map(({ content }) => marketStepSchema.parse(content)),
  }));
}
