import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePortBase } from './ports.js';

const COMMAND = resolve('.venv', 'bin', 'milvus-lite');
const START_MS = 60_000;

/** Why there is no engine to test with; empty if there is one. `WEFT_REQUIRE_MILVUS=1` makes the lack of one a failure. */
export const milvusMissing = existsSync(COMMAND)
  ? ''
  : 'milvus-lite is not installed; "node tools/install-milvus-lite.mjs" installs it';

export const milvusRequired = process.env['WEFT_REQUIRE_MILVUS'] === '1';

/** A milvus-lite server in a process of its own, over an empty folder. */
export class MilvusLite {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<MilvusLite> {
    const folder = await mkdtemp(join(tmpdir(), 'weft-milvus-'));
    const server = new MilvusLite(await freePortBase(), folder);
    await server.begin();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it again over the same folder. */
  async begin(): Promise<void> {
    const { port, folder } = this;
    const child = spawn(
      COMMAND,
      ['server', '--data-dir', folder, '--host', '127.0.0.1', '--port', `${port}`],
      {
        stdio: 'ignore',
      },
    );
    this.child = child;
    const end = Date.now() + START_MS;
    while (!(await accepts(port))) {
      if (child.exitCode !== null || Date.now() > end) throw new Error('milvus-lite did not start');
      await pause(100);
    }
  }

  /** SIGKILL, SIGSTOP or SIGCONT; after SIGKILL it has ended. */
  async signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const { child } = this;
    if (!child) return;
    const ended = signal === 'SIGKILL' && child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.signal('SIGKILL');
    await rm(this.folder, { recursive: true });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
