import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { explainFileError } from '../home/files.js';
import { oneLine } from '../problem.js';

/** Bytes of one log file; one older file is kept beside it. */
const MOST_BYTES = 10 * 1024 * 1024;
/** Characters of a line that is looked at. */
const LONGEST_LINE = 20_000;

const errorEvent = z.object({
  level: z.union([z.literal('error'), z.literal('fatal'), z.number().min(50)]),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
});

/** A process's log file, bounded in size; remembers the last line that tells of an error. */
export class ProcessLog {
  #file: number;
  #size: number;
  #rest = '';
  #lastError: string | undefined;
  #lastPlain: string | undefined;

  /** @throws Problem naming the file if it cannot be opened */
  constructor(readonly path: string) {
    this.#file = openLog(path);
    this.#size = fstatSync(this.#file).size;
  }

  /** @throws Problem if the disk is full */
  write(chunk: Buffer): void {
    try {
      if (this.#size + chunk.length > MOST_BYTES) this.#turnOver();
      for (let written = 0; written < chunk.length;) written += writeSync(this.#file, chunk, written);
    } catch (error) {
      throw explainFileError(error, this.path);
    }
    this.#size += chunk.length;
    this.#remember(chunk.toString('utf8'));
  }

  /** The last line that was logged as an error, else the last line that is no log event; undefined if there is none. */
  get lastError(): string | undefined {
    const line = this.#lastError ?? this.#lastPlain;
    return line === undefined ? undefined : oneLine(line);
  }

  /** Forgets what an earlier run of the process said. */
  forgetErrors(): void {
    this.#lastError = undefined;
    this.#lastPlain = undefined;
    this.#rest = '';
  }

  close(): void {
    closeSync(this.#file);
  }

  #turnOver(): void {
    closeSync(this.#file);
    renameSync(this.path, `${this.path}.1`);
    this.#file = openLog(this.path);
    this.#size = 0;
  }

  #remember(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) {
      const event = parseEvent(line);
      if (event === undefined) {
        if (line.trim() && !/^\s+at /.test(line)) this.#lastPlain = line;
        continue;
      }
      const parsed = errorEvent.safeParse(event);
      if (parsed.success) this.#lastError = parsed.data.err?.message ?? parsed.data.msg ?? line;
    }
  }
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw explainFileError(error, path);
  }
}

function parseEvent(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
