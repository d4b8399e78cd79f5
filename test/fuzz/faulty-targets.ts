import { RegistryError } from '#libs/registry';
import { BrokenPromise, type OpenTarget, type Target } from './target.js';

const held: Buffer[] = [];

/** A parser that does one wrong thing at one input, whose byte is its number; the others it refuses as it should. */
function faulty(name: string, at: number, wrong: () => void): OpenTarget {
  let count = 0;
  return async (): Promise<Target> => ({
    name,
    declared: ['RegistryError'],
    limitMs: 300,
    input: () => Promise.resolve(Buffer.of(count++ & 0xff)),
    async read(input) {
      if (input[0] === at) wrong();
      throw new RegistryError('INVALID_INPUT', 'input', 'is wrong', 'send another');
    },
  });
}

function overflow(): number {
  return 1 + overflow();
}

/** What a fuzzer must notice; its own test runs them. */
export const targets: Readonly<Record<string, OpenTarget>> = {
  'undeclared error': faulty('undeclared error', 3, () => {
    throw new TypeError('nobody said that it throws this');
  }),
  'broken promise': faulty('broken promise', 3, () => {
    throw new BrokenPromise('gave what it should not');
  }),
  'stack overflow': faulty('stack overflow', 3, () => void overflow()),
  crash: faulty('crash', 3, () => process.kill(process.pid, 'SIGSEGV')),
  hang: faulty('hang', 3, () => {
    for (;;);
  }),
  'too slow': faulty('too slow', 3, () => {
    for (const began = process.cpuUsage(); process.cpuUsage(began).user < 400_000;);
  }),
  memory: faulty('memory', 3, () => {
    for (;;) held.push(Buffer.alloc(16_777_216, 1));
  }),
  growth: faulty('growth', 3, () => void held.push(Buffer.alloc(1_048_576, 1))),
};
