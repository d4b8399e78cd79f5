import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { decodeFingerprintHead, EMBEDDING_DIMENSION, MODEL_DIGEST } from '#libs/fingerprint';
import { createDataSource, createRegistry, insertBulkApplications, migrate } from '#libs/persistence';
import { CurrentIndex, restoreIndex, type RegistryReader } from '#libs/registry';
import { ExactIndex, readSnapshot, writeSnapshot } from '#libs/similarity';
import { type CliConfig } from '../config.js';
import { makeFolder } from '../home/files.js';
import { locateHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';
import { withBenchDatabase } from './bench-database.js';
import { drawnFingerprints } from './federation/drawn-fingerprints.js';

const PROVINCE = 'zhejiang';
/** Beside the ports of a federation that runs already, and of the other benches. */
const PORT_OFFSET = 119;
const SEED = 1;

/** Seconds, each with an index that was empty before. */
export interface StartBench {
  readonly patterns: number;
  /** From PostgreSQL alone, vector by vector. */
  readonly from_registry_s: number;
  readonly file_written_s: number;
  /** From the file, compared with all that the registry holds: what a node's start waits for. */
  readonly from_file_s: number;
  readonly processor: string;
  readonly processors: number;
}

/**
 * Measures how a node's index is filled when it starts: from a registry on a PostgreSQL of its own, which is kept below the home for the next
 * time (or in a database of its own on WEFT_POSTGRES_ADMIN_URL), and from the file that a node keeps.
 * @throws Problem or PersistenceError
 */
export async function benchStart(
  config: CliConfig,
  patterns: number,
  say: (line: string) => void,
): Promise<StartBench> {
  const folder = join(locateHome(config).root, 'bench', `start-${patterns}-${MODEL_DIGEST.slice(7, 19)}`);
  makeFolder(folder);
  const database = {
    name: `weft_bench_start_${patterns}`,
    dataDir: join(folder, 'postgres'),
    portOffset: PORT_OFFSET,
  };
  return withBenchDatabase(config, database, async (url) => {
    const dataSource = await createDataSource(url);
    try {
      await migrate(dataSource);
      const registry = createRegistry(dataSource, PROVINCE);
      if ((await registry.head()).searchable === 0) {
        say(`filing ${patterns} patterns`);
        await insertBulkApplications(dataSource, drawnFingerprints(patterns, SEED));
        // What autovacuum does in a registry's first hour.
        await dataSource.query('VACUUM (ANALYZE)');
      }
      return await measure(registry, patterns, join(folder, 'index'), say);
    } finally {
      await dataSource.destroy();
    }
  });
}

async function measure(
  registry: RegistryReader,
  patterns: number,
  file: string,
  say: (line: string) => void,
): Promise<StartBench> {
  say('filling an index from the registry');
  const first = emptyIndex(registry);
  const fromRegistry = await seconds(() => first.current.state());
  const written = await seconds(() => writeSnapshot(first.index, file));
  await first.index.close();
  say('filling an index from its file');
  const second = emptyIndex(registry);
  const problems: string[] = [];
  const fromFile = await seconds(async () => {
    const problem = await restoreIndex({ ...second, registry, read: () => readSnapshot(second.index, file) });
    if (problem !== null) problems.push(problem);
  });
  const { size } = second.index;
  await second.index.close();
  rmSync(file);
  for (const problem of problems)
    throw new Problem('the file of the index', `did not serve: ${problem}`, 'measure again');
  if (size !== patterns)
    throw new Problem('the index', `holds ${size} patterns of ${patterns}`, 'measure again');
  return {
    patterns,
    from_registry_s: fromRegistry,
    file_written_s: written,
    from_file_s: fromFile,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
  };
}

function emptyIndex(registry: RegistryReader): {
  readonly index: ExactIndex;
  readonly current: CurrentIndex;
} {
  const index = new ExactIndex(MODEL_DIGEST, EMBEDDING_DIMENSION);
  const unusable = (registrationId: string, problem: string) => {
    throw new Error(`${registrationId}: ${problem}`);
  };
  return { index, current: new CurrentIndex(registry, index, decodeFingerprintHead, unusable) };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return Number(((performance.now() - begun) / 1_000).toFixed(2));
}
