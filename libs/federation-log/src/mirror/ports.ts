/** Where a copy of one log is kept, as files below one folder. */
export interface MirrorFolder {
  /** Null if there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Whole or not at all, durable when it returns. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** A file that is not there is removed already. */
  remove(path: string): Promise<void>;
}

/** Reads a file of a log by its path below the log's prefix. @throws if there is none or it cannot be had */
export type ReadFile = (path: string) => Promise<Uint8Array>;
