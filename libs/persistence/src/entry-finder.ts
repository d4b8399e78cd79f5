import type { DataSource } from 'typeorm';
import type { LogOrigin } from '#libs/registry';

/** Entries about one subject that are looked at. */
const MOST_LOOKED_AT = 64;

/** An entry of a log, and its place. */
export interface FoundEntry {
  readonly index: number;
  /** UTF-8 of its RFC 8785 form. */
  readonly entry: Uint8Array;
}

/** Finds entries of one party's log by the check or the registration that they are about. */
export class PostgresEntryFinder {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  /**
   * The latest entry of this type about a check or a registration.
   * @param digest that the entry mentions; empty for any
   */
  async find(subject: string, type: string, digest: string): Promise<FoundEntry | null> {
    const rows = await this.dataSource.query<{ index: string; entry: string }[]>(
      `SELECT index, entry FROM audit_log
       WHERE subject_of_entry(entry) = $1 AND subject_of_entry(entry) IS NOT NULL AND origin = $2
       ORDER BY index DESC LIMIT $3`,
      [subject, this.origin, MOST_LOOKED_AT],
    );
    const found = rows.find(({ entry }) => entry.endsWith(`,"type":"${type}"}`) && entry.includes(digest));
    return found ? { index: Number(found.index), entry: Buffer.from(found.entry) } : null;
  }
}
