import { createHash } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CALIBRATION, MODEL_DIGEST } from '#libs/fingerprint';
import { mirror } from '#libs/pattern-drawing';
import { type Actor, type ImportRow, type ProvinceId } from '#libs/registry';
import { type CliConfig } from '../config.js';
import { NodeClient } from '../client/node-client.js';
import { readDevelopmentPerson } from '../home/development-people.js';
import { DEFAULT_MEMBERS, homeAt, locateHome, type WeftHome } from '../home/weft-home.js';
import { showProgress } from '../import/import-progress.js';
import { startFederation } from '../up/federation.js';
import { importInto } from '../up/import-into.js';
import { type BenchPicture } from './bench-pictures.js';

const ACTOR: Actor = { kind: 'program', name: 'weft bench' };
/** Beside the ports of a federation that runs already. */
const PORT_OFFSET = 100;
const WARM_UP = 20;

/** What to measure. */
export interface BenchRequest {
  /** Registered in turn in one province after the other. */
  readonly pictures: readonly BenchPicture[];
  /** Checks measured. */
  readonly checks: number;
}

/** What was measured; times in milliseconds from the request's first byte to the answer's last, over HTTP. */
export interface BenchResult {
  readonly provinces: number;
  readonly patterns: number;
  readonly checks: number;
  readonly warmUp: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly slowestMs: number;
  /** Checks that all members answered in full. */
  readonly complete: number;
  /** Checks whose first candidate is the picture that was mirrored. */
  readonly foundFirst: number;
  readonly processors: number;
  readonly processor: string;
  readonly modelDigest: string;
}

/**
 * Measures one check after the other, each of a mirrored, re-encoded copy of a registered picture offered in another province, in a
 * federation of its own below the home; its registries are kept for the next time.
 * @throws Problem or PersistenceError
 */
export async function benchCheck(
  config: CliConfig,
  request: BenchRequest,
  say: (line: string) => void,
): Promise<BenchResult> {
  const home = homeAt(join(locateHome(config).root, 'bench', nameOf(request.pictures)));
  const shares = shareOut(request.pictures);
  const federation = await startFederation({
    home,
    databases: { ...config, portBase: config.portBase + PORT_OFFSET },
    members: DEFAULT_MEMBERS,
    calibration: DEFAULT_CALIBRATION,
    clock: { now: () => new Date() },
    restarts: 0,
    say,
    beforeNodes: (signal) => fill(home, shares, signal),
  });
  try {
    const nodes = [...federation.origins].map(
      ([province, origin]) =>
        new NodeClient(origin, readDevelopmentPerson(home.province(province), 'examiner')),
    );
    return await measure(nodes, request);
  } finally {
    await federation.stop();
  }
}

/** The same pictures find the registries that they filled before. */
function nameOf(pictures: readonly BenchPicture[]): string {
  const names = JSON.stringify([MODEL_DIGEST, ...pictures.map(({ name }) => name)]);
  return createHash('sha256').update(names).digest('hex').slice(0, 12);
}

function shareOut(pictures: readonly BenchPicture[]): Map<ProvinceId, BenchPicture[]> {
  return new Map(
    DEFAULT_MEMBERS.map((province, place) => [
      province,
      pictures.filter((_, index) => index % DEFAULT_MEMBERS.length === place),
    ]),
  );
}

async function fill(
  home: WeftHome,
  shares: ReadonlyMap<ProvinceId, readonly BenchPicture[]>,
  signal: AbortSignal,
): Promise<void> {
  const total = [...shares.values()].reduce((sum, share) => sum + share.length, 0);
  const progress = showProgress(process.stderr, total);
  let imported = 0;
  try {
    for (const [province, pictures] of shares) {
      await importInto(home.province(province), {
        actor: ACTOR,
        rows: pictures.map(asRow),
        advance: () => progress.advance({ imported: ++imported, updated: 0, unchanged: 0, rejected: 0 }),
        signal,
        wanted: async ({ registry }) => (await registry.head()).searchable < pictures.length,
      });
    }
  } finally {
    progress.close();
  }
}

function asRow({ name, load }: BenchPicture, index: number): ImportRow {
  return {
    row: index + 2,
    cells: { title: name, category: 'F', owner: 'bench', state: '已申请', picture: name },
    loadPicture: load,
  };
}

async function measure(
  nodes: readonly NodeClient[],
  { pictures, checks }: BenchRequest,
): Promise<BenchResult> {
  const times: number[] = [];
  let [complete, foundFirst] = [0, 0];
  for (let turn = -WARM_UP; turn < checks; turn++) {
    // Steps through the registries, and asks from the province after the picture's own.
    const index = ((turn + WARM_UP) * 37) % pictures.length;
    const picture = pictures[index];
    const node = nodes[(index + 1) % nodes.length];
    if (!picture || !node) throw new RangeError('a bench needs pictures and nodes');
    const copy = { name: picture.name, bytes: await mirror(await picture.load()) };
    const begun = performance.now();
    const check = await node.check(copy);
    if (turn < 0) continue;
    times.push(performance.now() - begun);
    if (check.complete) complete++;
    if (check.candidates[0]?.title === picture.name) foundFirst++;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    Number((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1));
  return {
    provinces: nodes.length,
    patterns: pictures.length,
    checks,
    warmUp: WARM_UP,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    slowestMs: at(1),
    complete,
    foundFirst,
    processors: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    modelDigest: MODEL_DIGEST,
  };
}
