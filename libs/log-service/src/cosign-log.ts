import type { Logger } from 'pino';
import {
  Cosigning,
  partyOfWitness,
  type CosigningDeps,
  type CosigningState,
  type StoredCheckpoint,
} from '#libs/federation-log';

/** What cosignatures are collected with. */
export interface CosignLogParts extends Omit<CosigningDeps, 'report'> {
  readonly logger: Logger;
  /** The log that is being signed. */
  readonly running: { onCheckpoint(listener: (head: StoredCheckpoint) => void): () => void };
}

/** Cosignatures that are being collected. */
export interface RunningCosigning {
  readonly state: CosigningState;
  /** The newest checkpoint that got its quorum while this process ran; null before the first. */
  readonly witnessed: StoredCheckpoint | null;
  /** Tells when a checkpoint got its quorum. @returns what ends that */
  onWitnessed(listener: () => void): () => void;
  stop(): Promise<void>;
}

/** Collects cosignatures on every checkpoint of a running log until it is stopped; operators are told when they are missing. */
export function cosignLog({ running, logger, ...deps }: CosignLogParts): RunningCosigning {
  const cosigning = new Cosigning({
    ...deps,
    report: {
      unwitnessed: (state) =>
        logger.error(
          missing(state),
          'UNWITNESSED: the log has too few cosignatures; its receipts say so, and nothing is clear by them, until its witnesses are back',
        ),
      witnessed: ({ size, quorum }) => logger.info({ size, quorum }, 'the log is witnessed again'),
      refused: (witness, problem) =>
        logger.error(
          { witness, problem },
          'a witness does not cosign the log; find out why before anything else',
        ),
    },
  });
  const end = running.onCheckpoint((head) => cosigning.wake(head));
  cosigning.start();
  return {
    get state() {
      return cosigning.state;
    },
    get witnessed() {
      return cosigning.witnessed;
    },
    onWitnessed: (listener) => cosigning.onWitnessed(listener),
    async stop() {
      end();
      await cosigning.stop();
    },
  };
}

function missing({ size, witnessedSize, quorum, witnesses }: CosigningState) {
  return {
    size,
    witnessedSize,
    quorum,
    missing: witnesses
      .filter((one) => one.size < size)
      .map(({ name, problem }) => `${partyOfWitness(name) ?? name}: ${problem ?? 'waiting'}`),
  };
}
