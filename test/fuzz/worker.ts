import { openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Random } from './random.js';
import { type Finding } from './run-target.js';
import { type OpenTarget, type Target } from './target.js';

/** Inputs between two looks at the memory. */
const LOOK_EVERY = 500;
/** Inputs before the memory that is held against the last is taken. */
const WARM_UP = 2_000;
/** Most findings of one target; the rest would say the same. */
const MAX_FINDINGS = 20;
const MEBIBYTE = 1_048_576;

const orderSchema = z.object({
  targets: z.string(),
  name: z.string(),
  seed: z.string(),
  from: z.int(),
  to: z.int(),
  progress: z.string(),
  growthMb: z.number(),
});

/** What the parent reads where this process ended: the number of the input and its bytes. */
function note(file: number, index: number, input: Uint8Array): void {
  const header = Buffer.alloc(16);
  header.writeDoubleLE(index, 0);
  header.writeUInt32LE(input.length, 8);
  writeSync(file, Buffer.concat([header, input]), 0, header.length + input.length, 0);
}

async function run(): Promise<void> {
  const order = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const { targets } = (await import(pathToFileURL(resolve(order.targets)).href)) as {
    targets: Readonly<Record<string, OpenTarget>>;
  };
  const target = await targets[order.name]?.();
  if (!target) throw new Error(`no target ${order.name}`);
  const progress = openSync(order.progress, 'r+');
  let refused = 0;
  let slowest = 0;
  let findings = 0;
  const tell = (finding: Finding): void => {
    findings += 1;
    process.send?.({ finding });
  };
  let before = 0;
  let peak = 0;
  for (let index = order.from; index < order.to && findings < MAX_FINDINGS; index++) {
    const input = await target.input(new Random(order.seed, order.name, index));
    note(progress, index, input);
    const began = process.cpuUsage();
    const wrong = await read(target, input);
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1_000;
    slowest = Math.max(slowest, took);
    if (wrong === 'refused') refused += 1;
    else if (wrong) tell({ kind: 'undeclared error', index, detail: wrong, input: text(input) });
    if (took > target.limitMs)
      tell({ kind: 'too slow', index, detail: `${Math.round(took)} ms`, input: text(input) });
    const done = index - order.from + 1;
    if (done % LOOK_EVERY === 0) peak = Math.max(peak, process.memoryUsage.rss());
    if (done === WARM_UP) before = held();
  }
  const after = held();
  const growth = before === 0 ? 0 : (after - before) / MEBIBYTE;
  if (growth > order.growthMb)
    tell({
      kind: 'memory growth',
      index: order.to - 1,
      detail: `${growth.toFixed(1)} MB over ${order.to - order.from} inputs`,
      input: '',
    });
  await target.close?.();
  process.send?.({
    done: {
      refused,
      slowest,
      growthMb: growth,
      peakMb: Math.max(peak, process.memoryUsage.rss()) / MEBIBYTE,
    },
  });
  process.disconnect?.();
}

/** 'refused' for a declared error; what is wrong otherwise. */
async function read(target: Target, input: Uint8Array): Promise<string | undefined> {
  try {
    await target.read(input);
    return undefined;
  } catch (error) {
    if (isDeclared(target, error)) return 'refused';
    return error instanceof Error
      ? `${error.name}: ${error.message}\n${error.stack ?? ''}`.slice(0, 2_000)
      : String(error);
  }
}

/** A stack that overflows is never meant, whatever class says so. */
function isDeclared({ declared }: Target, error: unknown): boolean {
  return (
    error instanceof Error && declared.includes(error.name) && !error.message.startsWith('Maximum call stack')
  );
}

function held(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const text = (input: Uint8Array) => Buffer.from(input).toString('base64');

await run();
