import { readFileSync } from 'node:fs';

const LOOK_MS = 2_000;
const KILOBYTES_A_MEGABYTE = 1_024;

/** A process's resident memory over a while. */
export interface ResidentMemory {
  readonly name: string;
  readonly first_mb: number;
  readonly last_mb: number;
  readonly most_mb: number;
  /** By least squares over the later half, when caches are warm: megabytes a minute. */
  readonly slope_mb_per_minute: number;
}

interface Look {
  /** Minutes since the start. */
  readonly at: number;
  readonly megabytes: number;
}

/**
 * Watches processes' resident memory every two seconds until it is ended.
 * @param pids by name, of processes that run
 * @returns ends it and gives what was seen; nothing where the system does not say
 */
export function watchMemory(pids: ReadonlyMap<string, number>): () => ResidentMemory[] {
  const seen = new Map<string, Look[]>([...pids.keys()].map((name) => [name, []]));
  const start = performance.now();
  const look = (): void => {
    for (const [name, pid] of pids) {
      const megabytes = residentOf(pid);
      if (megabytes !== null) seen.get(name)?.push({ at: (performance.now() - start) / 60_000, megabytes });
    }
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    look();
    return [...seen].flatMap(([name, looks]) => summaryOf(name, looks) ?? []);
  };
}

function residentOf(pid: number): number | null {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) / KILOBYTES_A_MEGABYTE : null;
  } catch {
    // The process has ended, or this system has no such file.
    return null;
  }
}

function summaryOf(name: string, looks: readonly Look[]): ResidentMemory | null {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last) return null;
  return {
    name,
    first_mb: Math.round(first.megabytes),
    last_mb: Math.round(last.megabytes),
    most_mb: Math.round(Math.max(...looks.map(({ megabytes }) => megabytes))),
    slope_mb_per_minute: Number(slopeOf(looks.slice(Math.floor(looks.length / 2))).toFixed(2)),
  };
}

/** Of the line through the points by least squares; 0 for fewer than two. */
export function slopeOf(looks: readonly Look[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, megabytes] = [mean(looks.map((one) => one.at)), mean(looks.map((one) => one.megabytes))];
  const spread = looks.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  if (looks.length < 2 || spread === 0) return 0;
  return looks.reduce((sum, one) => sum + (one.at - at) * (one.megabytes - megabytes), 0) / spread;
}
