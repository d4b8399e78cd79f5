import type { PGlite } from '@electric-sql/pglite';
import type { SearchPeer } from './search-peer.js';

/** Rows of one COPY. */
const PAGE = 2_000;
/** Candidates that an HNSW search keeps; the most accurate setting that is still a search. */
const EF_SEARCH = 400;

/** pgvector in PGlite: a scan of the whole table, or its HNSW index over f32 with ef = 400. */
export class Pgvector implements SearchPeer {
  readonly name: string;
  readonly mostVectors: number;
  private database: PGlite | undefined;

  constructor(readonly approximate: boolean) {
    this.name = approximate ? 'pgvector_hnsw' : 'pgvector_exact';
    this.mostVectors = approximate ? 20_000 : 200_000;
  }

  async available(): Promise<string> {
    try {
      await import('@electric-sql/pglite');
      await import('@electric-sql/pglite-pgvector');
      return '';
    } catch {
      return 'the npm packages @electric-sql/pglite and @electric-sql/pglite-pgvector are not installed';
    }
  }

  async load(vectors: Float32Array, dimension: number): Promise<void> {
    const { PGlite: Database } = await import('@electric-sql/pglite');
    const { vector } = await import('@electric-sql/pglite-pgvector');
    const database = await Database.create({ extensions: { vector } });
    this.database = database;
    await database.exec(
      `create extension vector; create table patterns (id integer, embedding vector(${dimension}))`,
    );
    await database.exec('alter table patterns alter column embedding set storage plain');
    const count = vectors.length / dimension;
    for (let from = 0; from < count; from += PAGE) {
      const lines = [];
      for (let id = from; id < Math.min(count, from + PAGE); id += 1)
        lines.push(`${id}\t[${vectors.subarray(id * dimension, (id + 1) * dimension).join(',')}]\n`);
      await database.query("copy patterns from '/dev/blob'", [], { blob: new Blob(lines) });
    }
    if (this.approximate)
      await database.exec(
        `set maintenance_work_mem = '256MB'; create index on patterns using hnsw (embedding vector_ip_ops); set hnsw.ef_search = ${EF_SEARCH}`,
      );
    await database.exec('analyze patterns');
  }

  async search(query: Float32Array, k: number): Promise<readonly number[]> {
    if (!this.database) throw new Error(`${this.name} is not loaded`);
    const { rows } = await this.database.query<{ id: number }>(
      'select id from patterns order by embedding <#> $1::vector limit $2',
      [`[${query.join(',')}]`, k],
    );
    return rows.map(({ id }) => id);
  }

  async close(): Promise<void> {
    await this.database?.close();
    this.database = undefined;
  }
}
