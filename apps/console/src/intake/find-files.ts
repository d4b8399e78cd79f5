import { MAX_ZIP_ENTRIES } from './limits.js';
import type { Found } from './tray.js';
import { isSystemFile } from './unzip.js';

/** Files of one drop that are looked at; the batch takes fewer. */
const MOST_FILES = 5 * MAX_ZIP_ENTRIES;

/** All files of a drop, folders walked through. Must be called while the drop is being handled: its items do not outlive it. */
export async function droppedFiles(transfer: DataTransfer): Promise<Found[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const alone = [...transfer.files];
  if (entries.length === 0) return pickedFiles(alone);
  const found: Found[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

/** Files of a file or folder dialog. */
export function pickedFiles(files: Iterable<File>): Found[] {
  return [...files]
    .map((file) => ({ name: file.webkitRelativePath || file.name, file }))
    .filter(({ name }) => !isSystemFile(name));
}

/** Whether this is to be unpacked, by its first bytes. */
export async function isZip({ file }: Found): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}

async function walk(entry: FileSystemEntry, found: Found[]): Promise<void> {
  if (found.length >= MOST_FILES || isSystemFile(entry.name)) return;
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ name: entry.fullPath.replace(/^\//, ''), file });
  } else if (entry instanceof FileSystemDirectoryEntry) {
    const reader = entry.createReader();
    for (;;) {
      const page = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (page.length === 0) return;
      for (const one of page) await walk(one, found);
    }
  }
}
