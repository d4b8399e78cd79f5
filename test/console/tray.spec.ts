import { FillingTray } from '../../apps/console/src/intake/tray.js';

const picture = (text: string) =>
  new Blob([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), text]);
const names = ({ tray }: FillingTray) => tray.taken.map(({ name }) => name);

describe('the tray', () => {
  it('takes each picture once, gives two of one name different names, and says of the others why not', async () => {
    const filling = new FillingTray();
    for (const [name, file] of [
      ['a.png', picture('a')],
      ['a.png', picture('b')],
      ['a.png', picture('c')],
      ['copy.png', picture('b')],
      ['notes.txt', new Blob(['no picture at all'])],
      ['empty.png', new Blob([])],
    ] as const)
      await filling.put({ name, file });
    expect(names(filling)).toEqual(['a.png', 'a.png (2)', 'a.png (3)']);
    expect(filling.tray.refused).toEqual([
      { name: 'copy.png', refusal: { kind: 'same-as', name: 'a.png (2)' } },
      { name: 'notes.txt', refusal: { kind: 'not-a-picture' } },
      { name: 'empty.png', refusal: { kind: 'empty' } },
    ]);
  });

  it('forgets what is removed, also while a file is being read, and can take it again', async () => {
    const filling = new FillingTray();
    await filling.put({ name: 'a.png', file: picture('a') });
    const before = filling.tray;
    const reading = filling.put({ name: 'b.png', file: picture('b') });
    filling.remove(before.taken[0]?.digest ?? '');
    await reading;
    expect([names(filling), before.taken.length]).toEqual([['b.png'], 1]);
    await filling.put({ name: 'a.png', file: picture('a') });
    expect(names(filling)).toEqual(['b.png', 'a.png']);
    filling.keepFrom(1);
    expect(names(filling)).toEqual(['a.png']);
    filling.clear();
    expect(filling.tray).toEqual({ taken: [], refused: [] });
  });

  it('takes 5,000 files of one name without looking through all of them for each', async () => {
    const filling = new FillingTray();
    for (let count = 0; count < 5_000; count += 1)
      await filling.put({ name: '图.png', file: picture(String(count)) });
    const taken = names(filling);
    expect([taken.length, new Set(taken).size, taken.at(-1)]).toEqual([5_000, 5_000, '图.png (5000)']);
  });
});
