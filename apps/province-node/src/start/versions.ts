import {
  decodeFingerprintHead,
  EMBEDDING_DIMENSION,
  type FingerprintPool,
  MODEL_DIGEST,
} from '#libs/fingerprint';
import type { Directory } from '#libs/federation-log';
import { CurrentIndex, type DepositCopies, type Registry, type ReportUnusable } from '#libs/registry';
import { ExactIndex, type MilvusIndex } from '#libs/similarity';
import { traceIndex } from '#libs/tracing';
import type { Logger } from 'pino';
import type { NodeConfig } from '../config.js';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper.js';
import { RefingerprintRunner } from '../refingerprinting/refingerprint-runner.js';
import { openMilvus } from './open-milvus.js';
import { systemClock, waitFor } from './system.js';

/** What the versions of fingerprints are served and made from. */
export interface VersionSources {
  readonly config: Pick<NodeConfig, 'index' | 'province'>;
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
export async function composeVersions(sources: VersionSources, closing: (() => Promise<void> | void)[]) {
  const { directory, registry, logger } = sources;
  const models = [...new Set([MODEL_DIGEST, directory.calibration.modelDigest])];
  const indexes: CurrentIndex[] = [];
  const snapshots: SnapshotKeeper[] = [];
  for (const modelDigest of models) {
    const index = await openIndex(sources, modelDigest);
    closing.push(() => index.close());
    const current = new CurrentIndex(
      registry,
      traceIndex(index),
      decodeFingerprintHead,
      reportUnusable(logger),
    );
    indexes.push(current);
    // What Milvus holds is kept by Milvus.
    if (!(index instanceof ExactIndex)) continue;
    const folder = sources.indexFolder;
    const keeper = new SnapshotKeeper({ registry, index, current, folder, logger, wait: waitFor });
    closing.push(() => keeper.stop());
    snapshots.push(keeper);
  }
  const refingerprinting = new RefingerprintRunner({
    ...sources,
    clock: systemClock,
    actor: { kind: 'program', name: 'province-node' },
    wait: waitFor,
  });
  closing.push(() => refingerprinting.stop());
  return { indexes, snapshots, refingerprinting };
}

async function openIndex(
  { config, registry, logger }: VersionSources,
  modelDigest: string,
): Promise<ExactIndex | MilvusIndex> {
  return config.index.kind === 'milvus'
    ? openMilvus(config.index, config.province, modelDigest, registry, logger)
    : new ExactIndex(modelDigest, EMBEDDING_DIMENSION);
}

function reportUnusable(logger: Logger): ReportUnusable {
  return (registrationId, problem) =>
    logger.error(
      { registrationId, problem },
      'a registration cannot be searched: its fingerprint is unusable',
    );
}
