import { useCallback, useRef, useState } from 'react';
import { isZip } from './find-files.js';
import { EMPTY_TRAY, type Found, put, type Tray } from './tray.js';
import { unpack } from './unzip.js';

/** How far the reading of dropped files has come. */
export interface Reading {
  readonly done: number;
  readonly all: number;
}

const SHOW_EVERY = 25;

/** The tray of a page: what is dropped is read one after the other, zips unpacked, each file taken or refused. */
export function useTray() {
  const [tray, setTray] = useState<Tray>(EMPTY_TRAY);
  const [reading, setReading] = useState<Reading | null>(null);
  const latest = useRef<Tray>(EMPTY_TRAY);
  const queue = useRef<Promise<void>>(Promise.resolve());

  const become = useCallback((next: Tray) => {
    latest.current = next;
    setTray(next);
  }, []);

  const read = useCallback(
    async (found: readonly Found[]): Promise<void> => {
      let left: Found[] = [...found];
      for (let done = 0; left.length > 0; done += 1) {
        const [next, ...rest] = left;
        left = rest;
        if (!next) break;
        if (done % SHOW_EVERY === 0) setReading({ done, all: done + 1 + left.length });
        if (await isZip(next)) {
          const { files, refused } = await unpack(next);
          latest.current = { ...latest.current, refused: [...latest.current.refused, ...refused] };
          left = [...files, ...left];
        } else latest.current = await put(latest.current, next);
        if (done % SHOW_EVERY === 0 || left.length === 0) setTray(latest.current);
      }
      become(latest.current);
      setReading(null);
    },
    [become],
  );

  const add = useCallback(
    (found: readonly Found[]) => {
      queue.current = queue.current.then(() => read(found));
    },
    [read],
  );

  return {
    tray,
    /** Null while nothing is being read. */
    reading,
    add,
    remove: (digest: string) =>
      become({ ...latest.current, taken: latest.current.taken.filter((one) => one.digest !== digest) }),
    clear: () => become(EMPTY_TRAY),
    /** Keeps what lies beyond the first so many, for the next batch. */
    keepFrom: (count: number) => become({ taken: latest.current.taken.slice(count), refused: [] }),
  };
}
