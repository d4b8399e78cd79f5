import { TILE_WIDTH, parseCheckpoint, parseNote, readEntryBundle, tilePath } from '#libs/federation-log';
import { readLogRecord, type LogRecord } from './log-record.js';
import { entryTile } from './prove-entry.js';
import { readText } from './verify-log.js';
import type { LogFiles } from './walk-log.js';

/** What is looked for in a log; nothing of it is verified until an entry is opened. */
export interface LogSearch {
  /** Anywhere in the entry; empty for every entry. */
  readonly text: string;
  /** Of the event ("check.asked"), or how it begins ("check."); empty for every event. */
  readonly type: string;
  /** Looks at entries under this index, the newest first; null begins at the end of the log. */
  readonly before: number | null;
}

/** Bounds of one search. */
export interface SearchBounds {
  /** Entries found. */
  readonly most: number;
  /** Bundles of 256 entries that are read. */
  readonly bundles: number;
}

/** A part of a log that was looked through. */
export interface FoundEntries {
  /** Entries in the log. */
  readonly size: number;
  /** Everything from here up to `before` was looked at; 0 if nothing is left. */
  readonly from: number;
  /** Newest first. `record` is a text where the entry is none: what is wrong with it. */
  readonly entries: readonly { readonly index: number; readonly record: LogRecord | string }[];
}

/**
 * Looks through a log from its newest entry down, as far as the bounds let.
 * @throws FederationLogError for a checkpoint or a bundle that cannot be read; what `files` throws
 */
export async function searchLog(
  files: LogFiles,
  { text, type, before }: LogSearch,
  { most, bundles }: SearchBounds,
): Promise<FoundEntries> {
  const note = readText((await files.read('checkpoint')) ?? new Uint8Array(0));
  // A log that has signed nothing yet has no entries to show.
  if (note === null || note === '') return { size: 0, from: 0, entries: [] };
  const { size } = parseCheckpoint(parseNote(note).text);
  const wanted = text.trim().toLowerCase();
  const entries: { index: number; record: LogRecord | string }[] = [];
  let from = Math.min(before ?? size, size);
  for (let read = 0; read < bundles && from > 0; read += 1) {
    const tile = entryTile(size, from - 1);
    const bytes = await files.read(tilePath(tile));
    const start = tile.index * TILE_WIDTH;
    const bundle = bytes === null ? [] : readEntryBundle(bytes, tile);
    for (; from > start; from -= 1) {
      if (entries.length >= most) return { size, from, entries };
      const entry = bundle[from - 1 - start];
      const record = entry === undefined ? 'is missing' : readLogRecord(entry);
      if (fits(record, entry, wanted, type)) entries.push({ index: from - 1, record });
    }
  }
  return { size, from, entries };
}

/** What cannot be read fits every search: a gap is never passed over in silence. */
function fits(
  record: LogRecord | string,
  entry: Uint8Array | undefined,
  wanted: string,
  type: string,
): boolean {
  if (typeof record === 'string') return true;
  if (!record.type.startsWith(type)) return false;
  return wanted === '' || (readText(entry ?? new Uint8Array(0)) ?? '').toLowerCase().includes(wanted);
}
