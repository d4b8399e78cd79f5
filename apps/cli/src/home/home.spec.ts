import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { makeFolder, readJsonIfThere, readTextIfThere, writeWhole } from './files.js';
import { lockHome } from './lock.js';
import { homeAt, locateHome, makeHome } from './weft-home.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-home-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('home', () => {
  it('is where WEFT_HOME says, else in the clone', () => {
    expect(locateHome({ home: folder }).root).toBe(folder);
    expect(locateHome({ home: undefined }).root).toMatch(/\.weft$/);
  });

  it('opens its folders to this user alone, and leaves the mode of a folder that was there', () => {
    mkdirSync(join(folder, 'shared'), { mode: 0o755 });
    const home = homeAt(join(folder, 'shared'));
    makeHome(home, ['zhejiang']);
    expect(modeOf(home.root)).toBe(0o755);
    for (const path of [home.federation.folder, home.run, home.province('zhejiang').depositCopies]) {
      expect(modeOf(path)).toBe(0o700);
    }
  });

  it('knows no province by a name that would leave the folder', () => {
    expect(() => homeAt(folder).province('../zhejiang')).toThrow(/is no province/);
  });

  it('writes secrets whole, readable by this user alone, and leaves no draft behind', () => {
    const path = join(folder, 'secret');
    writeWhole(path, 'first');
    writeWhole(path, 'second');
    expect(readTextIfThere(path)).toBe('second');
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secret']);
  });

  it('explains a file where a folder should be, and a missing folder', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow(
      /a file stands where a folder should be; move/,
    );
    expect(() => writeWhole(join(folder, 'none', 'file'), '')).toThrow(
      /there is no such file or folder; check the path/,
    );
  });

  it('names the field of a JSON file that is wrong, and never its value', () => {
    const path = join(folder, 'key.json');
    writeFileSync(path, JSON.stringify({ key: { d: 'a-secret' } }));
    const read = () => readJsonIfThere(path, z.object({ key: z.object({ d: z.number() }) }));
    expect(read).toThrow(/field "key.d"/);
    expect(read).not.toThrow(/a-secret/);
  });
});

describe('lock of a home', () => {
  const open = () => {
    const home = homeAt(folder);
    makeHome(home, []);
    return home;
  };

  it('is refused while a living process holds it, which is named', async () => {
    const lock = await lockHome(open());
    await expect(lockHome(open())).rejects.toThrow(new RegExp(`in use by process ${process.pid}; stop`));
    lock.release();
    (await lockHome(open())).release();
  });

  it.each([
    ['a process that is gone', { pid: 2 ** 22 - 1, started: '1', stopping: false }],
    ['another process of the same id', { pid: process.pid, started: '1', stopping: false }],
  ])('is taken over from %s', async (_whose, holder) => {
    const home = open();
    writeWhole(join(home.run, 'up.lock'), JSON.stringify(holder));
    (await lockHome(home)).release();
    expect(readdirSync(home.run)).toEqual([]);
  });

  it('is taken over when it was left half written', async () => {
    const home = open();
    writeWhole(join(home.run, 'up.lock'), '{"pid":');
    (await lockHome(home)).release();
  });

  it('is awaited while its holder is stopping', async () => {
    const first = await lockHome(open());
    first.announceStop();
    const second = lockHome(open());
    setTimeout(() => first.release(), 300);
    (await second).release();
  });

  it('is not awaited for ever', async () => {
    const first = await lockHome(open());
    first.announceStop();
    await expect(lockHome(open(), 300)).rejects.toThrow(/in use by process/);
    first.release();
  });

  it('goes to one of many that start at once', async () => {
    const home = open();
    writeWhole(
      join(home.run, 'up.lock'),
      JSON.stringify({ pid: 2 ** 22 - 1, started: '1', stopping: false }),
    );
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => lockHome(home, 0)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
