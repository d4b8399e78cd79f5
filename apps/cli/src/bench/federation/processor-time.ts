import { readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second for every program that reads it. */
const TICK_MS = 10;

/**
 * Milliseconds of a processor that these processes and this one have used since they started; null where the system does not say.
 * @param pids of processes that run
 */
export function processorTime(pids: readonly number[]): number | null {
  const { user, system } = process.cpuUsage();
  try {
    return pids.reduce((sum, pid) => sum + timeOf(pid), (user + system) / 1_000);
  } catch {
    return null;
  }
}

/** Fields 14 and 15 of /proc/PID/stat; the second, the name in brackets, may hold spaces. */
function timeOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
