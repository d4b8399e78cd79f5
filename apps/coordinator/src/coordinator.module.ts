import { createHash, randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import {
  directoryView,
  type Directory,
  type StatementSigner,
  type StatementVerifier,
  type Trust,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import {
  HedgedMembers,
  RecentNonces,
  type AuditLog,
  type Clock,
  type Digest,
  type HedgeDependencies,
} from '#libs/registry';
import type { LogHandlers, RpcMemberClient } from '#libs/rpc';
import { ClearanceDesk } from './clearance-desk.js';
import { CheckDesk } from './desk.js';
import { ClearanceController } from './grpc/clearance.controller.js';
import { DuplicateCheckController } from './grpc/duplicate-check.controller.js';
import { FederationController } from './grpc/federation.controller.js';
import { LogController } from './grpc/log.controller.js';
import { RpcErrorFilter } from './grpc/rpc-error.filter.js';
import { CLOCK, DIRECTORY_VIEW, LOG_HANDLERS, LOGGER, MEMBERS } from './tokens.js';

/** What the coordinator is made of. */
export interface CoordinatorParts {
  readonly directory: Directory;
  /** The founders, by whom evidence is verified. */
  readonly trust: Trust;
  readonly members: RpcMemberClient;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logHandlers: Pick<LogHandlers, 'getReceipts' | 'readFile'>;
  /** Told of what became of members' second processes. */
  readonly hedges?: HedgeDependencies['tell'];
}

@Module({})
export class CoordinatorModule {
  static of({ logger, logHandlers, ...parts }: CoordinatorParts): DynamicModule {
    const directory = directoryView(parts.directory);
    const digest: Digest = (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
    const members = new HedgedMembers({
      ...{ members: parts.members, verifier: parts.verifier, digest, directory, tell: parts.hedges, later },
      monotonic: () => performance.now(),
      now: () => parts.clock.now(),
    });
    const desk = new CheckDesk({ ...parts, members, directory, seen: new RecentNonces(parts.clock), digest });
    const random = { uuid: () => randomUUID() };
    const clearance = new ClearanceDesk({ ...parts, crypto: nodeLogCrypto, digest, random });
    return {
      module: CoordinatorModule,
      controllers: [DuplicateCheckController, ClearanceController, FederationController, LogController],
      providers: [
        RpcErrorFilter,
        { provide: CheckDesk, useValue: desk },
        { provide: ClearanceDesk, useValue: clearance },
        { provide: CLOCK, useValue: parts.clock },
        { provide: DIRECTORY_VIEW, useValue: directory },
        { provide: LOGGER, useValue: logger },
        { provide: LOG_HANDLERS, useValue: logHandlers },
        { provide: MEMBERS, useValue: parts.members },
      ],
    };
  }
}

function later(work: () => void, milliseconds: number): () => void {
  const timer = setTimeout(work, milliseconds).unref();
  return () => clearTimeout(timer);
}
