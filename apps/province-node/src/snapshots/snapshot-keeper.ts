import { join } from 'node:path';
import { type CurrentIndex, restoreIndex, type RestoreDependencies } from '#libs/registry';
import { type ExactIndex, readSnapshot, writeSnapshot } from '#libs/similarity';
import type { Logger } from 'pino';

/** Between two looks at whether a snapshot has become old. */
const LOOK_MS = 10 * 60_000;
/** Share of the registrations that may have changed since the last snapshot: so much a start catches up within seconds. */
const OLD_SHARE = 0.01;

export interface SnapshotKeeperDeps {
  readonly registry: RestoreDependencies['registry'];
  readonly index: ExactIndex;
  /** Over the same index. */
  readonly current: CurrentIndex;
  /** Holds the snapshot of every version served. */
  readonly folder: string;
  readonly logger: Logger;
  /** Waits so many milliseconds, or less if `signal` aborts; never throws. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Fills an index from its file at the start, and writes the file anew in the background when it has become old. */
export class SnapshotKeeper {
  private readonly stopping = new AbortController();
  private readonly file: string;
  /** The change that the file is of; -1 if there is none that serves. */
  private written = -1;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly deps: SnapshotKeeperDeps) {
    this.file = join(deps.folder, `${deps.index.modelDigest.replace('sha256:', '').slice(0, 16)}.index`);
  }

  /** Resolves when the index holds what the registry holds. */
  async restore(): Promise<void> {
    const { index, logger } = this.deps;
    const started = performance.now();
    let position = -1;
    const problem = await restoreIndex({
      ...this.deps,
      read: async () => {
        await readSnapshot(index, this.file);
        position = index.position;
      },
    });
    this.written = problem === null ? position : -1;
    if (index.size === 0) return;
    const told = { entries: index.size, ms: Math.round(performance.now() - started) };
    if (problem === null) logger.info(told, 'the index was filled from its file');
    else logger.info({ ...told, problem }, 'the index was filled from the registry: its file did not serve');
  }

  /** Call once, when the index is filled. */
  start(): void {
    this.work = this.run();
  }

  /** Breaks off what is being written; the file from before stays. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  private async run(): Promise<void> {
    const { index, logger, wait } = this.deps;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const { position, size } = index;
      if (position - Math.max(0, this.written) > size * OLD_SHARE)
        try {
          await writeSnapshot(index, this.file, signal);
          this.written = position;
        } catch (error) {
          if (!signal.aborted)
            logger.warn({ err: error, file: this.file }, 'the index could not be written to its file');
        }
      await wait(LOOK_MS, signal);
    }
  }
}
