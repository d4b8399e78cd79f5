import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the built `weft audit` prints. */
export function audit(...args: string[]): string {
  return execFileSync('node', ['apps/cli/bin/weft.mjs', 'audit', ...args], { encoding: 'utf8' });
}

/** Lets `work` have these files in a folder of their own. */
export async function withFiles<T>(
  files: Readonly<Record<string, Buffer | string>>,
  work: (path: (name: string) => string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-files-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return await work((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
