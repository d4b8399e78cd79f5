import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../../apps/cli/src/home/files.js';

const BALLAST = 'ballast';
const CHUNK = Buffer.alloc(256 * 1024);

/** Why no small disk can be had here; empty if one can. */
export function smallDiskMissing(): string {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can mount one';
  const folder = mkdtempSync(join(tmpdir(), 'weft-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return '';
  } catch {
    return 'this machine does not let root mount one';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file system of its own, in memory, that can be filled to its last byte. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  static mount(megabytes: number): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'weft-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
    // The database's server runs as another user.
    chmodSync(path, 0o711);
    return new SmallDisk(path);
  }

  /** Not a byte more can be written. */
  fill(): void {
    const file = openSync(join(this.path, BALLAST), 'a', 0o600);
    try {
      for (let size = CHUNK.length; size >= 1;)
        try {
          writeSync(file, CHUNK, 0, size);
        } catch (error) {
          if (errorCode(error) !== 'ENOSPC') throw error;
          size = Math.floor(size / 2);
        }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.path, BALLAST), { force: true });
  }

  unmount(): void {
    // What a process that just ended had open may take a moment to be let go.
    execFileSync('umount', ['--lazy', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}
