import { describe, expect, test } from '@jest/globals';
import { GroupedAppends } from './grouped-appends.js';

const entry = (text: string) => ({ entry: text });

/** A write that goes on when the test says so. */
function heldWrites() {
  const groups: { entries: string[]; done: () => void; fail: (error: Error) => void }[] = [];
  const appends = new GroupedAppends<{ readonly entry: string }>(
    (entries) =>
      new Promise((done, fail) => groups.push({ entries: entries.map((one) => one.entry), done, fail })),
  );
  return { groups, appends };
}

describe('appends in groups', () => {
  test('are written at once when alone, and together when they come meanwhile', async () => {
    const { groups, appends } = heldWrites();
    const first = appends.append(entry('1'));
    const others = ['2', '3', '4'].map((text) => appends.append(entry(text)));
    expect(groups.map(({ entries }) => entries)).toEqual([['1']]);
    groups[0]?.done();
    await first;
    await Promise.resolve();
    expect(groups.map(({ entries }) => entries)).toEqual([['1'], ['2', '3', '4']]);
    groups[1]?.done();
    await Promise.all(others);
  });

  test('are acknowledged only when their own group is written; a group that fails takes no other with it', async () => {
    const { groups, appends } = heldWrites();
    const settled: string[] = [];
    const note = (name: string, append: Promise<void>) =>
      append.then(
        () => settled.push(`${name} written`),
        (error: Error) => settled.push(`${name} ${error.message}`),
      );
    const noted = [note('1', appends.append(entry('1'))), note('2', appends.append(entry('2')))];
    await new Promise(setImmediate);
    expect(settled).toEqual([]);
    groups[0]?.fail(new Error('the disk is full'));
    await noted[0];
    noted.push(note('3', appends.append(entry('3'))));
    expect(settled).toEqual(['1 the disk is full']);
    groups[1]?.done();
    await noted[1];
    await new Promise(setImmediate);
    groups[2]?.done();
    await Promise.all(noted);
    expect(settled).toEqual(['1 the disk is full', '2 written', '3 written']);
  });

  test('are refused, not kept, when too many wait; and taken again when there is room', async () => {
    const { groups, appends } = heldWrites();
    const taken = Array.from({ length: 4_097 }, (_, n) => appends.append(entry(`${n}`)));
    await expect(appends.append(entry('one more'))).rejects.toMatchObject({ code: 'TOO_MANY', field: 'log' });
    let written = 0;
    while (written < taken.length) {
      const group = groups.shift();
      expect(group?.entries.length).toBeLessThanOrEqual(512);
      written += group?.entries.length ?? 0;
      group?.done();
      await new Promise(setImmediate);
    }
    await Promise.all(taken);
    const later = appends.append(entry('later'));
    groups[0]?.done();
    await later;
  });

  test('have groups bounded in bytes', async () => {
    const { groups, appends } = heldWrites();
    const large = 'x'.repeat(60_000);
    const all = Array.from({ length: 200 }, () => appends.append(entry(large)));
    groups[0]?.done();
    await new Promise(setImmediate);
    expect(groups[1]?.entries).toHaveLength(69);
    for (let n = 1; n < 5; n += 1) {
      groups[n]?.done();
      await new Promise(setImmediate);
    }
    await Promise.all(all);
  });
});
