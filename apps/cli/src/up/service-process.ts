import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Problem } from '../problem.js';
import { ProcessLog } from './process-log.js';

const READY_PATIENCE_MS = 180_000;
const STOP_PATIENCE_MS = 10_000;
const FIRST_BACKOFF_MS = 500;
/** A run this long counts as healthy: what failed before it is forgotten. */
const HEALTHY_RUN_MS = 60_000;

/** One process of the federation: what runs, with which environment, and how to see that it is ready. */
export interface ServiceSpec {
  /** "coordinator" or a province id. */
  readonly name: string;
  /** Path of the JavaScript file. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** True once it serves; keeps its own short deadline and never throws. */
  isReady(): Promise<boolean>;
}

/** How a process is kept alive. */
export interface KeepAlive {
  /** Crashes in a row after which it stays down; 0 leaves it down at once. */
  readonly restarts: number;
  /** Told of crashes and restarts, one line each. */
  readonly say: (line: string) => void;
}

/** A child process that is started, watched, restarted when it crashes, and stopped; it ends by itself with its parent. */
export class ServiceProcess {
  readonly #log: ProcessLog;
  #child: ChildProcess | undefined;
  /** Between start and stop: what ends now has crashed. */
  #meant = false;
  #ready = false;
  #crashes = 0;
  #startedAt = 0;

  constructor(
    readonly spec: ServiceSpec,
    readonly keepAlive: KeepAlive,
  ) {
    this.#log = new ProcessLog(spec.logFile);
  }

  get name(): string {
    return this.spec.name;
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process and waits until it is ready.
   * @throws Problem with the process's last error line if it ends or is not ready in time; it is down then
   */
  async start(): Promise<void> {
    this.#meant = true;
    this.#spawn();
    try {
      await this.#untilReady();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Sends a signal, as a crash or an operator would, and resolves when the process is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  }

  /** Stops it: SIGTERM, after ten seconds SIGKILL; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#meant = false;
    const timer = setTimeout(() => void this.kill('SIGKILL'), STOP_PATIENCE_MS);
    await this.kill('SIGTERM');
    clearTimeout(timer);
  }

  #spawn(): void {
    this.#log.forgetErrors();
    // A process group of its own: Ctrl-C reaches the supervisor alone, which then stops all in order.
    const child = spawn(process.execPath, ['--enable-source-maps', this.spec.entry], {
      env: this.spec.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#child = child;
    this.#startedAt = Date.now();
    child.stdout?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    child.once('error', (error) => this.#log.write(Buffer.from(`${error.message}\n`)));
    child.once('close', (code, signal) => {
      this.#child = undefined;
      const crashed = this.#meant && this.#ready;
      this.#ready = false;
      if (crashed) void this.#revive(signal ?? `exit code ${code}`);
    });
  }

  /** After a crash: starts again with growing pauses, until it is ready, too many tries have failed, or it is stopped. */
  async #revive(reason: string): Promise<void> {
    const { restarts, say } = this.keepAlive;
    if (Date.now() - this.#startedAt > HEALTHY_RUN_MS) this.#crashes = 0;
    say(this.#failure(`has ended (${reason})`).message);
    while (this.#crashes < restarts) {
      await pause(FIRST_BACKOFF_MS * 2 ** this.#crashes++);
      if (!this.#meant) return;
      this.#spawn();
      try {
        await this.#untilReady();
        say(`${this.name}: is ready again`);
        return;
      } catch (error) {
        if (this.#meant) say(error instanceof Error ? error.message : String(error));
        await this.kill('SIGKILL');
      }
    }
    if (restarts > 0) say(`${this.name}: stays down after ${restarts} restarts`);
  }

  async #untilReady(): Promise<void> {
    const end = Date.now() + READY_PATIENCE_MS;
    while (!(await this.spec.isReady())) {
      if (!this.#child) throw this.#failure('ended before it was ready');
      if (Date.now() > end) throw this.#failure(`is not ready after ${READY_PATIENCE_MS / 1_000} s`);
      await pause(100);
    }
    this.#ready = true;
  }

  #failure(what: string): Problem {
    const said = this.#log.lastError;
    return new Problem(
      this.name,
      said ? `${what}: ${said}` : what,
      `read ${this.spec.logFile}, mend it and start again`,
    );
  }
}
