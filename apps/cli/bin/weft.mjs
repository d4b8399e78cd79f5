#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../../../dist/apps/cli/src/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('weft: this clone is not built; run "npm start", or "npm ci && npm run build"');
  process.exitCode = 1;
}
