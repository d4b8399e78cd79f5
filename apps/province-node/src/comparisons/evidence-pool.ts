import { setTimeout as pause } from 'node:timers/promises';
import type { ComparedPicture } from '#libs/evidence';
import { RegistryError, type Calibration } from '#libs/registry';
import { Piscina } from 'piscina';
import { builtWorker } from '../start/built-worker.js';
import type { CompareReply, CompareTask } from './compare-worker.js';
import type { DrawEvidence } from './compare-pictures.js';

/** Comparisons that may wait for the thread. */
const MAX_WAITING = 4;
/** The thread ends when nothing was compared for this long. */
const IDLE_MS = 60_000;
const CLOSE_PATIENCE_MS = 10_000;

/** Compares and draws in a thread of its own, which is started when it is needed. */
export interface EvidencePool {
  /** @throws RegistryError TOO_MANY while four comparisons wait */
  readonly draw: DrawEvidence;
  /** Waits for the comparison under way and ends the thread; comparisons that come later are rejected. */
  close(): Promise<void>;
}

/**
 * @param calibration by which verdicts are given
 * @throws Error if the built worker is missing
 */
export function createEvidencePool(calibration: Calibration): EvidencePool {
  const pool = new Piscina<CompareTask, CompareReply>({
    filename: builtWorker('comparisons', 'compare-worker.js'),
    minThreads: 0,
    maxThreads: 1,
    maxQueue: MAX_WAITING,
    idleTimeout: IDLE_MS,
  });
  let open = 0;
  let closing = false;
  return {
    async draw(query, candidate) {
      if (closing) throw new Error('the evidence pool is closed');
      if (open > MAX_WAITING)
        throw new RegistryError(
          'TOO_MANY',
          'picture',
          'arrives while many others are being compared',
          'compare it again in a few seconds',
        );
      open += 1;
      try {
        const task = { query: whole(query), candidate: whole(candidate), calibration };
        const reply = await pool.run(task);
        if (reply.ok) return reply.value;
        throw new RegistryError(reply.code, reply.field, reply.problem, reply.remedy);
      } finally {
        open -= 1;
      }
    },
    async close() {
      closing = true;
      const end = Date.now() + CLOSE_PATIENCE_MS;
      while (open > 0 && Date.now() < end) await pause(20);
      await pool.destroy();
    },
  };
}

/** A view takes the whole buffer that it looks into along to the other thread. */
function whole({ picture, pattern, fingerprint }: ComparedPicture): ComparedPicture {
  const own = (bytes: Uint8Array): Uint8Array =>
    bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  return {
    picture: own(picture),
    pattern,
    fingerprint: { ...fingerprint, bytes: own(fingerprint.bytes) },
  };
}
