import type { DataSource, EntityManager } from 'typeorm';
import {
  type AuditEvent,
  type FoundItem,
  type InBothLanguages,
  type LogOrigin,
  MOST_WORKLIST_STEPS,
  noSuchItem,
  RegistryError,
  type Worklist,
  type WorklistFilter,
  type WorklistItem,
  type WorklistState,
  worklistStateOf,
  type WorklistStep,
} from '#libs/registry';
import { appendEntries, logEntry } from './audit-log.js';
import { insertSalts } from './salts.js';

/** Items that are added by one statement. */
const PAGE = 1_000;

interface ItemRow {
  readonly item_id: string;
  readonly registration_id: string;
  readonly province: string;
  readonly other_id: string;
  readonly other_number: string | null;
  readonly other_title: string | null;
  readonly score: number;
  readonly transform: InBothLanguages | null;
  readonly check_id: string | null;
  readonly found_at: Date;
}

interface StepRow {
  readonly item_id: string;
  readonly step_id: string;
  readonly step: WorklistStep['step'];
  readonly acted_by: string;
  readonly acted_at: Date;
  readonly result: WorklistStep['result'];
  readonly reason: string | null;
  readonly finding_id: string | null;
}

/** The worklist in a node's PostgreSQL database, each change committed with its entry of the node's log. */
export class PostgresWorklist implements Worklist {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  async find(itemId: string): Promise<WorklistItem | undefined> {
    const rows = await this.dataSource.query<ItemRow[]>(`SELECT * FROM worklist_item WHERE item_id = $1`, [
      itemId,
    ]);
    return (await withSteps(this.dataSource.manager, rows))[0];
  }

  async list({ state, limit, after }: WorklistFilter): Promise<WorklistItem[]> {
    const rows = await this.dataSource.query<ItemRow[]>(
      `SELECT item.* FROM worklist_item item LEFT JOIN worklist_item last ON last.item_id = $2
       WHERE ($1::text IS NULL OR item.state = $1)
         AND ($2::uuid IS NULL OR item.score < last.score OR (item.score = last.score AND item.item_id > last.item_id))
       ORDER BY item.score DESC, item.item_id LIMIT $3`,
      [state ?? null, after ?? null, limit],
    );
    return withSteps(this.dataSource.manager, rows);
  }

  async counts(): Promise<Readonly<Record<WorklistState, number>>> {
    const rows = await this.dataSource.query<{ state: WorklistState; count: number }[]>(
      `SELECT state, count(*)::int AS count FROM worklist_item GROUP BY state`,
    );
    const of = (state: WorklistState): number => rows.find((row) => row.state === state)?.count ?? 0;
    return { open: of('open'), taken: of('taken'), closed: of('closed') };
  }

  fill(items: readonly FoundItem[], entry: (added: number) => AuditEvent): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      let added = 0;
      for (let from = 0; from < items.length; from += PAGE)
        added += await insertItems(manager, items.slice(from, from + PAGE));
      await appendEntries(manager, this.origin, [logEntry(this.origin, entry(added))]);
      return added;
    });
  }

  async add(
    itemId: string,
    before: string | null,
    step: WorklistStep,
    { entry, salt }: Parameters<Worklist['add']>[3],
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const rows = await manager.query<ItemRow[]>(
        `SELECT * FROM worklist_item WHERE item_id = $1 FOR UPDATE`,
        [itemId],
      );
      const [item] = await withSteps(manager, rows);
      if (!item) throw noSuchItem();
      const { steps } = item;
      if ((steps.at(-1)?.stepId ?? null) !== before) {
        const problem = 'is not the latest step: somebody has taken another since';
        throw new RegistryError('CONFLICT', 'before', problem, 'read the item again');
      }
      if (steps.length >= MOST_WORKLIST_STEPS)
        throw new RegistryError(
          'TOO_MANY',
          'itemId',
          `has ${MOST_WORKLIST_STEPS} steps`,
          'settle it elsewhere',
        );
      await manager.query(
        `INSERT INTO worklist_step (step_id, item_id, place, step, acted_by, acted_at, result, reason, finding_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          step.stepId,
          itemId,
          steps.length + 1,
          step.step,
          step.by,
          step.at,
          step.result,
          step.reason,
          step.findingId,
        ],
      );
      await manager.query(`UPDATE worklist_item SET state = $2 WHERE item_id = $1`, [
        itemId,
        worklistStateOf([...steps, step]),
      ]);
      await insertSalts(manager, salt ? [salt] : []);
      await appendEntries(manager, this.origin, [logEntry(this.origin, entry)]);
    });
  }
}

/** @returns how many were not there yet */
async function insertItems(manager: EntityManager, items: readonly FoundItem[]): Promise<number> {
  const rows = items.map(({ itemId, registrationId, other, score, transform, checkId, foundAt }) => ({
    item_id: itemId,
    registration_id: registrationId,
    province: other.province,
    other_id: other.registrationId,
    other_number: other.registrationNumber,
    other_title: other.title,
    score,
    transform,
    check_id: checkId,
    found_at: foundAt,
  }));
  const added = await manager.query<unknown[]>(
    `INSERT INTO worklist_item (item_id, registration_id, province, other_id, other_number, other_title, score, transform,
       check_id, found_at)
     SELECT item_id, registration_id, province, other_id, other_number, other_title, score, transform, check_id, found_at
     FROM jsonb_to_recordset($1::jsonb) AS item (item_id uuid, registration_id uuid, province text, other_id uuid,
       other_number text, other_title text, score double precision, transform jsonb, check_id uuid, found_at timestamptz)
     ON CONFLICT (item_id) DO NOTHING RETURNING item_id`,
    [JSON.stringify(rows)],
  );
  return added.length;
}

/** In the order of these rows. */
async function withSteps(manager: EntityManager, rows: readonly ItemRow[]): Promise<WorklistItem[]> {
  if (rows.length === 0) return [];
  const steps = await manager.query<StepRow[]>(
    `SELECT * FROM worklist_step WHERE item_id = ANY($1) ORDER BY place`,
    [rows.map(({ item_id }) => item_id)],
  );
  return rows.map((row) => ({
    itemId: row.item_id,
    registrationId: row.registration_id,
    other: {
      province: row.province,
      registrationId: row.other_id,
      registrationNumber: row.other_number,
      title: row.other_title,
    },
    score: row.score,
    transform: row.transform,
    checkId: row.check_id,
    foundAt: row.found_at.toISOString(),
    steps: steps.filter(({ item_id }) => item_id === row.item_id).map(stepOf),
  }));
}

function stepOf({ step_id, step, acted_by, acted_at, result, reason, finding_id }: StepRow): WorklistStep {
  return {
    ...{ stepId: step_id, step, by: acted_by, at: acted_at.toISOString() },
    ...{ result, reason, findingId: finding_id },
  };
}
