import { monitorEventLoopDelay } from 'node:perf_hooks';
import { service as health } from 'grpc-health-check';
import { silenceOf } from '../outcomes.js';
import type { Connection } from './connection.js';

/** Longest that a party may take to say that it is there. */
const PROBE_MS = 750;
const HELD_UP_MS = 100;
const NANOSECONDS = 1_000_000;
/** A call that has had no answer for so long is doubted. */
const DOUBT_MS = 1_000;
/** Probes in a row that must find nobody, and the pause between two. */
const PROBES = 2;
const BETWEEN_MS = 250;
const HEALTH_CHECK = healthCheck();

/** What a probe came to; "unknown" where this process itself was held up. */
export type Probed = 'answers' | 'silent' | 'unknown';

function healthCheck() {
  if (health['Check']) return health['Check'];
  throw new Error('grpc-health-check has no rpc Check');
}

/**
 * Whatever a party answers to the standard health check says that it is there. A probe during which this process itself was held up
 * says nothing: the answer may be waiting to be read.
 */
export async function probe(connection: Connection): Promise<Probed> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  try {
    await connection.unary(HEALTH_CHECK, { service: '' }, new Date(Date.now() + PROBE_MS));
    return 'answers';
  } catch (error) {
    if (!['UNREACHABLE', 'TIMEOUT'].includes(silenceOf(error).outcome)) return 'answers';
    return delay.max > HELD_UP_MS * NANOSECONDS ? 'unknown' : 'silent';
  } finally {
    delay.disable();
  }
}

/**
 * Gives what the call gives, unless whoever is called says nothing any more: it is probed every second as long as the call lasts, and
 * where two probes in a row find nobody, the call is no longer waited for.
 * @param look probes; never throws
 * @returns null if nobody is there
 */
export async function unlessSilent<T>(call: Promise<T>, look: () => Promise<Probed>): Promise<T | null> {
  const over = new AbortController();
  const silence = (async () => {
    for (let silent = 0; ;) {
      await pause(silent > 0 ? BETWEEN_MS : DOUBT_MS, over.signal);
      if (over.signal.aborted) return call;
      silent = (await look()) === 'silent' ? silent + 1 : 0;
      if (silent === PROBES) return null;
    }
  })();
  try {
    return await Promise.race([call, silence]);
  } finally {
    over.abort();
    call.catch(() => undefined);
    silence.catch(() => undefined);
  }
}

/** Keeps no process alive. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds).unref();
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
