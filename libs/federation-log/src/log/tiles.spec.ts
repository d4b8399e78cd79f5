import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, fromBase64, readDecimal, sameBytes, toBase64 } from './bytes.js';
import { Frontier } from './frontier.js';
import { createTreeHasher } from './hashing.js';
import { consistencyRanges, inclusionRanges, splitRange } from './nodes.js';
import { growTree, nodesFromTiles } from './tile-tree.js';
import {
  readEntryBundle,
  readHashTile,
  readTilePath,
  splitEntryBundle,
  tilePath,
  tilesOfGrowth,
  writeEntryBundle,
} from './tiles.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const hasher = createTreeHasher(sha256);
const refusal = (code: string, message: string) =>
  expect.objectContaining({ name: 'FederationLogError', code, message });
const hash = (word: string) => sha256(Buffer.from(word));

describe('bytes', () => {
  it('are base64 in one written form, and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(text);
        expect(sameBytes(fromBase64(text, 'it'), bytes)).toBe(true);
      }),
    );
    for (const wrong of [
      'A',
      'AA',
      'AAA',
      'AA=A',
      '=AAA',
      'A===',
      'AB==',
      'AA-_',
      ' AAA',
      'AAA\n',
      'AAAAA===',
    ])
      expect(() => fromBase64(wrong, 'it')).toThrow(
        refusal('MALFORMED', 'it is not base64 in its one written form.'),
      );
  });

  it('are the same if all are', () => {
    const [a, b] = [Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2)];
    expect([sameBytes(a, a.slice()), sameBytes(a, b), sameBytes(b, a)]).toEqual([true, false, false]);
    for (const at of [0, 1, 2])
      expect(
        sameBytes(
          a,
          a.map((byte, place) => (place === at ? 9 : byte)),
        ),
      ).toBe(false);
    expect([...concat(a, new Uint8Array(0), b)]).toEqual([1, 2, 3, 1, 2]);
  });

  it('of a number are decimal, up to 2^53 - 1', () => {
    expect(['0', '7', '10', '9007199254740991'].map(readDecimal)).toEqual([0, 7, 10, 2 ** 53 - 1]);
    for (const wrong of [
      '',
      '00',
      '07',
      '-1',
      '1.0',
      ' 1',
      '1 ',
      '1e3',
      '9007199254740992',
      '12345678901234567',
    ])
      expect(readDecimal(wrong)).toBeNull();
  });
});

describe('a bundle of entries', () => {
  it('holds entries of any length up to 65,535 bytes', () => {
    const entries = [0, 1, 255, 256, 65_535].map((length) => new Uint8Array(length).fill(length % 251));
    expect(splitEntryBundle(writeEntryBundle(entries))).toEqual(entries);
    expect([...writeEntryBundle([Uint8Array.of(7)])]).toEqual([0, 1, 7]);
    expect(() => writeEntryBundle([new Uint8Array(65_536)])).toThrow(
      refusal('TOO_LARGE', 'entry: 65536 bytes; at most 65535.'),
    );
    expect(splitEntryBundle(new Uint8Array(0))).toEqual([]);
  });

  it('ends after an entry, and has as many as its tile', () => {
    const bytes = writeEntryBundle([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    const ends = (at: number, why: string) =>
      expect(() => splitEntryBundle(bytes.subarray(0, at))).toThrow(
        refusal('MALFORMED', `entry bundle: ends within ${why}.`),
      );
    ends(1, 'a length, at byte 0');
    ends(2, 'entry 0, which goes on to byte 4');
    ends(3, 'entry 0, which goes on to byte 4');
    ends(5, 'a length, at byte 4');
    ends(6, 'entry 1, which goes on to byte 7');
    const tile = { level: 'entries' as const, index: 4, width: 2 };
    expect(readEntryBundle(bytes, tile)).toHaveLength(2);
    for (const width of [1, 3])
      expect(() => readEntryBundle(bytes, { ...tile, width })).toThrow(
        refusal('MALFORMED', `tile/entries/004.p/${width}: has 2 entries, not ${width}.`),
      );
  });
});

describe('a tile of hashes', () => {
  it('is exactly as many hashes as it is wide', () => {
    const bytes = concat(hash('a'), hash('b'));
    const tile = { level: 1, index: 0, width: 2 };
    expect(readHashTile(bytes, tile).map((one) => Buffer.from(one))).toEqual([hash('a'), hash('b')]);
    expect(() => readHashTile(bytes.subarray(1), tile)).toThrow(
      refusal('MALFORMED', 'tile/1/000.p/2: has 63 bytes; 2 hashes are 64.'),
    );
  });

  it('has a path in three-digit groups', () => {
    expect(tilePath({ level: 0, index: 1_000, width: 256 })).toBe('tile/0/x001/000');
    expect(tilePath({ level: 0, index: 999_999, width: 1 })).toBe('tile/0/x999/999.p/1');
    expect(readTilePath('tile/6/000')).toEqual({ level: 6, index: 0, width: 256 });
    for (const none of [
      'tile/0/000.p/257',
      'tile/7/000',
      'tile/10/000',
      'xtile/0/000',
      'tile/0/000x',
      'tile/0/000.p/',
    ])
      expect(readTilePath(none)).toBeNull();
  });
});

describe('the growth of a tree', () => {
  it('writes what is new on each level, as wide as it is now', () => {
    expect(tilesOfGrowth(300, 520).map(tilePath)).toEqual([
      'tile/entries/001',
      'tile/entries/002.p/8',
      'tile/0/001',
      'tile/0/002.p/8',
      'tile/1/000.p/2',
    ]);
    expect(tilesOfGrowth(255, 256).map(tilePath)).toEqual([
      'tile/entries/000',
      'tile/0/000',
      'tile/1/000.p/1',
    ]);
    expect(tilesOfGrowth(0, 0)).toEqual([]);
    for (const [from, to] of [
      [-1, 1],
      [2, 1],
      [0.5, 1],
      [0, 1.5],
      [0, 2 ** 53],
    ] as const)
      expect(() => tilesOfGrowth(from, to)).toThrow(
        refusal('OUT_OF_RANGE', `growth: from ${from} to ${to} entries is none.`),
      );
  });

  it('reads no tile that is full, and no bundle where nothing is added', async () => {
    const never = () => Promise.reject(new Error('read'));
    const at = (size: number, count: number) =>
      growTree(
        hasher,
        size,
        Array.from({ length: count }, () => Uint8Array.of(1)),
        never,
        never,
      );
    expect((await at(0, 3)).size).toBe(3);
    await expect(at(3, 1)).rejects.toThrow('read');
    expect((await at(0, 0)).root).toEqual(hasher.emptyRoot);
  });

  it('has no subtree beyond its size', async () => {
    const entries = Array.from({ length: 5 }, (_, at) => Uint8Array.of(at));
    const leaves = concat(...entries.map((entry) => hasher.leaf(entry)));
    const read = nodesFromTiles(hasher, 5, () => Promise.resolve(leaves));
    const whole = Frontier.empty(hasher);
    for (const entry of entries.slice(0, 4)) whole.append(hasher.leaf(entry));
    expect(await read([{ level: 2, index: 0 }])).toEqual([whole.root()]);
    for (const [level, index] of [
      [2, 1],
      [0, 5],
      [1, 2],
      [8, 0],
    ] as const)
      await expect(read([{ level, index }])).rejects.toThrow(
        `node: the tree of 5 entries has none at ${level}/${index}.`,
      );
  });

  it('asks for each tile once in a call', async () => {
    const asked: string[] = [];
    const leaves = new Uint8Array(32 * 5);
    const read = nodesFromTiles(hasher, 5, (tile) => {
      asked.push(tilePath(tile));
      return Promise.resolve(leaves);
    });
    await read([
      { level: 0, index: 0 },
      { level: 1, index: 1 },
      { level: 0, index: 4 },
    ]);
    expect(asked).toEqual(['tile/0/000.p/5']);
  });
});

describe('a frontier', () => {
  it('is taken as it was given, of hashes alone', () => {
    const tree = Frontier.empty(hasher);
    for (const word of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) tree.append(hash(word));
    expect(tree.hashes).toHaveLength(3);
    expect(Frontier.of(hasher, 7, tree.hashes).root()).toEqual(tree.root());
    const wrong = refusal('OUT_OF_RANGE', 'frontier: not that of a tree of 7 entries.');
    expect(() => Frontier.of(hasher, 7, [...tree.hashes, hash('h')])).toThrow(wrong);
    expect(() =>
      Frontier.of(
        hasher,
        7,
        tree.hashes.map((one, at) => (at === 1 ? one.subarray(1) : one)),
      ),
    ).toThrow(wrong);
    // What is handed out or in is the tree's no more.
    const given = [...tree.hashes];
    const copy = Frontier.of(hasher, 7, given);
    given.pop();
    expect(copy.hashes).toHaveLength(3);
  });

  it('hashes entries of any length', () => {
    const fresh = createTreeHasher(sha256);
    for (const length of [0, 1, 2_047, 2_048, 2_049, 9_000, 3]) {
      const entry = new Uint8Array(length).fill(5);
      expect(Buffer.from(fresh.leaf(entry))).toEqual(sha256(concat(Uint8Array.of(0), entry)));
    }
  });
});

describe('the ranges of proofs', () => {
  it('are the subtrees that RFC 6962 names', () => {
    expect(splitRange(0, 7)).toEqual([
      { level: 2, index: 0 },
      { level: 1, index: 2 },
      { level: 0, index: 6 },
    ]);
    expect(splitRange(3, 3)).toEqual([]);
    // The examples of RFC 6962, 2.1.3: seven leaves.
    expect(inclusionRanges(0, 7)).toEqual([
      { start: 1, end: 2 },
      { start: 2, end: 4 },
      { start: 4, end: 7 },
    ]);
    expect(inclusionRanges(6, 7)).toEqual([
      { start: 4, end: 6 },
      { start: 0, end: 4 },
    ]);
    expect(consistencyRanges(3, 7)).toEqual([
      { start: 2, end: 3 },
      { start: 3, end: 4 },
      { start: 0, end: 2 },
      { start: 4, end: 7 },
    ]);
    expect(consistencyRanges(4, 7)).toEqual([{ start: 4, end: 7 }]);
    expect([consistencyRanges(0, 7), consistencyRanges(7, 7)]).toEqual([[], []]);
  });

  it('are of sizes from 0 to 2^53 - 1', () => {
    const out = (name: string, value: number) =>
      refusal('OUT_OF_RANGE', `${name}: ${value} is not one of 0 to 2^53 - 1.`);
    expect(() => splitRange(-1, 2)).toThrow(out('start', -1));
    expect(() => splitRange(0, 2 ** 53)).toThrow(out('end', 2 ** 53));
    expect(() => inclusionRanges(0.5, 2)).toThrow(out('index', 0.5));
    expect(() => inclusionRanges(0, -1)).toThrow(out('size', -1));
    expect(() => consistencyRanges(-1, 2)).toThrow(out('from', -1));
    expect(() => consistencyRanges(1, 2.5)).toThrow(out('to', 2.5));
    expect(() => inclusionRanges(2, 2)).toThrow(
      refusal('OUT_OF_RANGE', 'index: a tree of 2 entries has none at 2.'),
    );
    expect(() => consistencyRanges(3, 2)).toThrow(
      refusal('OUT_OF_RANGE', 'from: 3 is more than the 2 entries of the later tree.'),
    );
  });
});
