import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import type { IndexEntry, SimilarityIndex } from '#libs/registry';
import { MilvusIndex, PlainIndex } from '#libs/similarity';
import { MilvusClient } from '@zilliz/milvus2-sdk-node';
import { createTestAuthority } from '../certificates.js';
import { MilvusLite, milvusMissing, milvusRequired } from '../milvus.js';
import { DIMENSION, MODEL, similarityIndexContract } from './similarity-index.contract.js';

const TIMEOUT_MS = 10_000;

if (milvusMissing === '') {
  let server: MilvusLite;
  beforeAll(async () => {
    server = await MilvusLite.start();
  });
  afterAll(() => server.stop());

  const open = (
    options: { collection?: string; dimension?: number; timeoutMs?: number } = {},
  ): Promise<MilvusIndex> =>
    MilvusIndex.open({
      connection: {
        address: server.address,
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        report: () => undefined,
      },
      collection: options.collection ?? newName(),
      modelDigest: MODEL,
      dimension: options.dimension ?? DIMENSION,
    });

  similarityIndexContract('MilvusIndex', (): Promise<SimilarityIndex> => open(), 15);

  describe('MilvusIndex on milvus-lite', () => {
    it.each(['spread', 'nearly equal', 'equal'] as const)(
      'gives the bits of every score and the order of the plain comparison: %s vectors',
      async (kind) => {
        const entries = drawn(kind, 700, 64);
        const plain = new PlainIndex(MODEL, 64);
        const index = await open({ dimension: 64 });
        for (const one of [plain, index]) await one.apply(entries, 1);
        const queries = [0, 3, 50].map((at) => ({
          vector: entries[at]?.vector ?? new Float32Array(64),
          limit: 20,
          excluding: entries[at]?.registrationId,
        }));
        expect(await index.search(queries)).toEqual(await plain.search(queries));
        await index.dropAndClose();
      },
    );

    it('finds rows and position again after a restart of the node and a crash of the engine', async () => {
      const collection = newName();
      const first = await open({ collection });
      const entries = drawn('spread', 30, DIMENSION);
      await first.apply(entries, 30);
      await first.close();
      await server.signal('SIGKILL');
      await server.begin();
      const again = await open({ collection });
      expect([again.size, again.position]).toEqual([30, 30]);
      const [result] = await again.search([{ vector: vectorOf(entries, 4), limit: 1 }]);
      expect(result).toMatchObject({ searched: 30, hits: [{ registrationId: entries[4]?.registrationId }] });
      await again.close();
    });

    it('counts what the engine holds: a row that was lost there was not searched', async () => {
      const collection = newName();
      const index = await open({ collection });
      const entries = drawn('spread', 10, DIMENSION);
      await index.apply(entries, 10);
      const other = new MilvusClient({ address: server.address, logLevel: 'error' });
      await other.delete({ collection_name: collection, ids: [entries[3]?.registrationId ?? ''] });
      await other.closeConnection();
      const [result] = await index.search([{ vector: vectorOf(entries, 3), limit: 10 }]);
      expect(result?.searched).toBe(9);
      expect(result?.hits).toHaveLength(9);
      await index.close();
    });

    it('says so when the engine is down, and goes on when it is back', async () => {
      const index = await open({ timeoutMs: 2_000 });
      const entries = drawn('spread', 5, DIMENSION);
      await index.apply(entries, 5);
      const query = { vector: vectorOf(entries, 2), limit: 1 };
      await server.signal('SIGKILL');
      await expect(index.search([query])).rejects.toMatchObject({ code: 'INDEX_UNAVAILABLE' });
      await server.begin();
      await settles(async () => {
        const [result] = await index.search([query]);
        expect(result).toMatchObject({ searched: 5, hits: [{ registrationId: entries[2]?.registrationId }] });
      });
      await index.close();
    });

    it('says so within its time when the engine does not answer', async () => {
      const index = await open({ timeoutMs: 500 });
      const entries = drawn('spread', 5, DIMENSION);
      await index.apply(entries, 5);
      await server.signal('SIGSTOP');
      try {
        const begun = Date.now();
        await expect(index.search([{ vector: vectorOf(entries, 2), limit: 1 }])).rejects.toMatchObject({
          code: 'INDEX_TIMEOUT',
        });
        expect(Date.now() - begun).toBeLessThan(5_000);
      } finally {
        await server.signal('SIGCONT');
      }
      await index.close();
    });

    it('does not take a collection whose index may miss something', async () => {
      const collection = newName();
      const other = new MilvusClient({ address: server.address, logLevel: 'error' });
      await other.createCollection({
        collection_name: collection,
        fields: [
          { name: 'id', data_type: 'VarChar', is_primary_key: true, max_length: 64 },
          { name: 'vector', data_type: 'FloatVector', dim: DIMENSION },
        ],
      });
      await other.createIndex({
        collection_name: collection,
        field_name: 'vector',
        index_type: 'HNSW',
        metric_type: 'IP',
        params: { M: 8, efConstruction: 64 },
      });
      await other.closeConnection();
      await expect(open({ collection })).rejects.toMatchObject({ code: 'INDEX_UNAVAILABLE' });
    });

    it('begins anew when it is cleared', async () => {
      const index = await open();
      await index.apply(drawn('spread', 5, DIMENSION), 7);
      await index.clear();
      expect([index.size, index.position]).toEqual([0, 0]);
      await index.close();
    });

    it('speaks TLS to a server whose certificate is of the authority given, and to no other', async () => {
      const authority = await createTestAuthority();
      const { certificate, key, ca } = await authority.issue({
        commonName: 'localhost',
        dnsName: 'localhost',
        uri: 'urn:test:milvus',
      });
      const proxy = createServer({ cert: certificate, key, ALPNProtocols: ['h2'] }, (socket) => {
        const upstream = connect(server.port, '127.0.0.1');
        socket.pipe(upstream).pipe(socket);
        socket.on('error', () => upstream.destroy());
        upstream.on('error', () => socket.destroy());
      });
      await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
      const bound = proxy.address();
      const port = typeof bound === 'object' && bound ? bound.port : 0;
      const over = (tlsCa: Buffer): Promise<MilvusIndex> =>
        MilvusIndex.open({
          connection: { address: `localhost:${port}`, tlsCa, timeoutMs: 2_000, report: () => undefined },
          collection: newName(),
          modelDigest: MODEL,
          dimension: DIMENSION,
        });
      const index = await over(ca);
      await index.apply(drawn('spread', 3, DIMENSION), 3);
      expect(index.size).toBe(3);
      await index.close();
      await expect(over((await createTestAuthority()).ca)).rejects.toMatchObject({
        code: 'INDEX_UNAVAILABLE',
      });
      proxy.close();
    });
  });
} else {
  it('is left out where there is no engine, unless one is required', () => {
    console.warn(`The contract of an index is not tested on Milvus: ${milvusMissing}`);
    expect(milvusRequired).toBe(false);
  });
}

function newName(): string {
  return `test_${randomBytes(8).toString('hex')}`;
}

function vectorOf(entries: readonly IndexEntry[], at: number): Float32Array {
  const entry = entries[at];
  if (!entry) throw new RangeError(`there is no entry ${at}`);
  return entry.vector;
}

function drawn(kind: 'spread' | 'nearly equal' | 'equal', count: number, dimension: number): IndexEntry[] {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
  const unit = (): Float32Array => {
    const vector = Float32Array.from({ length: dimension }, random);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const one = unit();
  return Array.from({ length: count }, (_, at) => {
    const bits = new Uint32Array(one.slice().buffer);
    const place = at % dimension;
    if (kind === 'nearly equal') bits[place] = (bits[place] ?? 0) + 1 + (at % 3);
    const mixed = (Math.imul(at, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    const id = `${mixed}-0000-4000-8000-000000000000`;
    const vector = kind === 'spread' ? unit() : new Float32Array(bits.buffer);
    return { registrationId: id, patternId: id, state: 'registered', vector };
  });
}

async function settles(check: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await check();
    } catch (error) {
      if (attempt === 10) throw error;
    }
}
