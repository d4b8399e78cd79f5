import type { DataSource } from 'typeorm';
import type {
  CheckFigures,
  EndedExaminations,
  MonthlyRow,
  StatisticsReader,
  WorkFigures,
} from '#libs/registry';

const MOST_GROUPS = 10_000;
const MOST_ROWS = 20_000;
const MOST_PERIODS = 100_000;

/** The date of an instant by Chinese time, which has one offset and no summer time; and its month, "2026-03". */
const dateOf = (instant: string): string => `((${instant} AT TIME ZONE 'UTC') + interval '8 hours')::date`;
const monthOf = (instant: string): string => `to_char(${dateOf(instant)}, 'YYYY-MM')`;
/** Entries of what was done to the registration r. */
const ofRegistration = (entry: string, type: string): string =>
  `subject_of_entry(${entry}) = r.registration_id::text AND subject_of_entry(${entry}) IS NOT NULL
     AND ${entry} LIKE '%,"outcome":"success","subject":"%","type":"${type}"}'`;
/** The instant at which a month begins by Chinese time; the first one is $1, the one after the last follows $2. */
const FROM = `((($1 || '-01')::date - interval '8 hours') AT TIME ZONE 'UTC')`;
const UNTIL = `((($2 || '-01')::date + interval '1 month' - interval '8 hours') AT TIME ZONE 'UTC')`;

/** The figures of a node's PostgreSQL database. */
export class PostgresStatistics implements StatisticsReader {
  constructor(private readonly dataSource: DataSource) {}

  works(from: string, to: string): Promise<WorkFigures[]> {
    return this.dataSource.query<WorkFigures[]>(
      `SELECT month, centre, category, sum(applied)::int AS applications, sum(registered)::int AS certificates
       FROM (
         SELECT ${monthOf('r.filed_at')} AS month, r.centre, r.category, 1 AS applied, 0 AS registered
         FROM registration r
         WHERE r.filed_at >= ${FROM} AND r.filed_at < ${UNTIL} AND EXISTS (
           SELECT FROM audit_log filed WHERE ${ofRegistration('filed.entry', 'registry.filed')})
         UNION ALL
         SELECT to_char(r.registered_on, 'YYYY-MM'), r.centre, r.category, 0, 1
         FROM registration r
         WHERE r.registered_on >= ($1 || '-01')::date AND r.registered_on < ($2 || '-01')::date + interval '1 month'
       ) figures
       GROUP BY month, centre, category ORDER BY month, centre, category LIMIT ${MOST_GROUPS}`,
      [from, to],
    );
  }

  async checks(from: string, to: string): Promise<CheckFigures[]> {
    const rows = await this.dataSource.query<(Omit<CheckFigures, 'comparisons'> & { comparisons: string })[]>(
      `WITH made AS (
         SELECT check_id, asked_at, picture_digest, verdict, content, ${monthOf('asked_at')} AS month
         FROM duplicate_check WHERE asked_at >= ${FROM} AND asked_at < ${UNTIL}
       ), latest AS (
         SELECT DISTINCT ON (month, picture_digest) * FROM made ORDER BY month, picture_digest, asked_at DESC, check_id
       ), judged AS (
         SELECT month, verdict,
           CASE WHEN word.in_force AND word.kind <> 'needs-more' THEN word.kind = 'duplicate' ELSE verdict = 'DUPLICATE' END
             AS duplicate,
           EXISTS (SELECT FROM jsonb_array_elements(content -> 'candidates') one
             WHERE one ->> 'verdict' IS NOT NULL AND one ->> 'province' <> content ->> 'asker'
               AND one ->> 'state' = 'registered') AS elsewhere
         FROM latest LEFT JOIN LATERAL (
           SELECT kind, in_force FROM check_decision d WHERE d.check_id = latest.check_id ORDER BY place DESC LIMIT 1
         ) word ON true
       )
       SELECT month, asked.checks, asked.comparisons, pictures, duplicates, elsewhere, incomplete
       FROM (
         SELECT month, count(*)::int AS checks, sum((
           SELECT coalesce(sum((member ->> 'searched')::bigint), 0) FROM jsonb_array_elements(content -> 'coverage') member
         )) AS comparisons FROM made GROUP BY month
       ) asked JOIN (
         SELECT month, count(*)::int AS pictures, (count(*) FILTER (WHERE duplicate))::int AS duplicates,
           (count(*) FILTER (WHERE duplicate AND elsewhere))::int AS elsewhere,
           (count(*) FILTER (WHERE NOT duplicate AND verdict = 'INCOMPLETE'))::int AS incomplete
         FROM judged GROUP BY month
       ) found USING (month) ORDER BY month`,
      [from, to],
    );
    return rows.map((row) => ({ ...row, comparisons: Number(row.comparisons) }));
  }

  examinations(from: string, to: string): Promise<EndedExaminations[]> {
    return this.dataSource.query<EndedExaminations[]>(
      `SELECT ${dateOf('filed_at')}::text AS "filedOn", ended_on::text AS "endedOn", count(*)::int AS count
       FROM (
         SELECT r.registration_id, r.filed_at, r.registered_on AS ended_on FROM registration r
         UNION ALL
         SELECT r.registration_id, r.filed_at, ${dateOf(`(refusal.entry::jsonb ->> 'at')::timestamptz`)}
         FROM registration r CROSS JOIN LATERAL (
           SELECT entry FROM audit_log WHERE ${ofRegistration('entry', 'registry.refused')} LIMIT 1) refusal
         WHERE r.state = 'refused'
       ) r
       WHERE ended_on >= ($1 || '-01')::date AND ended_on < ($2 || '-01')::date + interval '1 month' AND EXISTS (
         SELECT FROM audit_log filed WHERE ${ofRegistration('filed.entry', 'registry.filed')})
       GROUP BY 1, 2 ORDER BY 2, 1 LIMIT ${MOST_PERIODS}`,
      [from, to],
    );
  }

  monthly(month: string): Promise<MonthlyRow[]> {
    return this.dataSource.query<MonthlyRow[]>(
      `SELECT registration_number AS "registrationNumber", registered_on::text AS "registeredOn", title, category, owner,
         completed_on::text AS "completedOn", first_published_on::text AS "firstPublishedOn"
       FROM registration
       WHERE registered_on >= ($1 || '-01')::date AND registered_on < ($1 || '-01')::date + interval '1 month'
       ORDER BY registered_on, registration_number LIMIT ${MOST_ROWS}`,
      [month],
    );
  }
}
