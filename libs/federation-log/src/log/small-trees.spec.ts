import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Frontier, foldPeaks } from './frontier.js';
import { createTreeHasher } from './hashing.js';
import { splitRange } from './nodes.js';
import {
  proveConsistency,
  proveInclusion,
  readRoot,
  verifyConsistency,
  verifyInclusion,
  type NodeReader,
} from './proofs.js';
import { growTree, nodesFromTiles, type TileReader } from './tile-tree.js';
import { readEntryBundle, tilePath, tilesOfTree, type TileId } from './tiles.js';

const SIZES = Array.from({ length: 12 }, (_, size) => size);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const hasher = createTreeHasher(sha256);
const refusal = (code: string, words?: RegExp) =>
  expect.objectContaining({
    name: 'FederationLogError',
    code,
    ...(words && { message: expect.stringMatching(words) }),
  });
const leaves = Array.from({ length: 1_000 }, (_, at) => hasher.leaf(Buffer.from(`entry ${at}`)));
const other = sha256(Buffer.from('other'));

/** The definition of RFC 6962, section 2.1, over some of the leaves. */
function rootOf(start: number, end: number): Uint8Array {
  if (start === end) return hasher.emptyRoot;
  if (end - start === 1) return leaves[start] ?? other;
  let split = 1;
  while (split * 2 < end - start) split *= 2;
  return hasher.node(rootOf(start, start + split), rootOf(start + split, end));
}

const read: NodeReader = (nodes) =>
  Promise.resolve(nodes.map(({ level, index }) => rootOf(index * 2 ** level, (index + 1) * 2 ** level)));

describe('every small tree', () => {
  it('is the perfect subtrees side by side, as few as can be', () => {
    for (const end of SIZES)
      for (let start = 0; start <= end; start += 1) {
        const nodes = splitRange(start, end);
        const bounds = nodes.map(({ level, index }) => [index * 2 ** level, (index + 1) * 2 ** level]);
        expect([start, ...bounds.map(([, to]) => to)]).toEqual([...bounds.map(([from]) => from), end]);
        // Two neighbours of one level that could be one subtree are one.
        nodes.forEach(({ level, index }, at) => {
          const next = nodes[at + 1];
          if (next?.level === level) expect(index % 2).toBe(1);
        });
      }
    expect(splitRange(3, 8)).toEqual([
      { level: 0, index: 3 },
      { level: 2, index: 1 },
    ]);
  });

  it('has the root that RFC 6962 defines, however it is come by', async () => {
    const tree = Frontier.empty(hasher);
    for (const size of SIZES) {
      const root = rootOf(0, size);
      expect([tree.size, tree.root()]).toEqual([size, root]);
      expect(await readRoot(hasher, size, read)).toEqual(root);
      expect(foldPeaks(hasher, Frontier.of(hasher, size, tree.hashes).hashes)).toEqual(root);
      tree.append(leaves[size] ?? other);
    }
  });

  it('has one inclusion proof of each entry, and no other verifies', async () => {
    for (const size of SIZES)
      for (let index = 0; index < size; index += 1) {
        const proof = await proveInclusion(hasher, index, size, read);
        const claim = { index, size, leafHash: leaves[index] ?? other, proof, root: rootOf(0, size) };
        verifyInclusion(hasher, claim);
        const refused = (change: Partial<typeof claim>, words: RegExp) =>
          expect(() => verifyInclusion(hasher, { ...claim, ...change })).toThrow(
            refusal('PROOF_FAILS', words),
          );
        const count = new RegExp(`entry ${index} of ${size} needs ${proof.length}`);
        refused({ proof: [...proof, other] }, count);
        if (proof.length > 0) refused({ proof: proof.slice(1) }, count);
        proof.forEach((_, at) => {
          refused({ proof: proof.with(at, other) }, /does not lead to the root/);
          refused({ proof: proof.with(at, other.subarray(1)) }, /has not 32 bytes/);
        });
        refused({ leafHash: other }, /does not lead to the root/);
        refused({ leafHash: other.subarray(1) }, /has not 32 bytes/);
        refused({ root: other }, /does not lead to the root/);
        refused({ root: other.subarray(1) }, /has not 32 bytes/);
      }
  });

  it('has one proof of growth to each later one, and no other verifies', async () => {
    for (const to of SIZES)
      for (let from = 0; from <= to; from += 1) {
        const proof = await proveConsistency(hasher, from, to, read);
        const claim = { from, to, fromRoot: rootOf(0, from), toRoot: rootOf(0, to), proof };
        verifyConsistency(hasher, claim);
        const refused = (change: Partial<typeof claim>, words: RegExp) =>
          expect(() => verifyConsistency(hasher, { ...claim, ...change })).toThrow(
            refusal('PROOF_FAILS', words),
          );
        const count = new RegExp(`from ${from} to ${to} entries it needs ${proof.length}`);
        refused({ proof: [...proof, other] }, count);
        if (proof.length > 0) refused({ proof: proof.slice(1) }, count);
        proof.forEach((_, at) => {
          refused({ proof: proof.with(at, other) }, /does not lead to the (earlier|later) root/);
          refused({ proof: proof.with(at, other.subarray(1)) }, /has not 32 bytes/);
        });
        refused({ fromRoot: other.subarray(1) }, /has not 32 bytes/);
        refused({ toRoot: other.subarray(1) }, /has not 32 bytes/);
        if (from === 0) refused({ fromRoot: other }, /starts at a root that no empty tree has/);
        else if (from === to) refused({ fromRoot: other }, /has two roots for one size/);
        else {
          refused({ fromRoot: other }, /does not lead to the (earlier|later) root/);
          refused({ toRoot: other }, /does not lead to the later root/);
        }
      }
  });
});

describe('a tree about the width of a tile', () => {
  const entry = (at: number) => Buffer.from(`entry ${at}`);

  it.each([
    [0, 255],
    [255, 1],
    [255, 2],
    [256, 1],
    [250, 600],
    [511, 1],
    [512, 0],
    [700, 68],
  ])('grows from %i by %i to the root and the tiles that it has when grown at once', async (size, by) => {
    const grown = async (from: number, count: number, there: ReadonlyMap<string, Uint8Array>) => {
      const asked: TileId[] = [];
      const tile: TileReader = (one) => {
        asked.push(one);
        return Promise.resolve(there.get(tilePath(one)) ?? new Uint8Array(0));
      };
      const entries = Array.from({ length: count }, (_, at) => entry(from + at));
      const bundle = async (one: TileId) => readEntryBundle(await tile(one), one);
      const growth = await growTree(hasher, from, entries, tile, bundle);
      return { growth, asked, files: new Map(growth.tiles.map((one) => [tilePath(one.tile), one.bytes])) };
    };
    const before = await grown(0, size, new Map());
    const { growth, asked, files } = await grown(size, by, before.files);
    const atOnce = await grown(0, size + by, new Map());
    expect(growth.size).toBe(size + by);
    expect(growth.root).toEqual(rootOf(0, size + by));
    expect(Frontier.of(hasher, size + by, growth.peaks).root()).toEqual(growth.root);
    expect(atOnce.growth.root).toEqual(growth.root);
    const all = new Map([...before.files, ...files]);
    for (const one of tilesOfTree(size + by))
      expect(all.get(tilePath(one))).toEqual(atOnce.files.get(tilePath(one)));
    // What is read is partial and there; nothing is read that was not written.
    for (const one of asked) expect([one.width < 256, before.files.has(tilePath(one))]).toEqual([true, true]);
    const nodes = nodesFromTiles(hasher, size + by, (one) =>
      Promise.resolve(all.get(tilePath(one)) ?? new Uint8Array(0)),
    );
    expect(await readRoot(hasher, size + by, nodes)).toEqual(growth.root);
  });

  it('has no node that a tile of another size would give', async () => {
    const short = nodesFromTiles(hasher, 5, () => Promise.resolve(new Uint8Array(4 * 32)));
    await expect(short([{ level: 0, index: 0 }])).rejects.toThrow(
      refusal('MALFORMED', /^tile\/0\/000\.p\/5: has 128 bytes; 5 hashes are 160/),
    );
    // What could not be read is read again.
    let reads = 0;
    const flaky = nodesFromTiles(hasher, 1, () => {
      reads += 1;
      return reads === 1 ? Promise.reject(new Error('gone')) : Promise.resolve(new Uint8Array(32));
    });
    await expect(flaky([{ level: 0, index: 0 }])).rejects.toThrow('gone');
    expect(await flaky([{ level: 0, index: 0 }])).toEqual([new Uint8Array(32)]);
  });
});
