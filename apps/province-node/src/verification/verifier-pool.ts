import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeFingerprint } from '#libs/fingerprint';
import type { CandidateVerifier, VerifiableCandidate, Verification } from '#libs/registry';
import { Piscina } from 'piscina';
import { builtWorker } from '../start/built-worker.js';
import type { VerifierReply, VerifierTask } from './verifier-worker.js';

const MAX_THREADS = 16;
/** Candidates that a thread takes at once: few enough for questions to take turns, enough to pay the way there and back. */
const CHUNK = 10;
/** Questions under way at once: 64 in each of the 128 calls that a node takes. */
const MAX_QUESTIONS = 8_192;
const CLOSE_PATIENCE_MS = 10_000;

/** How a verifier pool is made. */
export interface VerifierPoolOptions {
  /** 1 to 16; by default one a processor. */
  readonly threads?: number;
  /** Told why a candidate could not be compared. */
  readonly report: (problem: string) => void;
}

/** A verifier that compares the candidates of several questions at once, in threads of its own. */
export interface VerifierPool extends CandidateVerifier {
  readonly threads: number;
  /** Waits for the candidates under way and ends the threads; questions that come later are rejected. */
  close(): Promise<void>;
}

/**
 * Starts the threads; resolves when all of them are ready. A question has one piece of work waiting for each thread at most,
 * so questions that come together take turns, best candidates first. Beyond 8,192 questions at once, and after its deadline, a
 * question's candidates are null: not reached.
 * @throws Error if the built worker is missing
 */
export async function createVerifierPool({
  threads: wanted,
  report,
}: VerifierPoolOptions): Promise<VerifierPool> {
  const threads = Math.min(MAX_THREADS, Math.max(1, wanted ?? availableParallelism()));
  const pool = new Piscina<VerifierTask, VerifierReply>({
    filename: builtWorker('verification', 'verifier-worker.js'),
    minThreads: threads,
    maxThreads: threads,
    maxQueue: MAX_QUESTIONS * threads,
  });
  const nothing: VerifierTask = { query: new Uint8Array(), candidates: [], deadline: new Date(0) };
  try {
    await Promise.all(Array.from({ length: threads }, () => pool.run(nothing)));
  } catch (error) {
    await pool.destroy();
    throw error;
  }
  let closing = false;
  let open = 0;

  const verifyAll = async (
    query: Uint8Array,
    candidates: readonly VerifiableCandidate[],
    deadline: Date,
  ): Promise<(Verification | null)[]> => {
    const chunks = chunksOf(candidates);
    const found = new Map<number, readonly (Verification | null)[]>();
    let next = 0;
    const takeTurns = async (): Promise<void> => {
      for (let place = next++; place < chunks.length; place = next++) {
        const chunk = chunks[place] ?? [];
        if (Date.now() >= deadline.getTime()) return;
        const reply = await pool.run({ query, candidates: chunk, deadline });
        reply.problems.forEach(report);
        found.set(place, reply.found);
      }
    };
    await Promise.all(Array.from({ length: threads }, takeTurns));
    return chunks.flatMap((chunk, place) => found.get(place) ?? chunk.map(() => null));
  };

  return {
    threads,
    async verify(query, candidates, deadline) {
      if (closing) throw new Error('the verifier pool is closed');
      decodeFingerprint(query);
      if (open >= MAX_QUESTIONS) return candidates.map(() => null);
      open += 1;
      try {
        return await verifyAll(ownBytes(query), candidates, deadline);
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

function chunksOf(candidates: readonly VerifiableCandidate[]): VerifiableCandidate[][] {
  return Array.from({ length: Math.ceil(candidates.length / CHUNK) }, (_, place) =>
    candidates
      .slice(place * CHUNK, (place + 1) * CHUNK)
      .map(({ score, fingerprint }) => ({ score, fingerprint: ownBytes(fingerprint) })),
  );
}

/** A view takes the whole buffer that it looks into along to the other thread. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
