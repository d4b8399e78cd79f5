import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ScanHelperData } from './scan-helper.js';
import { HELPER, HELPER_ROOM, type ScanPlan, WORD } from './scan-plan.js';

/** Longest wait at a time for a helper's last chunk; the event loop runs in between. */
const WAIT_MS = 2;

/** What a helper found: candidates, their upper bounds, and lower bounds of scores. */
export interface HandedOver {
  readonly slots: Int32Array;
  readonly bounds: Float64Array;
  readonly floors: Float64Array;
}

/**
 * Threads that help with scans. They are called, and whichever is awake in time takes chunks; one that comes too late is not
 * waited for, so that a busy machine costs a scan no more than the last chunk of a helper.
 */
export class ScanThreads {
  private readonly words: Int32Array;
  private workers: Worker[] = [];

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly plan: ScanPlan,
  ) {
    this.words = new Int32Array(memory.buffer, 0, plan.job / 4);
  }

  /** Calls all helpers to the job that stands in the memory; the first call starts them. */
  call(): void {
    if (this.workers.length === 0) this.start();
    for (const state of this.states()) Atomics.store(this.words, state, HELPER.called);
    Atomics.add(this.words, WORD.signal, 1);
    Atomics.notify(this.words, WORD.signal);
  }

  /** Waits until no helper works any more. @returns what they found; undefined if one failed */
  async collect(): Promise<HandedOver[] | undefined> {
    const found: HandedOver[] = [];
    let failed = false;
    for (const [helper, state] of this.states().entries()) {
      if (Atomics.compareExchange(this.words, state, HELPER.called, HELPER.idle) === HELPER.called) continue;
      while (Atomics.load(this.words, state) === HELPER.working)
        if (Atomics.wait(this.words, state, HELPER.working, WAIT_MS) === 'timed-out') await setImmediate();
      if (Atomics.exchange(this.words, state, HELPER.idle) === HELPER.done)
        found.push(this.handedOver(helper));
      else failed = true;
    }
    return failed ? undefined : found;
  }

  async close(): Promise<void> {
    const workers = this.workers;
    this.workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private start(): void {
    const file = helperFile();
    for (let thread = 1; thread < this.plan.threads; thread += 1) {
      const data: ScanHelperData = { memory: this.memory, plan: this.plan, thread };
      const worker = new Worker(file);
      worker.postMessage(data);
      // Its word says that it failed, or it does not answer calls any more: either way the scan goes on without it.
      worker.on('error', () => undefined);
      worker.unref();
      this.workers.push(worker);
    }
  }

  /** Where the helpers' states stand. */
  private states(): number[] {
    return Array.from({ length: this.plan.threads - 1 }, (_, helper) => WORD.helper + 16 * helper);
  }

  private handedOver(helper: number): HandedOver {
    const { memory, plan } = this;
    const start = plan.handover + helper * plan.handoverBytes;
    const [candidates = 0, floors = 0] = new Float64Array(memory.buffer, start, 2);
    return {
      slots: new Int32Array(memory.buffer, start + plan.handoverBytes - 4 * HELPER_ROOM, candidates),
      bounds: new Float64Array(memory.buffer, start + 16, candidates),
      floors: new Float64Array(memory.buffer, start + 16 + 8 * HELPER_ROOM, floors),
    };
  }
}

/** The built file of a helper, from the sources as from dist. @throws Error if it is not built */
function helperFile(): string {
  const within = join('dist', 'libs', 'similarity', 'src', 'scan-helper.js');
  const here = dirname(fileURLToPath(import.meta.url));
  for (let root = here; ; root = dirname(root)) {
    const file = join(root, within);
    if (existsSync(file)) return file;
    if (root === dirname(root)) throw new Error(`${within} is missing: run "npm run build"`);
  }
}
