import type { EntityManager } from 'typeorm';
import { canonicalJson } from '#libs/federation-log';
import { z } from 'zod';

const opened = z.looseObject({ openings: z.array(z.looseObject({ salt: z.string() })) });

/**
 * Takes out of the bundles that were handed on with market findings, as far as they are about a registration, what opens commitments whose
 * salts are erased by now, as part of a transaction. All that is proved in them stays so; their digest is no longer the one of the log.
 */
export async function closeOpenings(manager: EntityManager, registrationId: string): Promise<void> {
  const steps = await manager.query<{ step_id: string }[]>(
    `SELECT step_id FROM market_finding_step JOIN market_finding AS finding USING (finding_id)
     WHERE evidence IS NOT NULL AND (finding.registration_id = $1::uuid OR finding.check_id IN (
       SELECT check_id FROM duplicate_check WHERE content ->> 'registrationId' = $1::text
       UNION SELECT check_id FROM check_decision WHERE registration_id = $1::uuid))`,
    [registrationId],
  );
  // One at a time: a bundle has up to 16 MiB.
  for (const { step_id } of steps) {
    const [row] = await manager.query<{ evidence: Buffer }[]>(
      `SELECT evidence FROM market_finding_step WHERE step_id = $1`,
      [step_id],
    );
    const bundle = opened.safeParse(JSON.parse(row?.evidence.toString() ?? 'null')).data;
    if (!bundle) continue;
    const { openings, ...rest } = bundle;
    const kept = await manager.query<{ salt: string }[]>(
      `SELECT salt FROM commitment_salt WHERE salt = ANY ($1::text[])`,
      [openings.map(({ salt }) => salt)],
    );
    const salts = new Set(kept.map(({ salt }) => salt));
    const left = openings.filter(({ salt }) => salts.has(salt));
    if (left.length === openings.length) continue;
    const text = `${canonicalJson(left.length === 0 ? rest : { ...rest, openings: left })}\n`;
    await manager.query(`UPDATE market_finding_step SET evidence = $2 WHERE step_id = $1`, [
      step_id,
      Buffer.from(text),
    ]);
  }
}
