import type { DataSource } from 'typeorm';
import {
  readEntry,
  type AskedBefore,
  type LogOrigin,
  type PlacedRecord,
  type RegistrationEntries,
} from '#libs/registry';
import { z } from 'zod';

/** Entries about one subject that are looked at. */
const MOST_LOOKED_AT = 64;
/** A registration has five states, and each of them once. */
const MOST_STEPS = 16;

/** Entries from the newest back among which an hour's answers are looked for: four members' quotas. */
const MOST_OF_AN_HOUR = 200_000;

/** An entry of a log, and its place. */
export interface FoundEntry {
  readonly index: number;
  /** UTF-8 of its RFC 8785 form. */
  readonly entry: Uint8Array;
}

/** Which entry is sought. */
export interface SoughtEntry {
  /** UUID of the check or the registration that it is about. */
  readonly checkId: string;
  readonly type: string;
  readonly digest: string;
}

const detailsSchema = z.object({ details: z.record(z.string(), z.unknown()) });

/** Finds entries of one party's log by the check or the registration that they are about. */
export class PostgresEntryFinder implements RegistrationEntries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  /**
   * The latest entry of each type about a check or a registration, in the order wanted; null where there is none.
   * @param wanted each with a digest that the entry mentions; empty for any
   */
  async find(wanted: readonly SoughtEntry[]): Promise<(FoundEntry | null)[]> {
    const rows = await this.dataSource.query<{ subject: string; index: string; entry: string }[]>(
      `SELECT wanted.subject, latest.index, latest.entry
       FROM unnest($1::text[]) AS wanted (subject) CROSS JOIN LATERAL (
         SELECT index, entry FROM audit_log
         WHERE subject_of_entry(entry) = wanted.subject AND subject_of_entry(entry) IS NOT NULL AND origin = $2
         ORDER BY index DESC LIMIT $3
       ) AS latest ORDER BY latest.index DESC`,
      [[...new Set(wanted.map(({ checkId }) => checkId))], this.origin, MOST_LOOKED_AT],
    );
    return wanted.map(({ checkId, type, digest }) => {
      const found = rows.find(
        ({ subject, entry }) =>
          subject === checkId && entry.endsWith(`,"type":"${type}"}`) && entry.includes(digest),
      );
      return found ? { index: Number(found.index), entry: Buffer.from(found.entry) } : null;
    });
  }

  /** How many questions of each member this party's log says that it answered after `since`, by the minute. */
  async askedSince(since: Date): Promise<AskedBefore[]> {
    const rows = await this.dataSource.query<{ asker: string; minute: string; questions: string }[]>(
      `SELECT entry::jsonb #>> '{actor,name}' AS asker, floor(extract(epoch FROM created_at) / 60) AS minute,
         count(*) AS questions
       FROM audit_log
       WHERE origin = $1 AND index > (SELECT size FROM audit_log_head WHERE origin = $1) - $2
         AND created_at > $3 AND entry LIKE '%,"type":"member.answered"}'
       GROUP BY asker, minute ORDER BY asker, minute`,
      [this.origin, MOST_OF_AN_HOUR, since],
    );
    return rows.map(({ asker, minute, questions }) => ({
      asker,
      minute: Number(minute),
      questions: Number(questions),
    }));
  }

  async ofRegistration(registrationId: string): Promise<PlacedRecord[]> {
    const rows = await this.dataSource.query<{ index: string; entry: string }[]>(
      `SELECT index, entry FROM audit_log
       WHERE subject_of_entry(entry) = $1 AND subject_of_entry(entry) IS NOT NULL AND origin = $2
         AND entry LIKE '%,"outcome":"success","subject":"%","type":"registry.%"}'
       ORDER BY index LIMIT ${MOST_STEPS}`,
      [registrationId, this.origin],
    );
    return rows.map(({ index, entry }) => {
      const record = readEntry(JSON.parse(entry));
      if (typeof record === 'string') throw new Error(`entry ${index} of the log: ${record}`);
      return { index: Number(index), record };
    });
  }

  /**
   * The details of the latest entry of what is in force: of this type, and about this subject.
   * @param type directory.changed, key.changed or model.changed: the index audit_log_in_force has these alone
   */
  async lastInForce(type: string, subject: string | null): Promise<Readonly<Record<string, unknown>> | null> {
    const [row] = await this.dataSource.query<{ entry: string }[]>(
      `SELECT entry FROM audit_log WHERE origin = $1 AND entry LIKE '%.changed"}' AND entry LIKE $2
       ORDER BY index DESC LIMIT 1`,
      [this.origin, `%,"subject":${JSON.stringify(subject)},"type":"${type}"}`],
    );
    return row ? detailsSchema.parse(JSON.parse(row.entry)).details : null;
  }
}
