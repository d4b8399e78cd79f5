import { EMBEDDING_DIMENSION } from '#libs/fingerprint';
import { readOpenFile, readSecretFile, StartError } from '#libs/identity';
import { RegistryError, type RegistryReader } from '#libs/registry';
import { MilvusIndex, type MilvusConnection } from '#libs/similarity';
import type { Logger } from 'pino';
import type { IndexConfig } from '../index-config.js';

type MilvusConfig = Extract<IndexConfig, { kind: 'milvus' }>;

const DIGITS_OF_MODEL = 16;

/**
 * The index of one model in the province's Milvus. One that is ahead of the registry is of another registry, or of this one
 * before a backup of it was restored: it is emptied, and filled again by the first search.
 *
 * @throws StartError if Milvus cannot be used, or a file is missing, damaged or too open
 */
export async function openMilvus(
  config: MilvusConfig,
  province: string,
  modelDigest: string,
  registry: Pick<RegistryReader, 'head'>,
  logger: Logger,
): Promise<MilvusIndex> {
  const connection = await connectionOf(config, logger);
  // "sha256:" and 64 digits.
  const collection = `weft_${province}_${modelDigest.slice(7, 7 + DIGITS_OF_MODEL)}`;
  try {
    const index = await MilvusIndex.open({
      connection,
      collection,
      modelDigest,
      dimension: EMBEDDING_DIMENSION,
    });
    const { position } = await registry.head();
    if (index.position > position) {
      logger.warn(
        { collection, index: index.position, registry: position },
        'the index in Milvus is ahead of the registry: it is filled anew',
      );
      await index.clear();
    }
    return index;
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new StartError('WEFT_MILVUS_ADDRESS', cause.problem, 'see what this node logged of it', { cause });
  }
}

async function connectionOf(config: MilvusConfig, logger: Logger): Promise<MilvusConnection> {
  const { address, database, credentialsFile, tlsCaFile, timeoutMs } = config;
  return {
    address,
    database,
    timeoutMs,
    credentials: credentialsFile === undefined ? undefined : await readCredentials(credentialsFile),
    tlsCa: tlsCaFile === undefined ? undefined : await readOpenFile(tlsCaFile),
    report: (problem) => logger.error({ address, problem }, 'Milvus failed'),
  };
}

async function readCredentials(file: string): Promise<{ username: string; password: string }> {
  const text = (await readSecretFile(file)).toString('utf8').trim();
  const [, username, password] = /^([^:\s]+):(\S+)$/.exec(text) ?? [];
  if (username === undefined || password === undefined)
    throw new StartError(file, 'does not hold Milvus credentials', 'write user:password in one line');
  return { username, password };
}
