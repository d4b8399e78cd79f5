import type { Provider } from '@nestjs/common';
import { decodeEmbedding } from '#libs/fingerprint';
import { directoryView, type Directory } from '#libs/federation-log';
import {
  RecentNonces,
  type AnswerDependencies,
  type AnswerVerification,
  type AskerWatch,
  type AuditLog,
  type Clock,
  type CurrentIndex,
  type DeclaredCounts,
  type StatementSigner,
  type StatementVerifier,
} from '#libs/registry';
import type { NodeConfig } from '../config.js';
import { sha256 } from '../start/system.js';
import {
  ASKER_WATCH,
  AUDIT_LOG,
  CLOCK,
  CONFIG,
  COUNTS,
  DIRECTORY,
  INDEXES,
  SIGNER,
  VERIFICATION,
  VERIFIER,
} from '../tokens.js';

/** What answering a question needs (registry's AnswerDependencies). */
export const ANSWER_DEPENDENCIES = Symbol('AnswerDependencies');

export const answerDependencies: Provider = {
  provide: ANSWER_DEPENDENCIES,
  inject: [CONFIG, DIRECTORY, INDEXES, COUNTS, VERIFICATION, SIGNER, VERIFIER, AUDIT_LOG, CLOCK, ASKER_WATCH],
  useFactory: (
    config: Pick<NodeConfig, 'province'>,
    directory: Directory,
    indexes: readonly CurrentIndex[],
    counts: DeclaredCounts,
    verification: AnswerVerification,
    signer: StatementSigner,
    verifier: StatementVerifier,
    log: AuditLog,
    clock: Clock,
    watch: AskerWatch,
  ): AnswerDependencies => ({
    province: config.province,
    directory: directoryView(directory),
    indexes,
    counts,
    embeddingOf: decodeEmbedding,
    verification,
    signer,
    verifier,
    log,
    clock,
    watch,
    seen: new RecentNonces(clock),
    digest: sha256,
  }),
};
