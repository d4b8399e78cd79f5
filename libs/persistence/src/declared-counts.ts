import type { DataSource } from 'typeorm';
import { z } from 'zod';
import type { DeclaredCount, DeclaredCounts, LogOrigin } from '#libs/registry';

/** Entries looked at in one query: changes that were committed since the search began. */
const PAGE = 16;

/** Entries that tell a count; the words of the partial index audit_log_tells_count. */
const TELLS_COUNT = `entry LIKE '%"searchable":%'`;

const toldSchema = z.object({ details: z.object({ position: z.int(), searchable: z.int() }) });

/** An entry of a change, by what it tells. */
type Told = z.infer<typeof toldSchema>['details'] & { readonly entry: number };

/** What a province's log in PostgreSQL declares of its registry. */
export class PostgresDeclaredCounts implements DeclaredCounts {
  private readonly latest = lastOf((position) => this.upTo(position));
  private readonly witnessed = lastOf(async (cosigned) => (await this.before(cosigned, 1))[0] ?? null);

  /** @param cosigned entries of the newest checkpoint that has its quorum, 0 for none */
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
    readonly cosigned: () => number,
  ) {}

  async declared(position: number, cosigned: number): Promise<DeclaredCount | null> {
    const told = await Promise.all([this.latest(position), this.witnessed(cosigned)]);
    const most = told
      .flatMap((one) => one ?? [])
      .reduce<Told | null>((one, other) => (one && one.searchable >= other.searchable ? one : other), null);
    return most && { searchable: most.searchable, entry: most.entry };
  }

  private async upTo(position: number): Promise<Told | null> {
    for (let before = Number.MAX_SAFE_INTEGER; ;) {
      const page = await this.before(before, PAGE);
      const found = page.find((told) => told.position <= position);
      if (found) return found;
      if (page.length < PAGE) return null;
      before = page.at(-1)?.entry ?? 0;
    }
  }

  /** The latest entries under this index, newest first. */
  private async before(index: number, limit: number): Promise<Told[]> {
    if (index <= 0) return [];
    const rows = await this.dataSource.query<{ index: string; entry: string }[]>(
      `SELECT index, entry FROM audit_log WHERE origin = $1 AND ${TELLS_COUNT} AND index < $2
       ORDER BY index DESC LIMIT $3`,
      [this.origin, index, limit],
    );
    return rows.map((row) => ({
      ...toldSchema.parse(JSON.parse(row.entry)).details,
      entry: Number(row.index),
    }));
  }
}

/**
 * Remembers the last answer. What the log tells up to a change, or under an index, is settled once that is there: entries of a change
 * are committed with it, and the log only grows.
 */
function lastOf<T>(ask: (upTo: number) => Promise<T>): (upTo: number) => Promise<T> {
  let last: { readonly upTo: number; readonly told: T } | undefined;
  return async (upTo) => {
    if (last?.upTo !== upTo) last = { upTo, told: await ask(upTo) };
    return last.told;
  };
}
