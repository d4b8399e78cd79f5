import { type ProvinceId } from '#libs/registry';
import { type CliConfig } from '../config.js';
import { makeFolder } from './files.js';
import { openDatabases } from './databases.js';
import { locateHome, makeHome, type ProvinceHome } from './weft-home.js';

/** What a command needs to work on one province's registry. */
export interface OpenProvince {
  readonly home: ProvinceHome;
  /** A file with the URL of the province's database, mode 0600. */
  readonly databaseUrlFile: string;
  readonly depositCopiesDir: string;
}

/**
 * Runs `work` on one province's home with its database reachable, whether or not the federation runs: the embedded
 * server is started if nobody uses it yet, and stopped again only then.
 * @throws Problem for an unknown province or a folder that cannot be made; PersistenceError; what `work` throws
 */
export async function withProvince<T>(
  config: CliConfig,
  province: ProvinceId,
  work: (open: OpenProvince) => Promise<T>,
): Promise<T> {
  const weftHome = locateHome(config);
  const home = weftHome.province(province);
  makeHome(weftHome, [province]);
  makeFolder(home.depositCopies);
  const server = await openDatabases(weftHome, config, [province], false);
  try {
    return await work({ home, databaseUrlFile: home.databaseUrl, depositCopiesDir: home.depositCopies });
  } finally {
    await server.stop();
  }
}
