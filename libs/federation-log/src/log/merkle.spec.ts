import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Frontier } from './frontier.js';
import { createTreeHasher } from './hashing.js';
import { proveConsistency, proveInclusion, readRoot, verifyConsistency, verifyInclusion } from './proofs.js';
import { growTree, nodesFromTiles, type TileReader } from './tile-tree.js';
import { readEntryBundle, readTilePath, tilePath, tilesOfGrowth, tilesOfTree } from './tiles.js';

const hasher = createTreeHasher((bytes) => createHash('sha256').update(bytes).digest());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const entry = (index: number) => Buffer.from(`entry ${index}`);
const refusal = (code: string) => expect.objectContaining({ name: 'FederationLogError', code });

/** The definition of RFC 6962, section 2.1, word for word. */
function rootByDefinition(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return hasher.emptyRoot;
  const [first] = entries;
  if (entries.length === 1 && first) return hasher.leaf(first);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return hasher.node(rootByDefinition(entries.slice(0, split)), rootByDefinition(entries.slice(split)));
}

/** A log's tiles in memory, grown in steps. */
async function growInSteps(steps: readonly number[]) {
  const files = new Map<string, Uint8Array>();
  const read: TileReader = (tile) => {
    const bytes = files.get(tilePath(tile));
    return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no ${tilePath(tile)}`));
  };
  let size = 0;
  let growth = await growTree(hasher, 0, [], read, () => Promise.resolve([]));
  for (const step of steps) {
    const entries = Array.from({ length: step }, (_, at) => entry(size + at));
    growth = await growTree(hasher, size, entries, read, async (tile) =>
      readEntryBundle(await read(tile), tile),
    );
    for (const { tile, bytes } of growth.tiles) files.set(tilePath(tile), bytes);
    size = growth.size;
  }
  return { files, read, growth };
}

describe('the tree', () => {
  /** Known roots of the first 8 leaves that the RFC 6962 implementations share as test data. */
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  it('has the known roots', () => {
    expect(hex(hasher.emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const tree = Frontier.empty(hasher);
    expect(hex(tree.root())).toBe(hex(hasher.emptyRoot));
    leaves.forEach((leaf, index) => {
      tree.append(hasher.leaf(Buffer.from(leaf, 'hex')));
      expect(hex(tree.root())).toBe(roots[index]);
    });
  });

  it('grows to the root that RFC 6962 defines, and goes on from what it gave', () => {
    const tree = Frontier.empty(hasher);
    for (let size = 1; size <= 70; size += 1) {
      tree.append(hasher.leaf(entry(size - 1)));
      const resumed = Frontier.of(hasher, tree.size, tree.hashes);
      expect(hex(resumed.root())).toBe(
        hex(rootByDefinition(Array.from({ length: size }, (_, at) => entry(at)))),
      );
    }
    expect(() => Frontier.of(hasher, 7, tree.hashes.slice(0, 2))).toThrow(refusal('OUT_OF_RANGE'));
  });

  it('grown in any steps has the same tiles as grown at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }), async (steps) => {
        const size = steps.reduce((sum, step) => sum + step, 0);
        const inSteps = await growInSteps(steps);
        const atOnce = await growInSteps([size]);
        expect(hex(inSteps.growth.root)).toBe(hex(atOnce.growth.root));
        for (const tile of tilesOfTree(size)) {
          expect(inSteps.files.get(tilePath(tile))).toEqual(atOnce.files.get(tilePath(tile)));
        }
        expect([...atOnce.files.keys()].sort()).toEqual(tilesOfTree(size).map(tilePath).sort());
        const tree = Frontier.of(hasher, size, inSteps.growth.peaks);
        expect(hex(tree.root())).toBe(hex(inSteps.growth.root));
        expect(await readRoot(hasher, size, nodesFromTiles(hasher, size, inSteps.read))).toEqual(tree.root());
      }),
      { numRuns: 25 },
    );
  });
});

describe('proofs', () => {
  const size = 1_000;
  const grown = growInSteps([size]);
  const sizes = fc.integer({ min: 0, max: size });
  const bit = fc.record({ hash: fc.nat(), byte: fc.nat(31), bit: fc.nat(7) });
  const flipped = (
    proof: readonly Uint8Array[],
    { hash, byte, bit: place }: { hash: number; byte: number; bit: number },
  ) =>
    proof.map((one, at) =>
      at === hash % proof.length
        ? one.map((value, where) => (where === byte ? value ^ (1 << place) : value))
        : one,
    );
  const rootAt = async (at: number) => readRoot(hasher, at, nodesFromTiles(hasher, size, (await grown).read));

  it('of inclusion verify for every entry at every size, and no other way', async () => {
    const { read } = await grown;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(size - 1),
        fc.nat(size - 1),
        bit,
        fc.integer({ min: 1, max: 3 }),
        async (a, b, change, by) => {
          const [index, upTo] = [Math.min(a, b), Math.max(a, b) + 1];
          const proof = await proveInclusion(hasher, index, upTo, nodesFromTiles(hasher, size, read));
          const claim = {
            index,
            size: upTo,
            leafHash: hasher.leaf(entry(index)),
            proof,
            root: await rootAt(upTo),
          };
          verifyInclusion(hasher, claim);
          const wrong = [
            { ...claim, leafHash: hasher.leaf(entry(index + by)) },
            { ...claim, root: hasher.node(claim.root, claim.root) },
            { ...claim, proof: [...proof, claim.root] },
            { ...claim, proof: [claim.root, ...proof] },
            ...(proof.length > 0
              ? [
                  { ...claim, proof: flipped(proof, change) },
                  { ...claim, proof: proof.slice(1) },
                ]
              : []),
            ...(index + by < upTo ? [{ ...claim, index: index + by }] : []),
            ...(index >= by ? [{ ...claim, index: index - by }] : []),
          ];
          for (const one of wrong) expect(() => verifyInclusion(hasher, one)).toThrow(refusal('PROOF_FAILS'));
          expect(() => verifyInclusion(hasher, { ...claim, index: upTo })).toThrow(refusal('OUT_OF_RANGE'));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of consistency verify between any two sizes, and no other way', async () => {
    const { read } = await grown;
    await fc.assert(
      fc.asyncProperty(sizes, sizes, bit, async (a, b, change) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const proof = await proveConsistency(hasher, from, to, nodesFromTiles(hasher, size, read));
        const claim = { from, to, fromRoot: await rootAt(from), toRoot: await rootAt(to), proof };
        verifyConsistency(hasher, claim);
        const another = hasher.node(claim.toRoot, claim.fromRoot);
        const wrong = [
          { ...claim, proof: [...proof, another] },
          { ...claim, fromRoot: another },
          ...(from > 0 ? [{ ...claim, toRoot: another }] : []),
          ...(proof.length > 0
            ? [
                { ...claim, proof: flipped(proof, change) },
                { ...claim, proof: proof.slice(0, -1) },
                { ...claim, fromRoot: claim.toRoot, toRoot: claim.fromRoot },
              ]
            : []),
        ];
        for (const one of wrong) expect(() => verifyConsistency(hasher, one)).toThrow(refusal('PROOF_FAILS'));
        if (from < to)
          expect(() => verifyConsistency(hasher, { ...claim, from: to, to: from })).toThrow(
            refusal('OUT_OF_RANGE'),
          );
      }),
      { numRuns: 150 },
    );
  });

  it('have no meaning for a size that is none', () => {
    const claim = { index: 0, size: 1, leafHash: hasher.emptyRoot, proof: [], root: hasher.emptyRoot };
    for (const size_ of [0, -1, 1.5, Number.NaN, 2 ** 53])
      expect(() => verifyInclusion(hasher, { ...claim, size: size_ })).toThrow(refusal('OUT_OF_RANGE'));
    expect(() => verifyInclusion(hasher, { ...claim, root: new Uint8Array(31) })).toThrow(
      refusal('PROOF_FAILS'),
    );
  });
});

describe('tile paths', () => {
  it.each([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/x001/067', { level: 0, index: 1_067, width: 256 }],
    ['tile/1/x001/x234/067.p/8', { level: 1, index: 1_234_067, width: 8 }],
    ['tile/entries/999.p/255', { level: 'entries', index: 999, width: 255 }],
  ] as const)('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(readTilePath(path)).toEqual(tile);
  });

  it.each([
    'tile/00/000',
    'tile/7/000',
    'tile/0/0',
    'tile/0/1000',
    'tile/0/x000/001',
    'tile/0/001/067',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/entries/../000',
    'tile/0/x999/x999/x999/x999/x999/999',
    '/tile/0/000',
    'checkpoint',
    '',
  ])('not %s', (path) => {
    expect(readTilePath(path)).toBeNull();
  });

  it('of a tree of 70,000 entries are as the specification counts them', () => {
    const hashTiles = tilesOfTree(70_000).filter(({ level }) => level !== 'entries');
    const of = (level: number) => hashTiles.filter((tile) => tile.level === level).map(({ width }) => width);
    expect([of(0).length, of(0).at(-1), of(1), of(2)]).toEqual([274, 112, [256, 17], [1]]);
    expect(tilesOfTree(256).map(tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
    expect(tilesOfGrowth(300, 300)).toEqual([]);
    expect(() => tilesOfGrowth(2, 1)).toThrow(refusal('OUT_OF_RANGE'));
  });
});
