import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file of the console under its hashed name. */
export interface ConsoleAsset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
}

/** The built console, whole in memory: what a request names is looked up, never opened. */
export interface ConsoleFiles {
  /** HTML; every NONCE_PLACE in it stands for the nonce of one answer. */
  readonly page: string;
  readonly assets: ReadonlyMap<string, ConsoleAsset>;
}

/** What the build writes where a nonce goes. */
export const NONCE_PLACE = 'weft-nonce-goes-here';

/** The console of this build, from the sources as from dist; undefined if it is not built. */
export async function readConsoleFiles(): Promise<ConsoleFiles | undefined> {
  const folder = builtConsole(dirname(fileURLToPath(import.meta.url)));
  if (folder === undefined) return undefined;
  const names = await readdir(join(folder, 'assets'));
  const assets = await Promise.all(
    names.map(async (name): Promise<[string, ConsoleAsset][]> => {
      const type = TYPES[extname(name)];
      if (type === undefined) return [];
      const bytes = await readFile(join(folder, 'assets', name));
      return [[name, { type, bytes, gzipped: await compress(bytes) }]];
    }),
  );
  return { page: await readFile(join(folder, 'index.html'), 'utf8'), assets: new Map(assets.flat()) };
}

function builtConsole(from: string): string | undefined {
  const built = join(from, 'dist', 'apps', 'console');
  if (existsSync(join(built, 'index.html'))) return built;
  return from === dirname(from) ? undefined : builtConsole(dirname(from));
}
