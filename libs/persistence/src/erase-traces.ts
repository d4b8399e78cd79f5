import type { DataSource, EntityManager } from 'typeorm';
import type { ErasedTraces, ShownOwners } from '#libs/registry';
import { closeOpenings } from './close-openings.js';

/** Checks that are looked through at once. */
const PAGE = 500;

/**
 * The checks made for a registration, the decisions on them or on it, the steps of market findings and worklist about it, and the findings
 * between provinces that are about it or that its checks led to.
 */
const ABOUT = `
  WITH checks AS (SELECT check_id FROM duplicate_check
         WHERE content ->> 'registrationId' = $1::text AND content ->> 'registrationId' IS NOT NULL),
       decisions AS (SELECT decision_id FROM check_decision
         WHERE registration_id = $1::uuid OR check_id IN (SELECT check_id FROM checks)),
       market AS (SELECT step_id FROM market_finding_step JOIN market_finding USING (finding_id)
         WHERE registration_id = $1::uuid),
       work AS (SELECT step_id FROM worklist_step JOIN worklist_item USING (item_id)
         WHERE registration_id = $1::uuid OR other_id = $1::uuid),
       findings AS (SELECT finding_id FROM finding_step WHERE step = 'sent'
         AND (statement ->> 'registrationId' = $1::text OR check_id IN (SELECT check_id FROM checks)))`;

/** What was said about it, each put out of sight by $2. */
const REPLACED = [
  `UPDATE check_decision SET reason = $2 WHERE decision_id IN (SELECT decision_id FROM decisions) AND reason <> $2`,
  `UPDATE market_finding_step SET content = jsonb_set(content, '{remark}', to_jsonb($2::text))
     WHERE step_id IN (SELECT step_id FROM market) AND content ->> 'remark' NOT IN ('', $2)`,
  `UPDATE worklist_step SET reason = $2 WHERE step_id IN (SELECT step_id FROM work) AND reason <> $2`,
];

/** Erases what is kept about a registration beside it, as part of a transaction. */
export async function eraseTraces(
  manager: EntityManager,
  registrationId: string,
  inPlace: string,
): Promise<ErasedTraces> {
  const [, salts] = await manager.query<[unknown[], number]>(
    `${ABOUT} DELETE FROM commitment_salt WHERE about = $1::uuid
       OR about IN (SELECT check_id FROM checks) OR about IN (SELECT decision_id FROM decisions)
       OR about IN (SELECT step_id FROM market) OR about IN (SELECT step_id FROM work)`,
    [registrationId],
  );
  await closeOpenings(manager, registrationId);
  // With a finding's reason goes the salt of what its statement commits to.
  const [, findings] = await manager.query<[unknown[], number]>(
    `${ABOUT} DELETE FROM finding_reason USING finding_step
     WHERE finding_reason.digest = finding_step.digest AND finding_id IN (SELECT finding_id FROM findings)`,
    [registrationId],
  );
  let reasons = findings;
  for (const replace of REPLACED)
    reasons += (
      await manager.query<[unknown[], number]>(`${ABOUT} ${replace}`, [registrationId, inPlace])
    )[1];
  return { salts: salts + findings, reasons };
}

/** The owners that checks of a node show, in its PostgreSQL database. */
export class PostgresShownOwners implements ShownOwners {
  constructor(private readonly dataSource: DataSource) {}

  async replace(registrationId: string, by: string): Promise<number> {
    const shows = { candidates: [{ registrationId }] };
    let after: readonly [Date, string] = [new Date(0), '00000000-0000-0000-0000-000000000000'];
    let replaced = 0;
    for (;;) {
      const page = await this.dataSource.query<{ check_id: string; asked_at: Date; shows: boolean }[]>(
        `SELECT check_id, asked_at, content @> $3::jsonb AS shows FROM duplicate_check
         WHERE (asked_at, check_id) > ($1, $2) ORDER BY asked_at, check_id LIMIT ${PAGE}`,
        [...after, shows],
      );
      const last = page.at(-1);
      if (last === undefined) return replaced;
      const found = page.filter((row) => row.shows).map(({ check_id }) => check_id);
      if (found.length > 0) replaced += await this.replaceIn(found, registrationId, by);
      after = [last.asked_at, last.check_id];
    }
  }

  private async replaceIn(checkIds: readonly string[], registrationId: string, by: string): Promise<number> {
    const [, replaced] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE duplicate_check SET content = jsonb_set(content, '{candidates}', (
         SELECT jsonb_agg(
           CASE WHEN one ->> 'registrationId' = $2 AND one ->> 'owner' IS NOT NULL
             THEN jsonb_set(one, '{owner}', to_jsonb($3::text)) ELSE one END ORDER BY place)
         FROM jsonb_array_elements(content -> 'candidates') WITH ORDINALITY AS shown (one, place)))
       WHERE check_id = ANY ($1::uuid[]) AND EXISTS (
         SELECT FROM jsonb_array_elements(content -> 'candidates') AS one
         WHERE one ->> 'registrationId' = $2 AND one ->> 'owner' <> $3)`,
      [checkIds, registrationId, by],
    );
    return replaced;
  }
}
