import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const LIBRARY = resolve(import.meta.dirname, '../../../dist/libs/lifecycle/src/index.js');
const lineSchema = z.looseObject({ level: z.number(), msg: z.string() });

interface Run {
  readonly child: ChildProcess;
  /** Once it has logged "serving". */
  readonly serving: Promise<void>;
  readonly ended: Promise<{ code: number | null; lines: z.infer<typeof lineSchema>[] }>;
}

/** A process whose program is the default one with these members changed (source text). */
function run(changes = '', channel = false): Run {
  const source = `
    import { runProcess } from ${JSON.stringify(LIBRARY)};
    const alive = setInterval(() => undefined, 1_000);
    await runProcess({
      name: 'loom',
      stopMs: 200,
      configure: () => ({ logLevel: 'info', followParent: ${channel} }),
      labels: () => ({ province: 'zhejiang' }),
      start: async (config, logger) => {
        logger.info('serving');
        return { stop: async () => clearInterval(alive) };
      },
      ${changes}
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit', ...(channel ? ['ipc' as const] : [])],
  });
  if (!child.stdout) throw new Error('no output');
  const lines: z.infer<typeof lineSchema>[] = [];
  const reader = createInterface(child.stdout);
  const serving = new Promise<void>((ready) => {
    reader.on('line', (line) => {
      lines.push(lineSchema.parse(JSON.parse(line)));
      if (lines.at(-1)?.msg === 'serving') ready();
    });
  });
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => ({
    code: child.exitCode,
    lines,
  }));
  return { child, serving, ended };
}

describe('a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s', async (signal) => {
    const { child, serving, ended } = run();
    await serving;
    child.kill(signal);
    const { code, lines } = await ended;
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { process: 'loom', province: 'zhejiang', msg: 'serving' },
      { province: 'zhejiang', msg: 'stopping', reason: signal },
      { province: 'zhejiang', msg: 'stopped' },
    ]);
  });

  it('stops when its parent lets go of it', async () => {
    const { child, serving, ended } = run('', true);
    await serving;
    child.disconnect();
    const { code, lines } = await ended;
    expect({ code, stopping: lines[1] }).toMatchObject({
      code: 0,
      stopping: { reason: 'the parent is gone' },
    });
  });

  it('does not start without the parent that it is to follow', async () => {
    const { code, lines } = await run(`configure: () => ({ logLevel: 'info', followParent: true }),`).ended;
    expect(code).toBe(1);
    expect(lines).toMatchObject([
      { level: 60, msg: expect.stringMatching(/^WEFT_PARENT: .*; leave it unset/) },
    ]);
  });

  it('drops what does not end in time, and says so', async () => {
    const never = `start: async (config, logger) => {
      logger.info('serving');
      return { stop: () => new Promise(() => undefined) };
    },`;
    const { child, serving, ended } = run(never);
    await serving;
    child.kill('SIGTERM');
    const { code, lines } = await ended;
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({
      level: 50,
      msg: 'work was still under way after 200 ms and was dropped',
    });
  });

  it('logs what its operator can mend in one line, and a fault with its stack', async () => {
    const failing = (error: string) => run(`start: async () => { throw ${error}; },`).ended;
    const mendable = await failing(
      `Object.assign(new Error('port: is taken; free it'), { remedy: 'free it' })`,
    );
    expect(mendable.code).toBe(1);
    expect(mendable.lines).toMatchObject([{ level: 60, msg: 'port: is taken; free it' }]);
    expect(mendable.lines[0]).not.toHaveProperty('err');
    const fault = await failing(`new TypeError('no such thread')`);
    expect(fault.code).toBe(1);
    expect(fault.lines).toMatchObject([
      { level: 60, msg: 'loom failed', err: { type: 'TypeError', message: 'no such thread' } },
    ]);
  });
});
