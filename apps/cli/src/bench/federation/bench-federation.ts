import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CALIBRATION, MODEL_DIGEST } from '#libs/fingerprint';
import { createDataSource, createRegistry, insertBulkApplications, migrate } from '#libs/persistence';
import { type CliConfig } from '../../config.js';
import {
  DEFAULT_MEMBERS,
  homeAt,
  locateHome,
  type ProvinceHome,
  type WeftHome,
} from '../../home/weft-home.js';
import { startFederation, Stopped } from '../../up/federation.js';
import { openAsker, type Asker } from './asker.js';
import { drawnFingerprints } from './drawn-fingerprints.js';

/** Beside the ports of a federation that runs already, and of the other benches. */
const PORT_OFFSET = 200;
const WARM_UP = 20;
const QUERY_SEED = 99;
/** Of these thresholds the scores are those of the vectors: nothing is verified. */
const CALIBRATION = { ...DEFAULT_CALIBRATION, id: 'cal-bench', scale: 'embedding' as const };

/** What to measure. */
export interface FederationBenchOptions {
  /** In each of the four provinces. */
  readonly patterns: number;
  /** Checks measured, one after the other. */
  readonly checks: number;
}

/** Milliseconds from the ready fingerprint to the judged and logged check. */
export interface FederationBench {
  /** In each province. */
  readonly patterns: number;
  readonly provinces: number;
  readonly checks: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  /** Checks that all members answered in full, over all their patterns. */
  readonly answered: number;
  readonly processor: string;
  readonly processors: number;
}

/**
 * Measures checks from ready fingerprints over four node processes and a coordinator with mutual TLS and their own databases: asked,
 * signed, searched, merged, judged again, logged everywhere; no picture decoded, nothing verified geometrically. The federation is
 * kept below the home for the next time.
 * @throws Problem or PersistenceError
 */
export async function benchFederation(
  config: CliConfig,
  { patterns, checks }: FederationBenchOptions,
  say: (line: string) => void,
): Promise<FederationBench> {
  const home = homeAt(
    join(locateHome(config).root, 'bench', `federation-${patterns}-${MODEL_DIGEST.slice(7, 19)}`),
  );
  const federation = await startFederation({
    home,
    databases: { ...config, portBase: config.portBase + PORT_OFFSET },
    members: DEFAULT_MEMBERS,
    calibration: CALIBRATION,
    clock: { now: () => new Date() },
    restarts: 0,
    say,
    beforeNodes: (signal) => fill(home, patterns, say, signal),
  });
  const askers: Asker[] = [];
  try {
    for (const province of DEFAULT_MEMBERS) askers.push(await openAsker(home, home.province(province)));
    say(`measuring ${checks} checks`);
    return await measure(askers, patterns, checks);
  } finally {
    for (const asker of askers) await asker.close();
    await federation.stop();
  }
}

async function fill(
  home: WeftHome,
  patterns: number,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [place, province] of DEFAULT_MEMBERS.entries()) {
    if (signal.aborted) throw new Stopped();
    await fillProvince(home.province(province), patterns, place + 1, say);
  }
}

async function fillProvince(
  { province, databaseUrl }: ProvinceHome,
  patterns: number,
  seed: number,
  say: (line: string) => void,
): Promise<void> {
  const dataSource = await createDataSource(readFileSync(databaseUrl, 'utf8').trim());
  try {
    await migrate(dataSource);
    if ((await createRegistry(dataSource, province).head()).searchable > 0) return;
    const begun = performance.now();
    await insertBulkApplications(dataSource, drawnFingerprints(patterns, seed));
    say(`${province}: ${patterns} patterns filed in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  } finally {
    await dataSource.destroy();
  }
}

async function measure(askers: readonly Asker[], patterns: number, checks: number): Promise<FederationBench> {
  const times: number[] = [];
  let answered = 0;
  let turn = -WARM_UP;
  for (const fingerprint of drawnFingerprints(checks + WARM_UP, QUERY_SEED)) {
    const asker = askers[(turn + WARM_UP) % askers.length];
    if (!asker) throw new RangeError('a bench needs provinces');
    const begun = performance.now();
    const check = await asker.check(fingerprint);
    const took = performance.now() - begun;
    if (turn++ < 0) continue;
    times.push(took);
    if (check.complete && check.coverage.every(({ searched }) => searched === patterns)) answered += 1;
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    Number((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1));
  return {
    patterns,
    provinces: askers.length,
    checks,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    answered,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
  };
}
