import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Equivocation, WitnessedHead, WitnessStore } from '#libs/federation-log';

/** A store under test, empty at first, and a second one on the same memory. */
export interface OpenWitnessStore {
  readonly store: WitnessStore;
  readonly other: WitnessStore;
  close(): Promise<void>;
}

const ORIGIN = 'weft/shandong';
const at = (second: number) => `2026-03-01T08:30:${String(second).padStart(2, '0')}.000Z`;

/** What every memory of a witness must do. */
export function describeWitnessStore(name: string, open: () => Promise<OpenWitnessStore>): void {
  describe(`a witness's memory ${name}`, () => {
    let opened: OpenWitnessStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => opened?.close());

    it('holds nothing at first', async () => {
      expect(await opened.store.head(ORIGIN)).toBeNull();
      expect(await opened.store.logs()).toEqual([]);
      expect(await opened.store.equivocations(10)).toEqual([]);
    });

    it('moves a log from the head that was named, and no other log with it', async () => {
      expect(await opened.store.replace(ORIGIN, null, head(3, 'a'), at(1))).toBe(true);
      expect(await opened.other.head(ORIGIN)).toEqual(head(3, 'a'));
      for (const wrong of [null, head(2, 'a'), head(3, 'b')]) {
        expect(await opened.other.replace(ORIGIN, wrong, head(5, 'c'), at(2))).toBe(false);
      }
      expect(await opened.other.replace(ORIGIN, head(3, 'a'), head(5, 'c'), at(2))).toBe(true);
      expect(await opened.store.replace('weft/jiangsu', null, head(1, 'j'), at(3))).toBe(true);
      expect(await opened.store.logs()).toEqual([
        { origin: 'weft/jiangsu', size: 1, cosignedAt: at(3) },
        { origin: ORIGIN, size: 5, cosignedAt: at(2) },
      ]);
    });

    it('lets one of several requests win', async () => {
      const won = await Promise.all(
        [6, 7, 8, 9].map((size) =>
          (size % 2 ? opened.store : opened.other).replace(ORIGIN, head(5, 'c'), head(size, 'd'), at(4)),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await opened.store.head(ORIGIN))?.size).toBe(6 + won.indexOf(true));
    });

    it('never goes back, even if it is told to', async () => {
      const stored = await opened.store.head(ORIGIN);
      await expect(opened.store.replace(ORIGIN, stored, head(2, 'x'), at(5))).rejects.toThrow(/only grows/);
      const other = head(stored?.size ?? 0, 'x');
      await expect(opened.store.replace(ORIGIN, stored, other, at(5))).rejects.toThrow(/only grows/);
      expect(await opened.other.head(ORIGIN)).toEqual(stored);
    });

    it('keeps each proof once, newest first', async () => {
      expect(await opened.store.keep(proof('one'), at(1))).toBe(true);
      expect(await opened.other.keep(proof('one'), at(2))).toBe(false);
      expect(await opened.other.keep(proof('two'), at(3))).toBe(true);
      expect(await opened.store.equivocations(10)).toEqual([
        { equivocation: proof('two'), seenAt: at(3) },
        { equivocation: proof('one'), seenAt: at(1) },
      ]);
      expect(await opened.store.equivocations(1)).toHaveLength(1);
      await expect(opened.store.equivocations(0)).rejects.toThrow(RangeError);
    });
  });
}

function head(size: number, text: string): WitnessedHead {
  return { size, root: createHash('sha256').update(text).digest(), note: `a note of ${size}, ${text}\n` };
}

function proof(refused: string): Equivocation {
  return {
    kind: 'weft.equivocation.v1',
    origin: ORIGIN,
    reason: 'TWO_ROOTS',
    cosigned: 'a note\n',
    refused,
    proof: ['AAAA'],
  };
}
