import { parentPort } from 'node:worker_threads';
import { ChunkScan } from './chunk-scan.js';
import { HELPER, HELPER_ROOM, JOB, type ScanPlan, WORD } from './scan-plan.js';

/** What a helping thread is sent first, and nothing after it. */
export interface ScanHelperData {
  readonly memory: WebAssembly.Memory;
  readonly plan: ScanPlan;
  /** 1 or more. */
  readonly thread: number;
}

/** Waits to be called to a scan, takes part in it, hands over what it found; until it is ended. */
function help({ memory, plan, thread }: ScanHelperData): void {
  const words = new Int32Array(memory.buffer, 0, plan.job / 4);
  const numbers = new Float64Array(memory.buffer, plan.job, JOB.size);
  const state = WORD.helper + 16 * (thread - 1);
  const scan = new ChunkScan(memory, plan, thread);
  for (;;) {
    const seen = Atomics.load(words, WORD.signal);
    if (Atomics.compareExchange(words, state, HELPER.called, HELPER.working) !== HELPER.called) {
      Atomics.wait(words, WORD.signal, seen);
      continue;
    }
    let outcome: number = HELPER.failed;
    try {
      scan.begin();
      while (scan.step());
      handOver(scan, memory, plan, thread, numbers[JOB.limit] ?? 0);
      outcome = HELPER.done;
    } finally {
      Atomics.store(words, state, outcome);
      Atomics.notify(words, state);
    }
  }
}

function handOver(
  { slots, bounds, floors }: ChunkScan,
  memory: WebAssembly.Memory,
  plan: ScanPlan,
  thread: number,
  limit: number,
): void {
  const start = plan.handover + (thread - 1) * plan.handoverBytes;
  new Float64Array(memory.buffer, start, 2).set([slots.length, floors.values.length]);
  new Float64Array(memory.buffer, start + 16, HELPER_ROOM).set(bounds);
  new Float64Array(memory.buffer, start + 16 + 8 * HELPER_ROOM, limit).set(floors.values);
  new Int32Array(memory.buffer, start + plan.handoverBytes - 4 * HELPER_ROOM, HELPER_ROOM).set(slots);
}

parentPort?.once('message', help);
