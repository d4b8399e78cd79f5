/** Builds the console into dist/apps/console, unless it was built from the same sources and packages. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { digestOf, root } from './prepare.mjs';

const stamp = join(root, 'dist', '.weft-console');
const built = join(root, 'dist', 'apps', 'console', 'index.html');
const wanted = digestOf([
  'apps/console',
  'libs/registry/src',
  'package-lock.json',
  'tools/build-console.mjs',
]);

if (!existsSync(built) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  await build({ configFile: join(root, 'apps', 'console', 'vite.config.mjs') });
  writeFileSync(stamp, wanted);
}
