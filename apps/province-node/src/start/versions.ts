import {
  decodeFingerprintHead,
  EMBEDDING_DIMENSION,
  type FingerprintPool,
  MODEL_DIGEST,
} from '#libs/fingerprint';
import type { Directory } from '#libs/federation-log';
import { CurrentIndex, type DepositCopies, type Registry, type ReportUnusable } from '#libs/registry';
import { ExactIndex } from '#libs/similarity';
import type { Logger } from 'pino';
import { Readiness } from '../readiness.js';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper.js';
import { RefingerprintRunner } from '../refingerprinting/refingerprint-runner.js';
import { systemClock, waitFor } from './system.js';

/** What the versions of fingerprints are served and made from. */
export interface VersionSources {
  readonly directory: Directory;
  readonly registry: Registry;
  readonly depositCopies: DepositCopies;
  readonly fingerprinter: FingerprintPool;
  readonly logger: Logger;
  /** Where the indexes are kept between two runs. */
  readonly indexFolder: string;
}

/**
 * An index for each version served: the program's own first, which the runner makes what is missing of; beside it the
 * directory's, of which only stored fingerprints can be served.
 */
export function composeVersions(sources: VersionSources, closing: (() => Promise<void> | void)[]) {
  const { directory, registry, logger } = sources;
  const models = [...new Set([MODEL_DIGEST, directory.calibration.modelDigest])];
  const served = models.map((modelDigest) => {
    const index = new ExactIndex(modelDigest, EMBEDDING_DIMENSION);
    closing.push(() => index.close());
    const current = new CurrentIndex(registry, index, decodeFingerprintHead, reportUnusable(logger));
    const folder = sources.indexFolder;
    const snapshots = new SnapshotKeeper({ registry, index, current, folder, logger, wait: waitFor });
    closing.push(() => snapshots.stop());
    return { current, snapshots };
  });
  const indexes = served.map(({ current }) => current);
  const refingerprinting = new RefingerprintRunner({
    ...sources,
    clock: systemClock,
    actor: { kind: 'program', name: 'province-node' },
    wait: waitFor,
  });
  closing.push(() => refingerprinting.stop());
  const snapshots = served.map((one) => one.snapshots);
  return {
    indexes,
    snapshots,
    refingerprinting,
    readiness: new Readiness(registry, indexes, refingerprinting),
  };
}

function reportUnusable(logger: Logger): ReportUnusable {
  return (registrationId, problem) =>
    logger.error(
      { registrationId, problem },
      'a registration cannot be searched: its fingerprint is unusable',
    );
}
