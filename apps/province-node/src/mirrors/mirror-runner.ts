import {
  FederationLogError,
  updateMirror,
  type MirrorFolder,
  type ReadFile,
  type TreeHasher,
  type TrustedLog,
  type Wait,
} from '#libs/federation-log';
import type { Logger } from 'pino';

/** Between two looks at a log that nothing was heard of. */
const LOOK_MS = 10_000;
/** Shortest time between two updates of one copy: what a log grows by in the meantime is read, proved and kept in one step. */
const BETWEEN_MS = 5_000;
/** Between two steps of one update, so that a long one gives way to people's work. */
const PAUSE_MS = 20;

/** What copies of the others' logs are made with. */
export interface MirrorRunnerDeps {
  readonly hasher: TreeHasher;
  /** Of the others. */
  readonly logs: readonly TrustedLog[];
  readonly folderOf: (party: string) => MirrorFolder;
  readonly readFileOf: (party: string) => ReadFile;
  readonly logger: Logger;
  readonly wait: Wait;
}

/** One copy, as an operator is told of it. */
export interface MirrorState {
  readonly party: string;
  /** Entries that are verified and kept; null while this process has not looked. */
  readonly size: number | null;
  /** Whether enough witnesses cosigned its checkpoint. */
  readonly witnessed: boolean;
  /** Why the last update failed; null if it did not. */
  readonly problem: string | null;
}

/** Keeps verified copies of the others' logs up to date, each in its own loop. */
export class MirrorRunner {
  private readonly ending = new AbortController();
  private readonly states = new Map<string, MirrorState>();
  private readonly sleeping = new Map<string, AbortController>();
  private work: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: MirrorRunnerDeps) {
    for (const { party } of deps.logs) {
      this.states.set(party, { party, size: null, witnessed: false, problem: null });
    }
  }

  get state(): MirrorState[] {
    return [...this.states.values()];
  }

  start(): void {
    this.work = Promise.all(this.deps.logs.map((log) => this.keep(log)));
  }

  /** A log has grown, as its witness knows. */
  wake(party: string): void {
    this.sleeping.get(party)?.abort();
  }

  /** Ends after the steps under way; the rest waits for the next start. */
  async stop(): Promise<void> {
    this.ending.abort();
    for (const sleep of this.sleeping.values()) sleep.abort();
    await this.work;
  }

  private async keep(log: TrustedLog): Promise<void> {
    while (!this.ending.signal.aborted) {
      const sleep = new AbortController();
      this.sleeping.set(log.party, sleep);
      await this.update(log);
      if (!this.ending.signal.aborted) await this.deps.wait(LOOK_MS, sleep.signal);
      // By then the checkpoint that woke it has its quorum, and is what the log gives.
      await this.deps.wait(BETWEEN_MS, this.ending.signal);
    }
  }

  private async update(log: TrustedLog): Promise<void> {
    const { hasher, folderOf, readFileOf, wait } = this.deps;
    const { party } = log;
    try {
      const { size, witnessed } = await updateMirror({
        hasher,
        log,
        folder: folderOf(party),
        remote: readFileOf(party),
        pause: async () => {
          await wait(PAUSE_MS, this.ending.signal);
          return !this.ending.signal.aborted;
        },
      });
      this.states.set(party, { party, size, witnessed, problem: null });
    } catch (error) {
      this.fail(party, error);
    }
  }

  private fail(party: string, error: unknown): void {
    const { logger } = this.deps;
    const problem = error instanceof Error ? error.message : String(error);
    const before = this.states.get(party);
    if (before?.problem !== problem) {
      if (error instanceof FederationLogError) {
        logger.error({ party, problem, code: error.code }, 'the copy of a log cannot go on');
      } else {
        logger.warn({ party, problem }, 'the copy of a log could not be brought up to date; trying again');
      }
    }
    this.states.set(party, { party, size: null, witnessed: false, ...before, problem });
  }
}
