import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  diffLogs,
  openPolicy,
  proveEntry,
  searchLog,
  verifyLog,
  type KnownHead,
  type LogTerms,
} from '#libs/audit';
import { createTreeHasher, readEntryBundle, splitEntryBundle, writeEntryBundle } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { AuditedFederation, filesOf, record, rootOf } from './federation.js';

type Files = Map<string, Uint8Array>;

const ORIGIN = 'weft/zhejiang';
const hasher = createTreeHasher(nodeLogCrypto.sha256);
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
let federation: AuditedFederation;
let log: Files;
const entries = (count: number, word = 'a') =>
  Array.from({ length: count }, (_, at) => record('zhejiang', 'person.added', `${word}${at}`, {}));
const list = entries(600);
beforeAll(async () => {
  federation = await AuditedFederation.create();
  log = await federation.log('zhejiang', list);
});

const audit = (files: ReadonlyMap<string, Uint8Array>, terms: Partial<LogTerms> = {}) =>
  verifyLog(nodeLogCrypto, federation.policy, filesOf(files), { known: [], everyFile: true, ...terms });
const found = async (files: ReadonlyMap<string, Uint8Array>, terms: Partial<LogTerms> = {}) =>
  (await audit(files, terms)).findings.map(({ fault, where, detail }) => `${fault} | ${where} | ${detail}`);
/** The log with some of its files replaced, or left out. */
const where = (change: Readonly<Record<string, Uint8Array | null>>, of: Files = log) => {
  const files = new Map(of);
  for (const [path, bytes] of Object.entries(change)) {
    if (bytes) files.set(path, bytes);
    else files.delete(path);
  }
  return files;
};
const fileOf = (path: string, of: Files = log) => {
  const bytes = of.get(path);
  if (!bytes) throw new Error(`${path} is needed`);
  return bytes;
};
const flipped = (path: string, at: number, of: Files = log) => {
  const bytes = Buffer.from(fileOf(path, of));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { [path]: bytes };
};
const head = (size: number, of = list, from = 'receipt 3'): KnownHead => ({
  origin: ORIGIN,
  size,
  root: rootOf(of.slice(0, size)),
  from,
});

describe('a log whose files are as they should be', () => {
  it('is proved, with what was checked and how far', async () => {
    const report = await audit(log);
    expect(report).toMatchObject({ kind: 'log', subject: ORIGIN, size: 600, findings: [] });
    expect(report.proved.map(({ en }) => en)).toEqual([
      `All 600 entries of the log ${ORIGIN} are those of the checkpoint that it signed: none is missing, none was altered.`,
      'That checkpoint was cosigned by 3 witnesses: weft/shandong/witness, weft/jiangsu/witness, weft/guangdong/witness.',
      'Every verdict has its question before it; every registration names its clear token.',
    ]);
    expect(report.told?.lastAt).not.toBe('');
  });

  it('may hold a full tile in the place of a partial one', async () => {
    const later = await federation.log('zhejiang', entries(768));
    const wide = where({
      'tile/entries/002.p/88': null,
      'tile/entries/002': fileOf('tile/entries/002', later),
      'tile/0/002.p/88': null,
      'tile/0/002': fileOf('tile/0/002', later),
    });
    expect(await found(wide, { everyFile: false })).toEqual([]);
    const short = where({
      'tile/entries/002.p/88': null,
      'tile/entries/002': fileOf('tile/entries/002.p/88'),
      'tile/0/002.p/88': null,
      'tile/0/002': fileOf('tile/0/002.p/88'),
    });
    expect(await found(short, { everyFile: false })).toEqual([
      `ALTERED_ENTRY | ${ORIGIN} tile/entries/002.p/88 | has 88 entries, not 256`,
      `ALTERED_ENTRY | ${ORIGIN} tile/0/002.p/88 | has 2816 bytes, not 256 hashes`,
    ]);
  });
});

describe('a log that lacks a file', () => {
  const missingEntries = `MISSING_ENTRY | ${ORIGIN} tile/entries/001 | entries 256 and on are missing`;
  const missingHashes = `MISSING_ENTRY | ${ORIGIN} tile/0/001 | the tile is missing`;

  it('is held against its root by what is left', async () => {
    expect(await found(where({ 'tile/entries/001': null }))).toEqual([missingEntries]);
    expect(await found(where({ 'tile/0/001': null }))).toEqual([missingHashes]);
    expect(await found(where({ 'tile/1/000.p/2': null }))).toEqual([
      `MISSING_ENTRY | ${ORIGIN} tile/1/000.p/2 | the tile is missing`,
    ]);
    expect(await found(where({ 'tile/entries/001': null, 'tile/0/001': null }))).toEqual([
      missingEntries,
      missingHashes,
    ]);
  });

  it('is held against known heads up to the gap, and over entries whose hashes are there', async () => {
    const forged = [200, 400].map((size) => head(size, entries(600, 'b')));
    const forked = (size: number) =>
      `FORKED_LOG | ${ORIGIN} | has another root at ${size} entries than receipt 3 shows`;
    expect(await found(where({ 'tile/entries/001': null }), { known: forged })).toEqual([
      forked(200),
      missingEntries,
      forked(400),
    ]);
    const gap = where({ 'tile/entries/001': null, 'tile/0/001': null });
    expect(await found(gap, { known: forged })).toEqual([forked(200), missingEntries, missingHashes]);
  });

  it('is not read where its checkpoint is none', async () => {
    const noNote = 'note: is a text, an empty line and signature lines, each ended by a newline.';
    const none: [Uint8Array | null, string][] = [
      [null, noNote],
      [Buffer.from('x'), noNote],
      [Buffer.from([0xff]), 'note: holds a control character.'],
    ];
    for (const [checkpoint, why] of none) {
      const report = await audit(where({ checkpoint }));
      expect(report).toMatchObject({ subject: '', size: 0, told: null, proved: [] });
      expect(report.findings).toEqual([{ fault: 'NOT_A_BUNDLE', where: 'checkpoint', detail: why }]);
    }
  });
});

describe('a log that was altered', () => {
  it('names the entry, whichever of its two files was', async () => {
    const entry3 = `ALTERED_ENTRY | ${ORIGIN} tile/0/001 | entry 259 has another hash`;
    const [, , , third] = readEntryBundle(fileOf('tile/entries/001'), {
      ...{ level: 'entries', index: 1, width: 256 },
    });
    const at = (third?.byteOffset ?? 0) - fileOf('tile/entries/001').byteOffset;
    expect(await found(where(flipped('tile/0/001', 3 * 32 + 5)))).toEqual([entry3]);
    expect(await found(where(flipped('tile/entries/001', at + 2)))).toEqual([
      entry3,
      `ALTERED_ENTRY | ${ORIGIN} tile/1/000.p/2 | hash 1 is not that of the tile below`,
    ]);
    expect(await found(where(flipped('tile/1/000.p/2', 40)))).toEqual([
      `ALTERED_ENTRY | ${ORIGIN} tile/1/000.p/2 | hash 1 is not that of the tile below`,
    ]);
  });

  it('proves nothing', async () => {
    expect((await audit(where(flipped('tile/0/001', 5)))).proved).toEqual([]);
  });

  it('in all its files together gives another root than it signed', async () => {
    const other = await federation.log('zhejiang', entries(600, 'b'));
    expect(await found(where({ checkpoint: fileOf('checkpoint') }, other))).toEqual([
      `ALTERED_ENTRY | ${ORIGIN} | the entries and tiles give another root than the log signed`,
    ]);
  });

  it('in its form says how', async () => {
    const bundle = splitEntryBundle(fileOf('tile/entries/002.p/88'));
    const at = `${ORIGIN} tile/entries/002.p/88`;
    const written = (all: readonly Uint8Array[]) => where({ 'tile/entries/002.p/88': writeEntryBundle(all) });
    expect(await found(written(bundle.slice(1)))).toEqual([`MISSING_ENTRY | ${at} | has 87 entries, not 88`]);
    expect(await found(written([...bundle, ...bundle.slice(0, 1)]))).toEqual([
      `ALTERED_ENTRY | ${at} | has 89 entries, not 88`,
    ]);
    const cut = { 'tile/entries/002.p/88': fileOf('tile/entries/002.p/88').subarray(0, -1) };
    expect(await found(where(cut))).toEqual([
      expect.stringMatching(/^ALTERED_ENTRY .* ends within entry 87/),
    ]);
    const short = { 'tile/0/002.p/88': fileOf('tile/0/002.p/88').subarray(1) };
    expect(await found(where(short))).toEqual([
      `ALTERED_ENTRY | ${ORIGIN} tile/0/002.p/88 | has 2815 bytes, not 88 hashes`,
    ]);
  });

  it('is not said to hold entries that are none, since they are not what it signed', async () => {
    const unfit = [...entries(2), Buffer.from('{}')];
    expect(await found(await federation.log('zhejiang', unfit))).toEqual([
      `NOT_A_BUNDLE | ${ORIGIN} entry 2 | is not a log record`,
    ]);
    const signed = await federation.log('zhejiang', entries(3));
    const bundle = await federation.log('zhejiang', unfit);
    const changed = where({ 'tile/entries/000.p/3': fileOf('tile/entries/000.p/3', bundle) }, signed);
    expect(await found(changed)).toEqual([
      `ALTERED_ENTRY | ${ORIGIN} tile/0/000.p/3 | entry 2 has another hash`,
    ]);
  });

  it('on a level above 65,536 entries is found there', async () => {
    const many = Array.from({ length: 65_537 }, (_, at) =>
      Buffer.from([at >> 16, (at >> 8) & 255, at & 255]),
    );
    const large = await federation.log('zhejiang', many);
    const hashOnly = { hashOnly: true };
    expect(await found(large, hashOnly)).toEqual([]);
    expect(await found(where(flipped('tile/2/000.p/1', 7, large), large), hashOnly)).toEqual([
      `ALTERED_ENTRY | ${ORIGIN} tile/2/000.p/1 | hash 0 is not that of the tile below`,
    ]);
    expect(await found(where(flipped('tile/1/000', 255 * 32, large), large), hashOnly)).toEqual([
      `ALTERED_ENTRY | ${ORIGIN} tile/1/000 | hash 255 is not that of the tile below`,
    ]);
  });
});

describe('a log held against heads that were seen', () => {
  it('contains them, ends no earlier, and is not held against those of other logs', async () => {
    const known = [1, 256, 257, 599, 600].map((size) => head(size));
    expect(await found(log, { known })).toEqual([]);
    const twice = [head(5), head(5, entries(600, 'b'), 'receipt 4')];
    expect(await found(log, { known: twice })).toEqual([
      `FORKED_LOG | ${ORIGIN} | has another root at 5 entries than receipt 4 shows`,
    ]);
    expect(await found(log, { known: [{ ...head(600), size: 601 }] })).toEqual([
      `MISSING_ENTRY | ${ORIGIN} | ends at 600 entries; receipt 3 shows that it had 601`,
    ]);
    const foreign = [5, 601].map((size) => ({
      ...head(600, entries(600, 'b')),
      size,
      origin: 'weft/jiangsu',
    }));
    expect(await found(log, { known: foreign })).toEqual([]);
  });
});

describe('a log that needs no witnesses', () => {
  it('is proved with none, and says so', async () => {
    const file = structuredClone(federation.policyFile);
    for (const one of file.logs) one.quorum = 0;
    const policy = openPolicy(nodeLogCrypto, file);
    const alone = filesOf(await federation.log('zhejiang', entries(2), []));
    const none = 'That checkpoint was cosigned by 0 witnesses: -.';
    const terms = { known: [], everyFile: true };
    expect((await verifyLog(nodeLogCrypto, policy, alone, terms)).proved[1]?.en).toBe(none);
    expect((await proveEntry(nodeLogCrypto, policy, alone, 1)).proved[1]?.en).toBe(none);
  });
});

describe('the other files of a log', () => {
  const none = (path: string) => `NOT_A_BUNDLE | ${ORIGIN} ${path} | is no file of a log of 600 entries`;

  it('are beginnings of its tiles, or none of its', async () => {
    const older = await federation.log('zhejiang', entries(300));
    const kept = {
      'tile/entries/001.p/44': fileOf('tile/entries/001.p/44', older),
      'tile/0/001.p/44': fileOf('tile/0/001.p/44', older),
      'tile/1/000.p/1': fileOf('tile/1/000.p/1', older),
    };
    expect(await found(where(kept))).toEqual([]);
    for (const path of Object.keys(kept)) {
      const changed = where({ ...kept, ...flipped(path, 9, older) });
      expect(await found(changed)).toEqual([
        `ALTERED_ENTRY | ${ORIGIN} ${path} | is no beginning of the tile that it became`,
      ]);
      expect(await found(changed, { everyFile: false })).toEqual([]);
    }
  });

  it('are held against no tile that is missing, which is found as that', async () => {
    const older = await federation.log('zhejiang', entries(300));
    const kept = { 'tile/0/001.p/44': fileOf('tile/0/001.p/44', older), 'tile/0/001': null };
    expect(await found(where(kept))).toEqual([`MISSING_ENTRY | ${ORIGIN} tile/0/001 | the tile is missing`]);
  });

  it('are none that the tree has not, or not as wide', async () => {
    const bytes = Buffer.alloc(32);
    for (const path of [
      'notes.txt',
      'tile/0/003',
      'tile/0/003.p/1',
      'tile/entries/002.p/89',
      'tile/entries/002',
      'tile/1/000.p/3',
      'tile/2/000.p/1',
    ])
      expect(await found(where({ [path]: bytes }))).toEqual([none(path)]);
  });
});

describe('the difference of two copies', () => {
  const diff = (a: Files, b: Files) => diffLogs(nodeLogCrypto, filesOf(a), filesOf(b));
  const leaf = (entry: Uint8Array | undefined) => (entry ? hex(hasher.leaf(entry)) : null);

  it('is where they part, with the hashes of both', async () => {
    const parted = [...list.slice(0, 300), ...entries(300, 'b')];
    expect(await diff(log, await federation.log('zhejiang', parted))).toEqual({
      ...{ origin: ORIGIN, sizes: [600, 600], relation: 'FORKED', at: 300 },
      leaves: [leaf(list[300]), leaf(parted[300])],
    });
    const shorter = await federation.log('zhejiang', list.slice(0, 256));
    const prefix = { origin: ORIGIN, relation: 'PREFIX', at: 256 };
    expect(await diff(log, shorter)).toEqual({
      ...prefix,
      sizes: [600, 256],
      leaves: [leaf(list[256]), null],
    });
    expect(await diff(shorter, log)).toEqual({
      ...prefix,
      sizes: [256, 600],
      leaves: [null, leaf(list[256])],
    });
    expect(await diff(log, new Map(log))).toEqual({
      ...{ origin: ORIGIN, sizes: [600, 600], relation: 'SAME', at: null },
      leaves: [null, null],
    });
    const fewer = [...list.slice(0, 299), ...entries(1, 'b')];
    expect(await diff(log, await federation.log('zhejiang', fewer))).toMatchObject({
      ...{ relation: 'FORKED', at: 299, sizes: [600, 300] },
    });
  });

  it('is told of full bundles in the place of partial ones, and of none that is missing', async () => {
    const later = await federation.log('zhejiang', entries(768));
    const wide = where({
      'tile/entries/002.p/88': null,
      'tile/entries/002': fileOf('tile/entries/002', later),
    });
    expect(await diff(wide, log)).toMatchObject({ relation: 'SAME' });
    await expect(diff(where({ 'tile/entries/002.p/88': null }), log)).rejects.toThrow(
      'logs: tile/entries/002.p/88 is missing.',
    );
    await expect(diff(log, where({ checkpoint: null }))).rejects.toThrow('the second log has no checkpoint');
    await expect(diff(where({ checkpoint: Buffer.from([0xff]) }), log)).rejects.toThrow(
      'the first log has no checkpoint in UTF-8',
    );
    const other = await federation.log('jiangsu', []);
    await expect(diff(log, other)).rejects.toThrow('logs: one is weft/zhejiang, the other weft/jiangsu.');
  });
});

describe('one entry of a log', () => {
  const prove = (index: number, files: Files = log) =>
    proveEntry(nodeLogCrypto, federation.policy, filesOf(files), index);
  const foundAt = async (index: number, files: Files = log) =>
    (await prove(index, files)).findings.map(
      ({ fault, where: at, detail }) => `${fault} | ${at} | ${detail}`,
    );

  it('is proved at the edges of tiles and of the log', async () => {
    for (const index of [0, 255, 256, 511, 512, 599]) {
      const report = await prove(index);
      expect(report).toMatchObject({ kind: 'entry', subject: `${ORIGIN} entry ${index}`, findings: [] });
      expect(report.record?.subject).toBe(`a${index}`);
      expect(report.proved.map(({ en }) => en)).toEqual([
        `This is entry ${index} of the log ${ORIGIN}: its hash leads to the checkpoint of 600 entries that the log signed.`,
        'That checkpoint was cosigned by 3 witnesses: weft/shandong/witness, weft/jiangsu/witness, weft/guangdong/witness.',
      ]);
    }
    expect(await foundAt(600)).toEqual([
      `MISSING_ENTRY | ${ORIGIN} entry 600 | the checkpoint ends at 600 entries`,
    ]);
  });

  it('is not proved by what is missing, damaged, or of another log', async () => {
    const at = `${ORIGIN} entry 300`;
    expect(await foundAt(300, where({ 'tile/entries/001': null }))).toEqual([
      `MISSING_ENTRY | ${at} | tile/entries/001 is missing`,
    ]);
    expect(await foundAt(300, where({ 'tile/0/001': null }))).toEqual([
      `ALTERED_ENTRY | ${at} | tile/0/001: is missing.`,
    ]);
    const short = where({ 'tile/entries/001': fileOf('tile/entries/001').subarray(0, -1) });
    expect(await foundAt(300, short)).toEqual([
      expect.stringMatching(/^ALTERED_ENTRY .* ends within entry 255/),
    ]);
    const odd = await federation.log('zhejiang', [
      Buffer.from('{}'),
      record('jiangsu', 'node.started', null, {}),
    ]);
    expect(await foundAt(0, odd)).toEqual([`NOT_A_BUNDLE | ${ORIGIN} entry 0 | is not a log record`]);
    expect(await foundAt(1, odd)).toEqual([`ALTERED_ENTRY | ${ORIGIN} entry 1 | is an entry of jiangsu`]);
    expect((await prove(0, odd)).record).toBeNull();
    expect((await prove(1, odd)).record?.origin).toBe('jiangsu');
    expect(await prove(0, where({ checkpoint: null }))).toMatchObject({
      subject: '',
      record: null,
      proved: [],
    });
  });
});

describe('a search of a log', () => {
  const search = (change: object, bounds: object = {}, files: Files = log) =>
    searchLog(
      filesOf(files),
      { text: '', type: '', before: null, ...change },
      { most: 1_000, bundles: 10, ...bounds },
    );
  const indexes = async (...of: Parameters<typeof search>) => {
    const { entries: all, from, size } = await search(...of);
    return [all.map(({ index }) => index), from, size];
  };

  it('begins under an index, at the end where that is beyond it', async () => {
    expect(await indexes({ before: 3 })).toEqual([[2, 1, 0], 0, 600]);
    expect(await indexes({ before: 0 })).toEqual([[], 0, 600]);
    expect(await indexes({ before: 9_999 }, { most: 2 })).toEqual([[599, 598], 598, 600]);
    expect(await indexes({ before: 257 }, { bundles: 1 })).toEqual([[256], 256, 600]);
    expect(await indexes({}, { bundles: 0 })).toEqual([[], 600, 600]);
    expect(await indexes({}, { most: 0 })).toEqual([[], 600, 600]);
  });

  it('is for a text in whatever case, and for events that begin so', async () => {
    expect((await indexes({ text: '  "A599" ' }))[0]).toEqual([599]);
    expect((await indexes({ text: 'a59', type: 'person.' }))[0]).toHaveLength(11);
    expect((await indexes({ type: 'added' }))[0]).toEqual([]);
    expect((await indexes({ type: 'person.added', text: 'nothing' }))[0]).toEqual([]);
  });

  it('of a log that has signed nothing, or of no text, finds nothing', async () => {
    const nothing = { size: 0, from: 0, entries: [] };
    expect(await search({}, {}, where({ checkpoint: null }))).toEqual(nothing);
    expect(await search({}, {}, where({ checkpoint: Buffer.from([0xff]) }))).toEqual(nothing);
  });
});
