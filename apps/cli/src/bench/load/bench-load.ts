import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CALIBRATION, MODEL_DIGEST } from '#libs/fingerprint';
import { createDataSource, createRegistry, insertBulkApplications, migrate } from '#libs/persistence';
import { seededRandom } from '#libs/pattern-drawing';
import type { StoredFingerprint } from '#libs/registry';
import { type CliConfig } from '../../config.js';
import { DEFAULT_MEMBERS, homeAt, locateHome, type ProvinceHome } from '../../home/weft-home.js';
import { startFederation, Stopped, type Federation } from '../../up/federation.js';
import { drawnFingerprints } from '../federation/drawn-fingerprints.js';
import { runPhase, type Phase } from './load-phase.js';
import { openProvinceUnderLoad, type ProvinceUnderLoad } from './province-under-load.js';
import { watchMemory, type ResidentMemory } from './resident-memory.js';
import { wholeFingerprints, type WholeFingerprints } from './whole-fingerprints.js';

/** Beside the ports of a federation that runs already, and of the other benches. */
const PORT_OFFSET = 300;
/** Until the programs are compiled where it matters: a node that serves has been for long. */
const WARM_UP_SECONDS = 30;
/** From one rate to the next. */
const STEP = 1.4;
const MOST_STEPS = 16;
/** A rate is borne while so many of its checks are answered in full. */
const BORNE = 0.95;
const ASKED_SEED = 1_000;
const IMPORTED_SEED = 2_000;
/** What is drawn to be asked about is drawn anew after so many. */
const ROUND = 5_000;
/** Of these thresholds the scores are those of the vectors: nothing is verified. */
const UNVERIFIED = { ...DEFAULT_CALIBRATION, id: 'cal-bench', scale: 'embedding' as const };

/** What to measure. */
export interface LoadBenchOptions {
  /** In each of the four provinces, at least. */
  readonly patterns: number;
  /** Candidates that each member verifies for a question; 0 for none. */
  readonly verify: number;
  /** Checks a second of the long phase, over all provinces. */
  readonly rate: number;
  /** Of the long phase. */
  readonly minutes: number;
  /** Seconds at each rate of the climb, and beyond it. */
  readonly step: number;
  readonly mix: boolean;
  readonly seed: number;
}

/** What was measured. */
export interface LoadBench extends LoadBenchOptions {
  readonly provinces: number;
  readonly hold: Phase;
  /** Rising rates, until one was not borne. */
  readonly climb: readonly Phase[];
  /** Checks a second: the highest rate of which 95% were answered in full; null if none was. */
  readonly saturation: number | null;
  /** Twice the rate that was not borne. */
  readonly beyond: Phase;
  readonly false_clears: number;
  /** During the long phase. */
  readonly memory: readonly ResidentMemory[];
  readonly processor: string;
  readonly processors: number;
  /** The machine's load average at the start: others' work. */
  readonly load_before: number;
}

/**
 * Drives checks from ready fingerprints over four node processes and a coordinator on their own databases, as an open loop: a long phase at
 * one rate, then rising rates until one is not borne, then twice that. Each check is asked, signed, searched, verified, merged, judged,
 * logged and kept; pictures are not decoded. The federation is kept below the home for the next time.
 * @throws Problem or PersistenceError
 */
export async function benchLoad(
  config: CliConfig,
  options: LoadBenchOptions,
  say: (line: string) => void,
): Promise<LoadBench> {
  const { patterns, verify } = options;
  const kind = verify > 0 ? 'verified' : 'plain';
  const home = homeAt(
    join(locateHome(config).root, 'bench', `load-${kind}-${patterns}-${MODEL_DIGEST.slice(7, 19)}`),
  );
  const [loadBefore = 0] = loadavg();
  const source: WholeFingerprints =
    verify > 0
      ? await wholeFingerprints()
      : { registered: drawnFingerprints, asked: (count, seed) => drawnFingerprints(count, seed) };
  const federation = await startFederation({
    home,
    databases: { ...config, portBase: config.portBase + PORT_OFFSET },
    members: DEFAULT_MEMBERS,
    calibration: verify > 0 ? DEFAULT_CALIBRATION : UNVERIFIED,
    clock: { now: () => new Date() },
    restarts: 0,
    verifyCandidates: verify > 0 ? verify : undefined,
    say,
    beforeNodes: async (signal) => {
      for (const [place, province] of DEFAULT_MEMBERS.entries()) {
        if (signal.aborted) throw new Stopped();
        await fill(home.province(province), () => source.registered(patterns, place + 1), patterns, say);
      }
    },
  });
  const provinces: ProvinceUnderLoad[] = [];
  try {
    for (const [place, province] of DEFAULT_MEMBERS.entries()) {
      const drawing = {
        asked: endless((round) => source.asked(ROUND, ASKED_SEED + place + round * 10)),
        registered: endless((round) =>
          source.registered(ROUND, IMPORTED_SEED + place + round * 10 + (Date.now() % 1e6)),
        ),
        patterns,
      };
      provinces.push(await openProvinceUnderLoad(home, home.province(province), drawing));
    }
    const measured = await measure(provinces, options, pidsOf(federation), say);
    return {
      ...options,
      provinces: provinces.length,
      ...measured,
      processor: cpus()[0]?.model ?? 'unknown',
      processors: cpus().length,
      load_before: Number(loadBefore.toFixed(1)),
    };
  } finally {
    for (const province of provinces) await province.close();
    await federation.stop();
  }
}

async function fill(
  { province, databaseUrl }: ProvinceHome,
  drawn: () => Iterable<StoredFingerprint>,
  patterns: number,
  say: (line: string) => void,
): Promise<void> {
  const dataSource = await createDataSource(readFileSync(databaseUrl, 'utf8').trim(), {
    statementTimeoutMs: 120_000,
  });
  try {
    await migrate(dataSource);
    if ((await createRegistry(dataSource, province).head()).searchable > 0) return;
    const begun = performance.now();
    await insertBulkApplications(dataSource, drawn());
    say(`${province}: ${patterns} patterns filed in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  } finally {
    await dataSource.destroy();
  }
}

async function measure(
  provinces: readonly ProvinceUnderLoad[],
  { rate, minutes, step, mix, seed }: LoadBenchOptions,
  pids: ReadonlyMap<string, number>,
  say: (line: string) => void,
): Promise<Pick<LoadBench, 'hold' | 'climb' | 'saturation' | 'beyond' | 'false_clears' | 'memory'>> {
  const random = seededRandom(seed);
  const phase = async (name: string, at: number, seconds: number, mixed: boolean): Promise<Phase> => {
    say(`${name}: ${at} checks a second for ${seconds} s`);
    return runPhase(provinces, { rate: at, seconds, mix: mixed }, () => random.next());
  };
  await phase('warming up', Math.min(rate, 4), WARM_UP_SECONDS, false);
  const endWatch = watchMemory(pids);
  const hold = await phase('holding', rate, minutes * 60, mix);
  const memory = endWatch();
  const climb: Phase[] = [];
  let [saturation, next]: [number | null, number] = [isBorne(hold) ? rate : null, rate];
  const direction = isBorne(hold) ? STEP : 1 / STEP;
  while (climb.length < MOST_STEPS) {
    next = Number((next * direction).toFixed(2));
    const stepped = await phase('climbing', next, step, false);
    climb.push(stepped);
    if (isBorne(stepped)) saturation = Math.max(saturation ?? 0, next);
    // Upwards until one is not borne, or downwards until one is.
    if (isBorne(stepped) !== direction > 1) break;
  }
  const beyond = await phase('beyond', 2 * (saturation ?? next), 2 * step, false);
  const falseClears = [hold, ...climb, beyond].reduce((sum, one) => sum + one.false_clears, 0);
  return { hold, climb, saturation, beyond, false_clears: falseClears, memory };
}

function isBorne({ arrived, answered }: Phase): boolean {
  return answered.count >= arrived * BORNE;
}

function pidsOf({ coordinator, nodes }: Federation): Map<string, number> {
  const services = [coordinator, ...nodes.values()];
  return new Map([
    ...services.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid] as const])),
    ['weft bench', process.pid] as const,
  ]);
}

function* endless(round: (number: number) => Iterable<StoredFingerprint>): Generator<StoredFingerprint> {
  for (let number = 0; ; number += 1) yield* round(number);
}
