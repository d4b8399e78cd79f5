/** `npm run fuzz`: builds what is missing, then runs test/fuzz/fuzz.ts with the arguments given. */
import { register } from 'node:module';
import { build, install, PrepareError, requireNode } from './prepare.mjs';

try {
  requireNode();
  install();
  build();
  register('./ts-hooks.mjs', import.meta.url);
  await import('../test/fuzz/fuzz.ts');
} catch (error) {
  console.error(error instanceof PrepareError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
