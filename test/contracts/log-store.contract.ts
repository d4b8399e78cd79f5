import { createHash } from 'node:crypto';
import { wordOf } from '../audit-event.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HashTileId, LogStore, StoredCheckpoint, StoredTile } from '#libs/federation-log';

/** A store under test, its log empty at first, and how to commit an entry to it. */
export interface OpenLogStore {
  readonly store: LogStore;
  /** Another store on the same log. */
  readonly other: LogStore;
  /** Commits one entry; of its own making, told by its number. */
  append(number: number): Promise<void>;
  close(): Promise<void>;
}

/** What every store of a log must do. */
export function describeLogStore(name: string, open: () => Promise<OpenLogStore>): void {
  describe(`a log's store ${name}`, () => {
    let log: OpenLogStore;
    beforeAll(async () => {
      log = await open();
    });
    afterAll(async () => log?.close());

    it('is empty at first', async () => {
      expect(await log.store.newest()).toBeNull();
      expect(await log.store.committed()).toBe(0);
      expect(await log.store.entries(0, 10)).toEqual([]);
      expect(await log.store.cosignatures(1)).toEqual([]);
    });

    it('gives committed entries in their order, page by page', async () => {
      for (let number = 0; number < 7; number += 1) await log.append(number);
      expect(await log.other.committed()).toBe(7);
      const all = await log.store.entries(0, 4_096);
      expect(all).toHaveLength(7);
      expect(all.map(wordOf)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
      expect(await log.store.entries(2, 3)).toEqual(all.slice(2, 5));
      expect(await log.store.entries(7, 3)).toEqual([]);
      for (const limit of [0, 4_097, 1.5]) {
        await expect(log.store.entries(0, limit)).rejects.toThrow(RangeError);
      }
    });

    it('moves its head from the one that was named, with all tiles or none', async () => {
      const [first, second] = [checkpointOf(3, 'a'), checkpointOf(5, 'b')];
      expect(await log.store.advance(null, first, [tileOf(0, 0, 3)])).toBe(true);
      expect(await log.other.newest()).toEqual(first);
      for (const wrong of [null, { ...first, root: rootOf('other') }, { ...first, size: 2 }]) {
        expect(await log.other.advance(wrong, second, [tileOf(0, 0, 5)])).toBe(false);
      }
      await expect(log.store.tile({ level: 0, index: 0, width: 5 })).rejects.toMatchObject({
        code: 'DAMAGED',
      });
      expect(await log.other.advance(first, second, [tileOf(0, 0, 5), tileOf(1, 0, 1)])).toBe(true);
      expect(await log.store.newest()).toEqual(second);
      expect(await log.store.advance(first, checkpointOf(6, 'c'), [])).toBe(false);
    });

    it('lets one of two writers go on from the same head', async () => {
      const head = await log.store.newest();
      const won = await Promise.all(
        [log.store, log.other, log.store, log.other].map((store, number) =>
          store.advance(head, checkpointOf(6 + number, `${number}`), [tileOf(0, 0, 6 + number)]),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await log.store.newest())?.size).toBe(6 + won.indexOf(true));
    });

    it('gives the first hashes of a tile, also when it has grown since', async () => {
      const tile = tileOf(0, 0, 6);
      expect(Buffer.from(await log.store.tile({ level: 0, index: 0, width: 2 }))).toEqual(
        Buffer.from(tile.bytes.slice(0, 64)),
      );
      expect(Buffer.from(await log.other.tile({ level: 1, index: 0, width: 1 }))).toEqual(
        Buffer.from(tileOf(1, 0, 1).bytes),
      );
      await expect(log.store.tile({ level: 1, index: 1, width: 1 })).rejects.toMatchObject({
        code: 'DAMAGED',
      });
    });

    it('refuses a tile that is not the beginning of what it grew to, and moves no head then', async () => {
      const head = await log.store.newest();
      const wrong: StoredTile = {
        tile: { level: 0, index: 0, width: 20 },
        bytes: Buffer.alloc(20 * 32, 9),
      };
      await expect(log.store.advance(head, checkpointOf(20, 'x'), [wrong])).rejects.toThrow(/only grows/);
      expect(await log.store.newest()).toEqual(head);
    });

    it('keeps the first cosignature of each witness, under checkpoints that are there', async () => {
      const line = (of: string) => `— weft/${of}/witness AAAA\n`;
      await log.store.cosign(3, 'weft/shandong/witness', line('shandong'));
      await log.other.cosign(3, 'weft/jiangsu/witness', line('jiangsu'));
      await log.store.cosign(3, 'weft/shandong/witness', line('again'));
      expect(await log.other.cosignatures(3)).toEqual([line('jiangsu'), line('shandong')]);
      await expect(log.store.cosign(4, 'weft/jiangsu/witness', line('jiangsu'))).rejects.toThrow();
    });
  });
}

function rootOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function checkpointOf(size: number, text: string): StoredCheckpoint {
  return { size, root: rootOf(text), note: `a note of ${size}, ${text}\n` };
}

function tileOf(level: number, index: number, width: number): StoredTile {
  const tile: HashTileId = { level, index, width };
  const hashes = Array.from({ length: width }, (_, at) => rootOf(`${level}/${index}/${at}`));
  return { tile, bytes: Buffer.concat(hashes) };
}
