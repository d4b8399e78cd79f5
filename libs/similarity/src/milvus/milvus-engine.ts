import { setTimeout as pause } from 'node:timers/promises';
import { REGISTRATION_STATES, type IndexEntry } from '#libs/registry';
import type { MilvusClient } from '@zilliz/milvus2-sdk-node';
import { z } from 'zod';
import { engineFailure, EngineUnfit, engineWords } from './engine-error.js';

/** Where a Milvus is, and how it is spoken to. */
export interface MilvusConnection {
  /** host:port. */
  readonly address: string;
  /** Milvus's database. */
  readonly database?: string | undefined;
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** PEM of the authority that the server's certificate must be of; without it the connection is in the clear. */
  readonly tlsCa?: Buffer | undefined;
  /** Milliseconds for one search, all its calls and retries together. */
  readonly timeoutMs: number;
  /** Told, for the operator alone, what the engine failed of. */
  readonly report: (problem: string) => void;
}

/** One row as the engine gives it. */
export interface EngineRow {
  readonly registrationId: string;
  readonly patternId: string;
  readonly state: IndexEntry['state'];
  readonly vector: Float32Array;
  /** Inner product, summed by the engine in f32. */
  readonly score: number;
}

/** Most rows that Milvus gives of one search. */
export const MAX_FETCH = 16_384;
/** Milvus's consistency level at which a search sees all that was written before. */
const STRONG = 0;
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 50;
/** For one call that writes up to a page of entries, or makes a collection. */
const WRITE_MS = 60_000;
const LOAD_LOOK_MS = 200;
const HEAD = 'head';
const ID_LENGTH = 64;

const statusSchema = z.object({ error_code: z.union([z.string(), z.number()]), reason: z.string() });
const countSchema = z.object({ data: z.tuple([z.object({ 'count(*)': z.coerce.number().int() })]) });
const headSchema = z.object({ data: z.array(z.object({ position: z.coerce.number().int() })).max(1) });
const loadSchema = z.object({ state: z.string() });
const flagSchema = z.object({ value: z.boolean() });
const indexSchema = z.object({
  index_descriptions: z.array(
    z.object({ params: z.array(z.object({ key: z.string(), value: z.string() })) }),
  ),
});
const dimensionSchema = z.object({
  schema: z.object({ fields: z.array(z.object({ name: z.string(), dim: z.coerce.number().optional() })) }),
});
const rowSchema = z.object({
  id: z.string(),
  pattern: z.string(),
  state: z.enum(REGISTRATION_STATES),
  vector: z.array(z.number()),
  score: z.number(),
});

/**
 * What is asked of Milvus, each call with a deadline and at most three tries: one collection with the rows, searched exactly (FLAT,
 * inner product) at consistency level Strong, and one with a single row, the position. Whatever comes back is parsed.
 */
export class MilvusEngine {
  private readonly headCollection: string;

  private constructor(
    private readonly client: MilvusClient,
    private readonly connection: MilvusConnection,
    private readonly collection: string,
    private readonly dimension: number,
  ) {
    this.headCollection = `${collection}_head`;
  }

  /** Makes a client; nothing is asked yet. */
  static async create(
    connection: MilvusConnection,
    collection: string,
    dimension: number,
  ): Promise<MilvusEngine> {
    // Only a province that has a Milvus pays for loading its client.
    const { MilvusClient: Client } = await import('@zilliz/milvus2-sdk-node');
    const client = new Client({
      address: connection.address,
      ...(connection.database === undefined ? {} : { database: connection.database }),
      ...connection.credentials,
      ...(connection.tlsCa ? { ssl: true, tls: { rootCert: connection.tlsCa } } : {}),
      // The client starts each retry with a new deadline; they are made here, within one.
      maxRetries: 0,
      timeout: connection.timeoutMs,
      logLevel: 'error',
      telemetry: { enabled: false },
      pool: { min: 1, max: 4 },
      __SKIP_CONNECT__: true,
    });
    return new MilvusEngine(client, connection, collection, dimension);
  }

  /** Makes what is missing, and loads it. @throws RegistryError INDEX_UNAVAILABLE; also if what is there is not searched exactly */
  async prepare(end = Date.now() + WRITE_MS): Promise<void> {
    await this.ensure(this.collection, this.dimension, end, [
      { name: 'pattern', data_type: 'VarChar', max_length: ID_LENGTH },
      { name: 'state', data_type: 'VarChar', max_length: ID_LENGTH },
    ]);
    await this.ensure(this.headCollection, 2, end, [{ name: 'position', data_type: 'Int64' }]);
  }

  /** The position that was written last, 0 if none was, and the number of rows. */
  async state(end: number): Promise<{ readonly position: number; readonly count: number }> {
    const ask = async (request: { collection_name: string; filter: string; output_fields: string[] }) =>
      this.call(end, (timeout) => this.client.query({ ...request, consistency_level: STRONG, timeout }));
    const [counted, head] = await Promise.all([
      ask({ collection_name: this.collection, filter: '', output_fields: ['count(*)'] }),
      ask({ collection_name: this.headCollection, filter: `id == "${HEAD}"`, output_fields: ['position'] }),
    ]);
    return {
      count: countSchema.parse(counted).data[0]['count(*)'],
      position: headSchema.parse(head).data[0]?.position ?? 0,
    };
  }

  /** Adds or replaces rows by registration id; visible when it returns. */
  async put(entries: readonly IndexEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const data = entries.map(({ registrationId, patternId, state, vector }) => ({
      id: registrationId,
      pattern: patternId,
      state,
      vector: Array.from(vector),
    }));
    await this.call(Date.now() + WRITE_MS, (timeout) =>
      this.client.upsert({ collection_name: this.collection, data, timeout }),
    );
  }

  /** Writes the position; after the rows that it stands for. */
  async moveTo(position: number): Promise<void> {
    const data = [{ id: HEAD, position, vector: [1, 0] }];
    await this.call(Date.now() + WRITE_MS, (timeout) =>
      this.client.upsert({ collection_name: this.headCollection, data, timeout }),
    );
  }

  /** For each vector the `count` rows of the highest scores, 1 to MAX_FETCH; fewer only if there are no more. */
  async search(vectors: readonly Float32Array[], count: number, end: number): Promise<EngineRow[][]> {
    const answer = await this.call(end, (timeout) =>
      this.client.search({
        collection_name: this.collection,
        data: vectors.map((vector) => Array.from(vector)),
        anns_field: 'vector',
        limit: count,
        metric_type: 'IP',
        output_fields: ['id', 'pattern', 'state', 'vector'],
        consistency_level: STRONG,
        timeout,
      }),
    );
    // For one vector the client gives its rows themselves.
    const lists = vectors.length === 1 ? [answer.results] : answer.results;
    const parsed = z.array(z.array(rowSchema).max(count)).length(vectors.length).parse(lists);
    return parsed.map((rows) =>
      rows.map(({ id, pattern, state, vector, score }) => ({
        registrationId: id,
        patternId: pattern,
        state,
        vector: Float32Array.from(vector),
        score,
      })),
    );
  }

  /** Removes everything of this index from the engine. */
  async drop(): Promise<void> {
    const end = Date.now() + WRITE_MS;
    for (const collection_name of [this.headCollection, this.collection])
      await this.call(end, (timeout) => this.client.dropCollection({ collection_name, timeout }));
  }

  async close(): Promise<void> {
    await this.client.closeConnection();
  }

  private async ensure(
    collection_name: string,
    dim: number,
    end: number,
    fields: readonly { name: string; data_type: 'VarChar' | 'Int64'; max_length?: number }[],
  ): Promise<void> {
    const known = await this.call(end, (timeout) => this.client.hasCollection({ collection_name, timeout }));
    if (!flagSchema.parse(known).value) {
      await this.call(end, (timeout) =>
        this.client.createCollection({
          collection_name,
          consistency_level: 'Strong',
          fields: [
            { name: 'id', data_type: 'VarChar', is_primary_key: true, max_length: ID_LENGTH },
            ...fields,
            { name: 'vector', data_type: 'FloatVector', dim },
          ],
          timeout,
        }),
      );
      await this.call(end, (timeout) =>
        this.client.createIndex({
          collection_name,
          field_name: 'vector',
          index_type: 'FLAT',
          metric_type: 'IP',
          params: {},
          timeout,
        }),
      );
    }
    await this.requireExact(collection_name, dim, end);
    await this.load(collection_name, end);
  }

  private async load(collection_name: string, end: number): Promise<void> {
    await this.call(end, (timeout) => this.client.loadCollectionAsync({ collection_name, timeout }));
    for (;;) {
      const load = await this.call(end, (timeout) => this.client.getLoadState({ collection_name, timeout }));
      if (loadSchema.parse(load).state === 'LoadStateLoaded') return;
      if (Date.now() + LOAD_LOOK_MS > end)
        throw this.told(new EngineUnfit(`did not load ${collection_name}`));
      await pause(LOAD_LOOK_MS);
    }
  }

  private async requireExact(collection_name: string, dim: number, end: number): Promise<void> {
    const index = await this.call(end, (timeout) => this.client.describeIndex({ collection_name, timeout }));
    const params = indexSchema.parse(index).index_descriptions.flatMap((one) => one.params);
    const is = (key: string, value: string) => params.some((one) => one.key === key && one.value === value);
    if (!is('index_type', 'FLAT') || !is('metric_type', 'IP'))
      throw this.told(
        new EngineUnfit(`does not search ${collection_name} exactly: it must have a FLAT index of metric IP`),
      );
    const held = await this.call(end, (timeout) =>
      this.client.describeCollection({ collection_name, timeout }),
    );
    const found = dimensionSchema.parse(held).schema.fields.find(({ name }) => name === 'vector')?.dim;
    if (found !== dim)
      throw this.told(
        new EngineUnfit(`holds vectors of ${found} numbers in ${collection_name}, not of ${dim}`),
      );
  }

  /** @throws RegistryError INDEX_UNAVAILABLE or INDEX_TIMEOUT, at the latest at `end` */
  private async call<T>(end: number, work: (timeout: number) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return succeeded(await within(end, work));
      } catch (error) {
        const wait = FIRST_PAUSE_MS * 2 ** attempt;
        if (attempt === ATTEMPTS || Date.now() + wait >= end) throw this.told(error);
        await pause(wait);
      }
    }
  }

  private told(cause: unknown): Error {
    this.connection.report(engineWords(cause));
    return engineFailure(cause);
  }
}

/** Milvus says in its answer that a call failed. */
function succeeded<T>(answer: T): T {
  const status =
    statusSchema.safeParse(answer).data ??
    statusSchema.parse(z.object({ status: z.unknown() }).parse(answer).status);
  if (status.error_code !== 'Success' && status.error_code !== 0)
    throw new Error(status.reason || String(status.error_code));
  return answer;
}

/** The client's own deadline, and a bound on the client. */
async function within<T>(end: number, work: (timeout: number) => Promise<T>): Promise<T> {
  const left = Math.max(1, end - Date.now());
  const over = new AbortController();
  const late = pause(left + FIRST_PAUSE_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error(`DEADLINE_EXCEEDED: no answer within ${left} ms`);
  });
  try {
    return await Promise.race([work(left), late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}
