import { randomBytes } from 'node:crypto';
import { checkDuplicate, type Check } from '#libs/registry';
import { MilvusIndex } from '#libs/similarity';
import { MilvusClient } from '@zilliz/milvus2-sdk-node';
import { DIMENSION, FakeFederation, fingerprinted, MEMBERS, MODEL } from '../fakes/federation.js';
import { MilvusLite, milvusMissing, milvusRequired } from '../milvus.js';

const PATTERN = [1, 0, 0, 0];
const OTHER = [0, 1, 0, 0];

if (milvusMissing === '') {
  describe('a duplicate check where one province searches in Milvus', () => {
    const collection = `test_${randomBytes(8).toString('hex')}`;
    let server: MilvusLite;
    let index: MilvusIndex;
    let federation: FakeFederation;
    beforeAll(async () => {
      server = await MilvusLite.start();
      federation = await FakeFederation.create();
      index = await MilvusIndex.open({
        connection: { address: server.address, timeoutMs: 3_000, report: () => undefined },
        collection,
        modelDigest: MODEL,
        dimension: DIMENSION,
      });
      federation.member('jiangsu').searchIn(index);
      for (const province of MEMBERS) federation.member(province).file(OTHER);
    });
    afterAll(async () => {
      await index.close();
      await server.stop();
    });

    const check = (): Promise<Check> => {
      const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted(PATTERN) };
      return checkDuplicate(
        { ...federation.asking('zhejiang'), fingerprinter },
        {
          picture: new Uint8Array(),
          actor: { kind: 'person', name: 'examiner' },
          excluding: undefined,
          limit: 5,
          budgetMs: 10_000,
        },
      );
    };
    const untilComplete = async (): Promise<void> => {
      for (const end = Date.now() + 40_000; Date.now() < end;) if ((await check()).complete) return;
    };
    const jiangsu = (one: Check) => one.coverage.find(({ province }) => province === 'jiangsu');

    it('is CLEAR over all four, and a DUPLICATE once the pattern is filed there', async () => {
      expect(await check()).toMatchObject({ verdict: 'CLEAR', complete: true });
      const registrationId = federation.member('jiangsu').file(PATTERN);
      expect(await check()).toMatchObject({
        verdict: 'DUPLICATE',
        complete: true,
        candidates: [{ province: 'jiangsu', registrationId }, {}, {}, {}, {}],
      });
    });

    it('is INCOMPLETE while the engine does not answer: TIMEOUT, and in the log', async () => {
      await server.signal('SIGSTOP');
      try {
        const one = await check();
        expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false });
        expect(jiangsu(one)?.outcome).toBe('TIMEOUT');
        expect(jiangsu(one)?.detail).toContain('search engine');
        expect(federation.member('jiangsu').log.events.at(-1)).toMatchObject({
          type: 'call.refused',
          details: { reason: 'INDEX_TIMEOUT' },
        });
      } finally {
        await server.signal('SIGCONT');
      }
    });

    it('is INCOMPLETE while the engine is down: UNREACHABLE; and whole again when it is back', async () => {
      await server.signal('SIGKILL');
      const one = await check();
      expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false });
      expect(jiangsu(one)).toMatchObject({ outcome: 'UNREACHABLE' });
      await server.begin();
      await untilComplete();
      expect(await check()).toMatchObject({ verdict: 'DUPLICATE', complete: true });
    });

    it('is PARTIAL when the engine holds fewer than the registry declares', async () => {
      const other = new MilvusClient({ address: server.address, logLevel: 'error' });
      const [row] = federation.member('jiangsu').rows;
      await other.delete({ collection_name: collection, ids: [row?.registrationId ?? ''] });
      await other.closeConnection();
      const one = await check();
      expect(one).toMatchObject({ complete: false });
      expect(jiangsu(one)).toMatchObject({ outcome: 'PARTIAL', searched: 1, declared: 2 });
    });

    it('fills the engine again after its collection was dropped', async () => {
      const other = new MilvusClient({ address: server.address, logLevel: 'error' });
      for (const collection_name of [collection, `${collection}_head`])
        await other.dropCollection({ collection_name });
      await other.closeConnection();
      await untilComplete();
      const one = await check();
      expect(one).toMatchObject({ verdict: 'DUPLICATE', complete: true });
      expect(jiangsu(one)).toMatchObject({ searched: 2, declared: 2 });
    });
  });
} else {
  it('is left out where there is no engine, unless one is required', () => {
    console.warn(`Checks over a province that searches in Milvus are not tested: ${milvusMissing}`);
    expect(milvusRequired).toBe(false);
  });
}
