import { createHash } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import {
  directoryView,
  type Directory,
  type StatementSigner,
  type StatementVerifier,
} from '#libs/federation-log';
import { RecentNonces, type AuditLog, type Clock } from '#libs/registry';
import type { LogHandlers, RpcMemberClient } from '#libs/rpc';
import { CheckDesk } from './desk.js';
import { DuplicateCheckController } from './grpc/duplicate-check.controller.js';
import { FederationController } from './grpc/federation.controller.js';
import { LogController } from './grpc/log.controller.js';
import { RpcErrorFilter } from './grpc/rpc-error.filter.js';
import { CLOCK, DIRECTORY_VIEW, LOG_HANDLERS, LOGGER, MEMBERS } from './tokens.js';

/** What the coordinator is made of. */
export interface CoordinatorParts {
  readonly directory: Directory;
  readonly members: RpcMemberClient;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logHandlers: Pick<LogHandlers, 'getReceipts' | 'readFile'>;
}

@Module({})
export class CoordinatorModule {
  static of({ logger, logHandlers, ...parts }: CoordinatorParts): DynamicModule {
    const directory = directoryView(parts.directory);
    const desk = new CheckDesk({
      ...parts,
      directory,
      seen: new RecentNonces(parts.clock),
      digest: (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`,
    });
    return {
      module: CoordinatorModule,
      controllers: [DuplicateCheckController, FederationController, LogController],
      providers: [
        RpcErrorFilter,
        { provide: CheckDesk, useValue: desk },
        { provide: CLOCK, useValue: parts.clock },
        { provide: DIRECTORY_VIEW, useValue: directory },
        { provide: LOGGER, useValue: logger },
        { provide: LOG_HANDLERS, useValue: logHandlers },
        { provide: MEMBERS, useValue: parts.members },
      ],
    };
  }
}
