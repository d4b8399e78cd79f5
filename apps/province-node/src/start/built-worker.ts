import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The built file of a thread, from the sources as from dist.
 * @param folder of this app's sources
 * @param name the file's, ending in ".js"
 * @throws Error if it is not built
 */
export function builtWorker(folder: string, name: string): string {
  const within = join('dist', 'apps', 'province-node', 'src', folder, name);
  for (let root = dirname(fileURLToPath(import.meta.url)); ; root = dirname(root)) {
    const worker = join(root, within);
    if (existsSync(worker)) return worker;
    if (root === dirname(root)) throw new Error(`${within} is missing: run "npm run build"`);
  }
}
