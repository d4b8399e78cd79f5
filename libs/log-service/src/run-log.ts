import type { Logger } from 'pino';
import {
  Sequencer,
  type SequencerReport,
  type SequencerState,
  type SigningDeps,
  type StoredCheckpoint,
  type Wait,
} from '#libs/federation-log';

/** What a running log is made of. */
export interface LogParts {
  readonly signing: SigningDeps;
  readonly logger: Logger;
  readonly wait: Wait;
}

/** A log that is being signed. */
export interface RunningLog {
  readonly state: SequencerState;
  /** Tells of every new head. @returns what ends that */
  onCheckpoint(listener: (head: StoredCheckpoint) => void): () => void;
  /** Signs what is committed, then ends; what is left is told in the process's log. */
  stop(): Promise<void>;
}

/** Signs a log until it is stopped. */
export function runLog({ signing, logger, wait }: LogParts): RunningLog {
  const sequencer = new Sequencer(signing, reportTo(logger), wait);
  sequencer.start();
  return {
    get state() {
      return sequencer.state;
    },
    onCheckpoint: (told) => sequencer.onCheckpoint(told),
    async stop() {
      try {
        const left = await sequencer.stop();
        if (left > 0) logger.warn({ left }, 'log entries are left without a checkpoint until the next start');
      } catch (error) {
        logger.warn(
          { err: error },
          'the log could not be signed to its end; entries wait for the next start',
        );
      }
    },
  };
}

function reportTo(logger: Logger): SequencerReport {
  return {
    signed: ({ size }, added) => logger.debug({ size, added }, 'signed the log'),
    failing: (error) => logger.error({ err: error }, 'the log cannot be signed; trying again'),
    recovered: () => logger.info('the log is signed again'),
    damaged: (error) =>
      logger.fatal(
        { problem: error.message, code: error.code },
        'the log is not what was signed; nothing more is signed until it is put right and the process started again',
      ),
    checked: (entries) => logger.debug({ entries }, 'read the whole log again: it is what was signed'),
  };
}
