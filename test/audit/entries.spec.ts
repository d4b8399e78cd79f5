import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openPolicy, proveEntry, searchLog, verifyLog } from '#libs/audit';
import { splitEntryBundle } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { browserLogCrypto } from '../../apps/console/src/audit/log-crypto.js';
import { AuditedFederation, filesOf, record } from './federation.js';

let federation: AuditedFederation;
let log: Map<string, Uint8Array>;
const SIZE = 600;
beforeAll(async () => {
  federation = await AuditedFederation.create();
  const entries = Array.from({ length: SIZE }, (_, at) =>
    record(
      'zhejiang',
      at % 100 === 0 ? 'node.started' : 'person.added',
      at % 100 === 0 ? null : `p${at}`,
      {},
    ),
  );
  log = await federation.log('zhejiang', entries);
});

const prove = (index: number, files: ReadonlyMap<string, Uint8Array> = log) =>
  proveEntry(nodeLogCrypto, federation.policy, filesOf(files), index);
const faultsOf = async (...args: Parameters<typeof prove>) =>
  (await prove(...args)).findings.map(({ fault }) => fault);
const flip = (path: string, at: number) => {
  const bytes = Buffer.from(log.get(path) ?? []);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  return new Map(log).set(path, bytes);
};

describe('one entry of a log', () => {
  it('is proved wherever it stands, with what it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(SIZE - 1), async (index) => {
        const { findings, record: read, proved } = await prove(index);
        expect(findings).toEqual([]);
        expect(read?.subject).toBe(index % 100 === 0 ? null : `p${index}`);
        expect(proved[0]?.zh).toContain(`第 ${index} 条`);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where a bit of it, of its siblings or of the checkpoint is another', async () => {
    const bundle = log.get('tile/entries/001') ?? new Uint8Array(0);
    const starts = splitEntryBundle(bundle).map(({ byteOffset }) => byteOffset - bundle.byteOffset - 2);
    await fc.assert(
      fc.asyncProperty(fc.nat(bundle.length - 1), async (at) => {
        const hit = starts.findLastIndex((start) => start <= at);
        expect(await faultsOf(256 + hit, flip('tile/entries/001', at))).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
    // The second byte of an entry's text, and a byte of the leaf beside it.
    expect(await faultsOf(256, flip('tile/entries/001', 3))).toContain('ALTERED_ENTRY');
    expect(await faultsOf(256, flip('tile/0/001', 32))).toContain('ALTERED_ENTRY');
    expect(await faultsOf(0, flip('checkpoint', 20))).not.toEqual([]);
  });

  it('is missing where its bundle is, or beyond the end', async () => {
    const without = new Map(log);
    without.delete('tile/entries/001');
    expect(await faultsOf(300, without)).toEqual(['MISSING_ENTRY']);
    expect(await faultsOf(SIZE)).toEqual(['MISSING_ENTRY']);
    expect((await prove(300, new Map())).record).toBeNull();
  });

  it('is not proved without enough witnesses', async () => {
    const alone = await federation.log('zhejiang', [record('zhejiang', 'node.started', null, {})], []);
    expect(await faultsOf(0, alone)).toEqual(['BELOW_QUORUM']);
  });
});

describe('a search of a log', () => {
  const bounds = { most: 50, bundles: 10 };
  const search = (text: string, type = '', before: number | null = null, within = bounds) =>
    searchLog(filesOf(log), { text, type, before }, within);

  it('finds from the newest down, by text and by event, and goes on where it stopped', async () => {
    const all = await search('', 'node.');
    expect(all.entries.map(({ index }) => index)).toEqual([500, 400, 300, 200, 100, 0]);
    expect([all.size, all.from]).toEqual([SIZE, 0]);
    expect((await search('P599')).entries.map(({ index }) => index)).toEqual([599]);
    const first = await search('', '', null, { most: 300, bundles: 1 });
    expect([first.entries.length, first.from]).toEqual([88, 512]);
    const rest = await search('', '', first.from, { most: 1_000, bundles: 10 });
    expect([rest.entries.length, rest.from]).toEqual([512, 0]);
    const page = await search('', '', null, { most: 5, bundles: 10 });
    expect([page.entries.map(({ index }) => index), page.from]).toEqual([[599, 598, 597, 596, 595], 595]);
  });

  it('passes over no gap and over nothing that it cannot read', async () => {
    const odd = await federation.log('zhejiang', [
      record('zhejiang', 'node.started', null, {}),
      Buffer.from('{}'),
    ]);
    const files = filesOf(odd);
    const found = await searchLog(files, { text: 'nothing like it', type: '', before: null }, bounds);
    expect(found.entries).toEqual([{ index: 1, record: expect.any(String) as unknown }]);
    odd.delete('tile/entries/000.p/2');
    const gap = await searchLog(filesOf(odd), { text: 'x', type: '', before: null }, bounds);
    expect(gap.entries).toEqual([1, 0].map((index) => ({ index, record: 'is missing' })));
    expect(await searchLog(filesOf(new Map()), { text: '', type: '', before: null }, bounds)).toEqual({
      size: 0,
      from: 0,
      entries: [],
    });
  });
});

describe("the browser's cryptography", () => {
  it('proves a log as that of Node does', async () => {
    const policy = openPolicy(browserLogCrypto, federation.policyFile);
    const report = await verifyLog(browserLogCrypto, policy, filesOf(log), { known: [], everyFile: false });
    expect(report.findings).toEqual([]);
  });

  it('says the same of every signature, good or changed', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(511), fc.boolean(), (message, bit, change) => {
        const signature = sign(null, message, privateKey);
        if (change) signature.writeUInt8((signature[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
        const says = [nodeLogCrypto, browserLogCrypto].map(({ ed25519 }) => ed25519(raw)(message, signature));
        expect(says).toEqual([!change, !change]);
      }),
      { numRuns: 50 },
    );
    expect(browserLogCrypto.ed25519(new Uint8Array(32).fill(255))(raw, new Uint8Array(64))).toBe(false);
  });
});
