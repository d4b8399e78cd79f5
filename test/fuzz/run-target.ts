import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const WATCH_MS = 100;
/** Processor time that one input may take before its process is ended, in milliseconds; it may wait four times as long. */
const HANG_MS = 30_000;
const WAIT_FACTOR = 4;
/** Until the first input is there: the seeds are made first. */
const START_MS = 300_000;
const TICK_MS = 10;
/** Starts of one target's process; each is one crash or hang further on. */
const MAX_STARTS = 6;
const HEAP_MB = 256;
const PAGE_MB = 4_096 / 1_048_576;

const findingSchema = z.object({
  kind: z.enum(['undeclared error', 'too slow', 'memory growth', 'crash', 'hang', 'memory']),
  index: z.number(),
  detail: z.string(),
  /** Base64 of the input; empty for what is none's. */
  input: z.string(),
});

/** What one input, or all of them together, did wrong. */
export type Finding = z.infer<typeof findingSchema>;

const doneSchema = z.object({
  refused: z.number(),
  slowest: z.number(),
  growthMb: z.number(),
  peakMb: z.number(),
});
const messageSchema = z.union([z.object({ finding: findingSchema }), z.object({ done: doneSchema })]);

/** What is to be run. */
export interface FuzzRun {
  /** Module that exports `targets`. */
  readonly targets: string;
  readonly name: string;
  readonly seed: string;
  readonly inputs: number;
  /** Megabytes that the process may hold. */
  readonly maxMb?: number;
  /** Milliseconds of processor time after which one input counts as hanging. */
  readonly hangMs?: number;
  /** Megabytes by which the heap may grow. */
  readonly growthMb?: number;
}

/** What came of it. */
export interface FuzzResult {
  readonly name: string;
  readonly inputs: number;
  /** Inputs that ended with a declared error; all others, but the findings, were read. */
  readonly refused: number;
  readonly slowestMs: number;
  readonly peakMb: number;
  readonly growthMb: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

/** Runs one parser over its inputs in a process of its own, which is watched from here: time, memory, and how it ends. */
export async function runTarget(run: FuzzRun): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-fuzz-run-'));
  const began = Date.now();
  const findings: Finding[] = [];
  const sums = { refused: 0, slowestMs: 0, peakMb: 0, growthMb: 0 };
  let from = 0;
  try {
    for (let start = 0; start < MAX_STARTS && from < run.inputs; start++) {
      const ended = await runOnce(run, from, join(folder, 'progress'));
      findings.push(...ended.findings);
      if (ended.done) {
        sums.refused += ended.done.refused;
        sums.slowestMs = Math.max(sums.slowestMs, ended.done.slowest);
        sums.peakMb = Math.max(sums.peakMb, ended.done.peakMb);
        sums.growthMb = Math.max(sums.growthMb, ended.done.growthMb);
      }
      from = ended.done ? run.inputs : ended.next;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { name: run.name, inputs: from, ...sums, seconds: (Date.now() - began) / 1_000, findings };
}

interface Ended {
  readonly done: z.infer<typeof doneSchema> | undefined;
  readonly findings: Finding[];
  /** The input after the one at which it ended. */
  readonly next: number;
}

async function runOnce(run: FuzzRun, from: number, progress: string): Promise<Ended> {
  writeFileSync(progress, '');
  const { targets, name, seed, inputs: to, growthMb = 48 } = run;
  const child = spawn(
    process.execPath,
    [
      ...['--import', resolve('tools/ts-loader.mjs'), '--no-warnings', '--expose-gc'],
      ...[`--max-old-space-size=${HEAP_MB}`, resolve('test/fuzz/worker.ts')],
      JSON.stringify({ targets, name, seed, from, to, progress, growthMb }),
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  const findings: Finding[] = [];
  let done: Ended['done'];
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2_000)));
  child.on('message', (message) => {
    const told = messageSchema.parse(message);
    if ('finding' in told) findings.push(told.finding);
    else done = told.done;
  });
  const watch = watching(child, progress, run);
  const [code, signal] = await new Promise<[number | null, string | null]>((ended, fail) => {
    child.once('error', fail);
    child.once('close', (...how) => ended(how));
  });
  const killed = watch.end();
  if (done) return { done, findings, next: to };
  const at = readProgress(progress);
  if (!at) throw new Error(`${name}: did not start (${signal ?? `exit code ${code}`}): ${said}`);
  const kind = killed?.kind ?? 'crash';
  const detail = killed?.detail ?? `${signal ?? `exit code ${code}`}: ${said}`;
  findings.push({ kind, index: at.index, detail, input: at.input.toString('base64') });
  return { done, findings, next: at.index + 1 };
}

/** Ends the process when one input takes too long or the process holds too much. */
function watching(child: ChildProcess, progress: string, { maxMb = 1_024, hangMs = HANG_MS }: FuzzRun) {
  let killed: Pick<Finding, 'kind' | 'detail'> | undefined;
  let last = { index: -1, since: Date.now(), worked: 0 };
  const timer = setInterval(() => {
    const index = readProgress(progress)?.index ?? -1;
    const worked = workOf(child.pid);
    if (index !== last.index) last = { index, since: Date.now(), worked };
    const waits = Date.now() - last.since > (index < 0 ? START_MS : WAIT_FACTOR * hangMs);
    const megabytes = memoryOf(child.pid);
    if (megabytes > maxMb) killed ??= { kind: 'memory', detail: `holds ${Math.round(megabytes)} MB` };
    else if (waits || (index >= 0 && worked - last.worked > hangMs))
      killed ??= { kind: 'hang', detail: `no end after ${hangMs} ms` };
    if (killed) child.kill('SIGKILL');
  }, WATCH_MS);
  return {
    end() {
      clearInterval(timer);
      return killed;
    },
  };
}

/** The input that was begun last. */
function readProgress(progress: string): { index: number; input: Buffer } | undefined {
  const header = Buffer.alloc(16);
  const file = openSync(progress, 'r');
  try {
    if (readSync(file, header, 0, header.length, 0) < header.length) return undefined;
    const input = Buffer.alloc(header.readUInt32LE(8));
    readSync(file, input, 0, input.length, header.length);
    return { index: header.readDoubleLE(0), input };
  } finally {
    closeSync(file);
  }
}

/** Resident megabytes by /proc; 0 where there is none, and then the heap limit alone holds. */
function memoryOf(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_MB;
  } catch {
    return 0;
  }
}

/** Milliseconds of processor time of a process by /proc; 0 where there is none, and then waiting alone counts. */
function workOf(pid: number | undefined): number {
  try {
    const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const fields = after.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}
