import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The console as static files: every one of them from the node, nothing inline, a nonce where Ant Design needs one. */
export default defineConfig({
  root: at('.'),
  base: '/',
  publicDir: false,
  // The node puts each answer's own nonce in its place (console-files.ts).
  html: { cspNonce: 'weft-nonce-goes-here' },
  resolve: { alias: [{ find: /^#libs\/([a-z-]+)$/, replacement: `${at('../../libs')}/$1/src/index.ts` }] },
  build: {
    outDir: at('../../dist/apps/console'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: true,
    chunkSizeWarningLimit: 2_000,
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" is for servers that draw pages; there is none.
      onLog: (level, log, tell) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log);
      },
    },
  },
  // `npm run console` while one works on it: the API of a node that runs beside it.
  server: { proxy: { '/api': process.env.WEFT_NODE ?? 'http://127.0.0.1:47111' } },
  logLevel: 'warn',
});
