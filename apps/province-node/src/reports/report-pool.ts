import { RegistryError } from '#libs/registry';
import { Piscina } from 'piscina';
import { builtWorker } from '../start/built-worker.js';
import type { ReportTask } from './report-worker.js';

/** Reports that may be made at once, the one that is being written included. */
const MOST_AT_ONCE = 4;
/** Longest that one may take to be written. */
const PATIENCE_MS = 20_000;
/** The thread ends when nothing was written for this long. */
const IDLE_MS = 60_000;

/** Makes reports, a few at once, and writes their files in a thread of its own. */
export interface ReportPool {
  /**
   * Runs the whole making of one report.
   * @throws RegistryError TOO_MANY while four are being made
   */
  admit<T>(make: () => Promise<T>): Promise<T>;
  /** @throws RegistryError TOO_MANY if it takes longer than 20 s */
  write(task: ReportTask): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** @throws Error if the built worker is missing */
export function createReportPool(): ReportPool {
  const pool = new Piscina<ReportTask, Uint8Array>({
    filename: builtWorker('reports', 'report-worker.js'),
    minThreads: 0,
    maxThreads: 1,
    maxQueue: MOST_AT_ONCE,
    idleTimeout: IDLE_MS,
  });
  let open = 0;
  return {
    async admit(make) {
      if (open >= MOST_AT_ONCE) throw busy('is asked for while others are being made');
      open += 1;
      try {
        return await make();
      } finally {
        open -= 1;
      }
    },
    async write(task) {
      const patience = AbortSignal.timeout(PATIENCE_MS);
      try {
        return await pool.run(task, { signal: patience });
      } catch (error) {
        if (patience.aborted) throw busy(`took longer than ${PATIENCE_MS / 1000} s`);
        throw error;
      }
    },
    close: () => pool.destroy(),
  };
}

function busy(problem: string): RegistryError {
  return new RegistryError('TOO_MANY', 'report', problem, 'ask for it again in a few seconds');
}
