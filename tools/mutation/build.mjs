import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { transformFile } from '@swc/core';
import config from '../../jest.config.mjs';

/** Makes JavaScript of the sandbox's sources, once for all mutants; the specs take jest's words from `globals.mjs`. */
const [[, options]] = Object.values(config.transform);

for (const folder of ['libs', 'test', 'apps']) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files) {
    const path = join(file.parentPath ?? file.path, file.name);
    if (!file.isFile() || !path.endsWith('.ts') || path.endsWith('.d.ts')) continue;
    const target = join('dist', path.replace(/\.ts$/, '.js'));
    const globals = relative(dirname(target), 'tools/mutation/globals.mjs');
    const { code } = await transformFile(path, { ...options, swcrc: false, sourceMaps: false });
    await mkdir(dirname(target), { recursive: true });
    await writeFile(
      target,
      code.replaceAll(/(['"])@jest\/globals\1/g, () => `'${globals}'`),
    );
  }
}
await cp('test/vectors', 'dist/test/vectors', { recursive: true });
