import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_CALIBRATION, MODEL_DIGEST } from '#libs/fingerprint';
import { createDataSource, createRegistry, insertBulkApplications, migrate } from '#libs/persistence';
import { isWitnessed, type Check, type StoredFingerprint } from '#libs/registry';
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
import { processorTime } from './processor-time.js';

/** Beside the ports of a federation that runs already, and of the other benches. */
const PORT_OFFSET = 200;
const WARM_UP = 20;
const QUERY_SEED = 99;
/** Longest wait for the receipts of a check before the next one, and how often it is looked for them. */
const RECEIPTS_MS = 10_000;
const LOOK_MS = 100;
/** After the receipts, before the next check. */
const QUIET_MS = 200;
/** After the last check: receipts that have not come by then are late. */
const SETTLE_MS = 5_000;
/** Of these thresholds the scores are those of the vectors: nothing is verified. */
const CALIBRATION = { ...DEFAULT_CALIBRATION, id: 'cal-bench', scale: 'embedding' as const };

/** What to measure. */
export interface FederationBenchOptions {
  /** In each of the four provinces. */
  readonly patterns: number;
  /** Checks measured, one straight after the other. */
  readonly checks: number;
  /** Checks measured before, each when the log has done with the one before it. */
  readonly apart: number;
}

/** Milliseconds. */
export interface Times {
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
}

/** Milliseconds from the ready fingerprint to the judged and logged check. */
export interface FederationBench extends Times {
  /** In each province. */
  readonly patterns: number;
  readonly provinces: number;
  readonly checks: number;
  /** Checks that all members answered in full, over all their patterns. */
  readonly answered: number;
  /** Of checks with nothing of a log under way beside them; null if none was made. */
  readonly apart: Times | null;
  /** What signing, witnesses, receipts and copies of the checks before it add to the median check; null without checks apart. */
  readonly logging_adds_ms: number | null;
  /** Processor time of all nodes, the coordinator and the askers for one check, what follows it included; PostgreSQL not counted. */
  readonly processor_ms: number | null;
  /** From a finished check to the last of its receipts, all of which are witnessed. */
  readonly receipts: Times & { readonly witnessed: number };
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
  options: FederationBenchOptions,
  say: (line: string) => void,
): Promise<FederationBench> {
  const { patterns } = options;
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
    const services = [federation.coordinator, ...federation.nodes.values()];
    const pids = services.flatMap(({ pid }) => pid ?? []);
    return await measure(askers, options, pids, say);
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

async function measure(
  askers: readonly Asker[],
  { patterns, checks, apart }: FederationBenchOptions,
  pids: readonly number[],
  say: (line: string) => void,
): Promise<FederationBench> {
  const queries = drawnFingerprints(WARM_UP + apart + checks, QUERY_SEED);
  await run(askers, queries, WARM_UP, untilReceipted);
  say(`measuring ${apart} checks one by one`);
  const alone = await run(askers, queries, apart, untilReceipted);
  say(`measuring ${checks} checks one straight after the other`);
  const [since, before] = [new Date(), processorTime(pids)];
  const busy = await run(askers, queries, checks, async () => undefined);
  await pause(SETTLE_MS);
  const after = processorTime(pids);
  const waits = (await Promise.all(askers.map(({ receipts }) => receipts.waits(since)))).flat();
  const full = busy.checks.filter(
    (check) => check.complete && check.coverage.every(({ searched }) => searched === patterns),
  );
  const [times, timesApart] = [timesOf(busy.times), apart > 0 ? timesOf(alone.times) : null];
  return {
    patterns,
    provinces: askers.length,
    checks,
    ...times,
    answered: full.length,
    apart: timesApart,
    logging_adds_ms: timesApart && round(times.p50_ms - timesApart.p50_ms),
    processor_ms: before === null || after === null ? null : round((after - before) / checks),
    receipts: {
      witnessed: waits.filter(({ witnessed }) => witnessed).length,
      ...timesOf(waits.map(({ ms }) => ms)),
    },
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
  };
}

/** Checks of the next `count` fingerprints by the provinces in turn, each timed; they are kept, as a node keeps them, beside the time. */
async function run(
  askers: readonly Asker[],
  queries: Iterator<StoredFingerprint>,
  count: number,
  between: (asker: Asker, check: Check) => Promise<void>,
): Promise<{ readonly times: number[]; readonly checks: Check[] }> {
  const [times, checks]: [number[], Check[]] = [[], []];
  for (let turn = 0; turn < count; turn += 1) {
    const [asker, query] = [askers[turn % askers.length], queries.next()];
    if (!asker || query.done) throw new RangeError('a bench needs provinces and fingerprints');
    const begun = performance.now();
    const check = await asker.check(query.value);
    times.push(performance.now() - begun);
    checks.push(check);
    await asker.keep(check, query.value);
    await between(asker, check);
  }
  return { times, checks };
}

async function untilReceipted({ receipts }: Asker, { checkId }: Check): Promise<void> {
  const until = performance.now() + RECEIPTS_MS;
  while (performance.now() < until && !isWitnessed(await receipts.ofCheck(checkId))) await pause(LOOK_MS);
  await pause(QUIET_MS);
}

function timesOf(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
