/** Bundles the worker for a browser into the folder that is named: `node test/browser/bundle-verifier.mjs FOLDER`. */
import { join } from 'node:path';
import { build } from 'vite';

await build({
  configFile: false,
  root: join(import.meta.dirname, '../..'),
  logLevel: 'error',
  publicDir: false,
  build: {
    outDir: process.argv[2],
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: join(import.meta.dirname, 'verifier-worker.mjs'),
      formats: ['es'],
      fileName: () => 'worker.js',
    },
  },
});
