import { useCallback, useRef, useState } from 'react';
import { isZip } from './find-files.js';
import { EMPTY_TRAY, FillingTray, type Found, type Tray } from './tray.js';
import { unpack } from './unzip.js';

/** How far the reading of dropped files has come. */
export interface Reading {
  readonly done: number;
  readonly all: number;
}

const SHOW_EVERY_MS = 200;

/** The tray of a page: what is dropped is read one after the other, zips unpacked, each file taken or refused. */
export function useTray() {
  const [tray, setTray] = useState<Tray>(EMPTY_TRAY);
  const [reading, setReading] = useState<Reading | null>(null);
  const filling = useRef(new FillingTray());
  const queue = useRef<Promise<void>>(Promise.resolve());

  const show = useCallback(() => setTray(filling.current.tray), []);

  const read = useCallback(
    async (found: readonly Found[]): Promise<void> => {
      // The next one lies last.
      const left = found.toReversed();
      let shown = 0;
      for (let done = 0, next = left.pop(); next; done += 1, next = left.pop()) {
        if (Date.now() - shown >= SHOW_EVERY_MS) {
          shown = Date.now();
          setReading({ done, all: done + 1 + left.length });
          show();
        }
        if (await isZip(next)) {
          const { files, refused } = await unpack(next);
          filling.current.refuse(refused);
          left.push(...files.toReversed());
        } else await filling.current.put(next);
      }
      show();
      setReading(null);
    },
    [show],
  );

  const add = useCallback(
    (found: readonly Found[]) => {
      queue.current = queue.current.then(() => read(found));
    },
    [read],
  );

  const change = (by: (one: FillingTray) => void): void => {
    by(filling.current);
    show();
  };

  return {
    tray,
    /** Null while nothing is being read. */
    reading,
    add,
    remove: (digest: string) => change((one) => one.remove(digest)),
    clear: () => change((one) => one.clear()),
    /** Keeps what lies beyond the first so many, for the next batch. */
    keepFrom: (count: number) => change((one) => one.keepFrom(count)),
  };
}
