import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent, FoundItem, Worklist, WorklistStep } from '#libs/registry';

/** A worklist under test, empty. */
export interface WorklistUnderTest {
  readonly worklist: Worklist;
  /** The same one after a restart. */
  reopen(): Worklist;
  /** The entries in the log, in order: type and how many items were added. */
  logged(): Promise<string[]>;
  salt(about: string): Promise<string | null>;
  close(): Promise<void>;
}

const AT = '2026-03-05T12:00:00.000Z';

function found(score: number, change: Partial<FoundItem> = {}): FoundItem {
  return {
    itemId: randomUUID(),
    registrationId: randomUUID(),
    other: {
      ...{ province: 'guangdong', registrationId: randomUUID() },
      ...{ registrationNumber: '粤作登字-2021-F-00000007', title: '缠枝莲 "Lotus" \\' },
    },
    score,
    transform: { zh: '镜像', en: 'mirrored' },
    checkId: randomUUID(),
    foundAt: AT,
    ...change,
  };
}

const filled =
  (count: number) =>
  (added: number): AuditEvent => ({
    ...{
      type: 'worklist.filled',
      outcome: 'success',
      actor: { kind: 'program', name: 'weft dedupe' },
      at: AT,
    },
    ...{ subject: null, details: { comparedWith: 'registry', found: count, added } },
  });

/** What every worklist does. */
export function describeWorklist(name: string, open: () => Promise<WorklistUnderTest>): void {
  describe(`a worklist ${name}`, () => {
    let on: WorklistUnderTest;
    beforeEach(async () => {
      on = await open();
    });
    afterEach(() => on.close());

    const fill = (...items: FoundItem[]) => on.worklist.fill(items, filled(items.length));
    const act = async (
      itemId: string,
      step: WorklistStep['step'],
      change: Partial<WorklistStep> = {},
      before?: string | null,
    ): Promise<string> => {
      const latest = (await on.worklist.find(itemId))?.steps.at(-1)?.stepId ?? null;
      const stepId = randomUUID();
      const nothing = { result: null, reason: null, findingId: null };
      const two = { stepId, registrationId: itemId, province: 'zhejiang', otherRegistrationId: itemId };
      const entry: AuditEvent = {
        ...{ type: 'worklist.taken', outcome: 'success', actor: { kind: 'person', name: 'li' }, at: AT },
        ...{ subject: itemId, details: two },
      };
      const salt = { about: stepId, of: 'reason', salt: randomBytes(32).toString('hex') } as const;
      await on.worklist.add(
        itemId,
        before === undefined ? latest : before,
        { stepId, step, by: 'li', at: AT, ...nothing, ...change },
        { entry, salt: step === 'closed' ? salt : null },
      );
      return stepId;
    };
    const close = (itemId: string) =>
      act(itemId, 'closed', { result: 'not-a-duplicate', reason: '仅色调相近' });
    const list = async (filter: Partial<Parameters<Worklist['list']>[0]> = {}) =>
      (await on.worklist.list({ limit: 10, ...filter })).map(({ itemId }) => itemId);

    it('holds what was found once, however often it is filled, and reopens nothing that is closed', async () => {
      const own = found(1, { transform: null, checkId: null });
      const [one, two] = [found(0.97), own];
      expect(await fill(one, two)).toBe(2);
      await act(two.itemId, 'taken');
      await close(two.itemId);
      const three = found(0.95);
      expect(await fill({ ...two, score: 0.5 }, three, one)).toBe(1);
      const again = on.reopen();
      expect(await again.find(one.itemId)).toEqual({ ...one, steps: [] });
      expect(await again.find(two.itemId)).toMatchObject({ score: 1, transform: null, checkId: null });
      expect(await list({ state: 'closed' })).toEqual([two.itemId]);
      expect(await again.counts()).toEqual({ open: 2, taken: 0, closed: 1 });
      expect(await on.logged()).toEqual([
        'worklist.filled 2',
        'worklist.taken',
        'worklist.taken',
        'worklist.filled 1',
      ]);
      expect(await again.find(randomUUID())).toBeUndefined();
    });

    it('lists the highest score first, by state, page by page', async () => {
      const items = [found(0.9), found(0.99), found(0.95), found(0.95)];
      await fill(...items);
      const [low, high, ...alike] = items.map(({ itemId }) => itemId);
      const order = [high, ...alike.sort(), low];
      expect(await list()).toEqual(order);
      expect(await list({ limit: 2 })).toEqual(order.slice(0, 2));
      expect(await list({ after: order[1] ?? '' })).toEqual(order.slice(2));
      expect(await list({ after: order[2] ?? '' })).toEqual(order.slice(3));
      expect(await list({ after: randomUUID() })).toEqual([]);
      await act(high ?? '', 'taken');
      expect(await list({ state: 'taken' })).toEqual([high]);
      expect(await list({ state: 'open' })).toEqual(order.slice(1));
      await act(high ?? '', 'released');
      expect(await on.worklist.counts()).toEqual({ open: 4, taken: 0, closed: 0 });
    });

    it('is filled with thousands at once', async () => {
      const items = Array.from({ length: 2_500 }, (_, place) => found(place / 2_500));
      expect(await fill(...items)).toBe(2_500);
      expect(await fill(...items)).toBe(0);
      expect(await list({ limit: 1 })).toEqual([items.at(-1)?.itemId]);
    });

    it('is worked on by one of two who take an item at once, and keeps every step with its salt', async () => {
      const item = found(0.97);
      await fill(item);
      const { itemId } = item;
      const both = await Promise.allSettled([
        act(itemId, 'taken', { by: 'li' }, null),
        act(itemId, 'taken', { by: 'wang' }, null),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'CONFLICT', field: 'before' },
      });
      const closed = await close(itemId);
      const steps = (await on.reopen().find(itemId))?.steps;
      expect(steps).toHaveLength(2);
      expect(steps?.at(-1)).toEqual({
        ...{ stepId: closed, step: 'closed', by: 'li', at: AT },
        ...{ result: 'not-a-duplicate', reason: '仅色调相近', findingId: null },
      });
      expect(await on.salt(closed)).toMatch(/^[0-9a-f]{64}$/);
      expect(await on.logged()).toHaveLength(3);
      await expect(act(randomUUID(), 'taken')).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'itemId' });
    });

    it('takes at most 64 steps of an item', async () => {
      const item = found(0.97);
      await fill(item);
      for (let count = 0; count < 32; count += 1)
        for (const step of ['taken', 'released'] as const) await act(item.itemId, step);
      await expect(act(item.itemId, 'taken')).rejects.toMatchObject({ code: 'TOO_MANY' });
    });
  });
}
