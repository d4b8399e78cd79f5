import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePortBase } from '../../../../test/ports.js';
import { planPorts, requireFreePorts } from './ports.js';
import { ProcessLog } from './process-log.js';
import { ServiceProcess } from './service-process.js';

let folder: string;
let said: string[];
let running: ServiceProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-up-'));
  said = [];
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((process) => process.stop()));
  rmSync(folder, { recursive: true });
});

/** A process that runs `script`, ready when it has written the file READY. */
function processOf(script: string, restarts = 0): ServiceProcess {
  const entry = join(folder, 'service.cjs');
  const ready = join(folder, 'ready');
  writeFileSync(entry, script);
  const service = new ServiceProcess(
    {
      name: 'zhejiang',
      entry,
      env: { READY: ready },
      logFile: join(folder, 'zhejiang.log'),
      isReady: async () => existsSync(ready),
    },
    { restarts, say: (line) => said.push(line) },
  );
  running.push(service);
  return service;
}

const serve = "require('fs').writeFileSync(process.env.READY, ''); setInterval(() => {}, 1000);";
const alive = (pid: number) => existsSync(`/proc/${pid}`);

async function until(condition: () => boolean): Promise<void> {
  for (let left = 100; !condition(); left--) {
    if (left === 0) throw new Error('did not come about within 10 s');
    await pause(100);
  }
}

describe('a process of the federation', () => {
  it('is up when it is ready and gone when it is stopped', async () => {
    const service = processOf(serve);
    await service.start();
    const pid = service.pid ?? 0;
    expect(alive(pid)).toBe(true);
    await service.stop();
    expect(alive(pid)).toBe(false);
    expect(service.pid).toBeUndefined();
  });

  it('tells the last error of one that ends before it is ready', async () => {
    const line = JSON.stringify({ level: 60, msg: 'WEFT_KEYS_DIR: is not set; set it' });
    const service = processOf(`console.log(${JSON.stringify(line)}); process.exitCode = 1;`);
    await expect(service.start()).rejects.toThrow(
      /^zhejiang: ended before it was ready: WEFT_KEYS_DIR: is not set; set it; read .*zhejiang\.log/,
    );
  });

  it('starts again after a crash, and says so', async () => {
    const service = processOf(serve, 3);
    await service.start();
    const first = service.pid;
    await service.kill('SIGKILL');
    await until(() => said.includes('zhejiang: is ready again'));
    expect(said[0]).toMatch(/^zhejiang: has ended \(SIGKILL\)/);
    expect(service.pid).not.toBe(first);
  });

  it('stays down after too many crashes in a row', async () => {
    const service = processOf(`${serve} setTimeout(() => process.exit(3), 300);`, 1);
    await service.start();
    await until(() => said.includes('zhejiang: stays down after 1 restarts'));
    expect(service.pid).toBeUndefined();
  });

  it('is not started again when it was stopped while it waited for that', async () => {
    const service = processOf(serve, 3);
    await service.start();
    await service.kill('SIGKILL');
    await service.stop();
    await pause(1_000);
    expect(service.pid).toBeUndefined();
  });

  it("sees nothing of this process's environment but what it is given", async () => {
    const service = processOf(`console.log(Object.keys(process.env).join()); ${serve}`);
    await service.start();
    await service.stop();
    expect(readFileSync(join(folder, 'zhejiang.log'), 'utf8')).not.toContain('PATH');
  });
});

describe("a process's log", () => {
  it('is bounded and keeps one older file', () => {
    const log = new ProcessLog(join(folder, 'a.log'));
    for (let count = 0; count < 25; count++) log.write(Buffer.alloc(1024 * 1024, `${'x'.repeat(4_095)}\n`));
    log.close();
    expect(readFileSync(join(folder, 'a.log')).length).toBeLessThanOrEqual(10 * 1024 * 1024);
    expect(existsSync(join(folder, 'a.log.1'))).toBe(true);
    expect(existsSync(join(folder, 'a.log.2'))).toBe(false);
  });

  it('finds an error event that came in two pieces, and prefers it to other lines', () => {
    const log = new ProcessLog(join(folder, 'a.log'));
    log.write(Buffer.from('{"level":50,"err":{"mess'));
    log.write(Buffer.from('age":"no space"},"msg":"failed"}\nplain line\n    at somewhere\n'));
    expect(log.lastError).toBe('no space');
    log.close();
  });
});

describe('ports', () => {
  it('are planned without two of one number', () => {
    const plan = planPorts(['zhejiang', 'shandong', 'jiangsu', 'guangdong'], 47_400);
    const all = [
      plan.coordinator,
      plan.coordinatorLog,
      ...Object.values(plan.secondCoordinator),
      plan.postgres,
      ...[...plan.nodes.values()].flatMap(({ grpc, http, log }) => [grpc, http, log]),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(plan.nodes.get('zhejiang')).toEqual({ grpc: 47_401, http: 47_411, log: 47_421 });
  });

  it('are refused by number, with what they are for and how to choose others', async () => {
    const base = await freePortBase();
    const port = base + 1;
    const server = createServer().listen(port, '127.0.0.1');
    await until(() => server.listening);
    const plan = { ...planPorts(['zhejiang'], base) };
    await expect(requireFreePorts(plan, 0)).rejects.toThrow(
      new RegExp(`^port ${port} \\(zhejiang, gRPC\\): is taken by another process; .*WEFT_PORT_BASE`),
    );
    server.close();
  });
});
