import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Directory, LogReader } from '#libs/federation-log';
import type {
  AskerWatch,
  AnswerVerification,
  AskPictureDeps,
  AuditLog,
  BatchDesk,
  CheckApplicationDeps,
  CheckStore,
  ClearTokenDeps,
  Clock,
  CurrentIndex,
  DeclaredCounts,
  DecisionDesk,
  ExaminationDeps,
  FindingDesk,
  FindingReading,
  LogInDeps,
  MarketDesk,
  MarketReading,
  Random,
  ReceiptStore,
  RegistrationDesk,
  Registry,
  SessionKeeper,
  ShowPictureDeps,
  StatementSigner,
  StatementVerifier,
  StatisticsReader,
  WorklistDesk,
  WorklistReading,
} from '#libs/registry';
import type { LogHandlers, RpcFederationClient } from '#libs/rpc';
import type { Logger } from 'pino';
import type { CardDesk } from './cards/card-desk.js';
import type { ClearanceDesk } from './clearance/clearance-desk.js';
import type { BatchRunner } from './batches/batch-runner.js';
import type { ComparisonDesk } from './comparisons/compare-pictures.js';
import type { NodeConfig } from './config.js';
import type { EvidenceDesk } from './evidence/evidence-desk.js';
import { GRPC_CONTROLLERS, GRPC_PROVIDERS } from './grpc/grpc-server.js';
import { AccessGuard } from './http/access.guard.js';
import { ApiDescription, ApiDescriptionController } from './http/api-description.js';
import { ApplicationChecksController } from './http/application-checks.controller.js';
import { ApplicationsController } from './http/applications.controller.js';
import { CardsController } from './http/cards.controller.js';
import { CheckBatchesController } from './http/check-batches.controller.js';
import { ChecksController } from './http/checks.controller.js';
import { ComparisonsController } from './http/comparisons.controller.js';
import { DecisionsController } from './http/decisions.controller.js';
import { ConsoleController } from './http/console.controller.js';
import { ErrorFilter } from './http/error.filter.js';
import { FindingsController } from './http/findings.controller.js';
import { HealthController } from './http/health.controller.js';
import { LogController } from './http/log.controller.js';
import { LogStateController, type LogStates } from './http/log-state.controller.js';
import { MarketFindingsController } from './http/market-findings.controller.js';
import { MembersController } from './http/members.controller.js';
import { NodeStateController } from './http/node-state.controller.js';
import { RegistrationsController } from './http/registrations.controller.js';
import { ReportsController } from './http/reports.controller.js';
import { SessionController } from './http/session.controller.js';
import { SharedPicturesController } from './http/shared-pictures.controller.js';
import { StatisticsController } from './http/statistics.controller.js';
import { WorklistController } from './http/worklist.controller.js';
import type { NodeOperation } from './operation/node-operation.js';
import type { Readiness } from './readiness.js';
import type { BatchReportDesk } from './reports/batch-report-desk.js';
import type { ReportDesk } from './reports/report-desk.js';
import type { RefingerprintRunner } from './refingerprinting/refingerprint-runner.js';
import * as tokens from './tokens.js';
import type { WitnessDesk } from './witness/witness-desk.js';

/** Everything that the node's controllers work with. */
export interface NodeParts {
  readonly config: Pick<NodeConfig, 'province' | 'checkBudgetMs' | 'shareOwner' | 'sharePictures'>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: Directory;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly registry: Registry;
  readonly log: AuditLog;
  readonly askerWatch: AskerWatch;
  /** What the log is read from as files. */
  readonly logStore: LogReader;
  readonly logStates: LogStates;
  readonly logHandlers: Pick<LogHandlers, 'getReceipts' | 'readFile'>;
  readonly witness: Pick<WitnessDesk, 'addCheckpoint'>;
  readonly receipts: ReceiptStore;
  readonly evidence: Pick<EvidenceDesk, 'give'>;
  /** Of the versions served, the program's own first. */
  readonly indexes: readonly CurrentIndex[];
  readonly counts: DeclaredCounts;
  readonly verification: AnswerVerification;
  readonly members: Pick<RpcFederationClient, 'describeMembers'>;
  readonly sessions: SessionKeeper;
  readonly logIn: LogInDeps;
  readonly registrationDesk: RegistrationDesk & ClearTokenDeps;
  readonly decisionDesk: DecisionDesk;
  readonly examination: ExaminationDeps;
  readonly cards: Pick<CardDesk, 'view' | 'file' | 'pdf'>;
  readonly clearance: Pick<ClearanceDesk, 'clearToken'>;
  readonly checkPicture: CheckApplicationDeps;
  readonly checks: CheckStore;
  readonly comparisonDesk: ComparisonDesk;
  /** Of the others' registrations, and of this province's for them. */
  readonly pictures: { readonly asking: AskPictureDeps; readonly showing: ShowPictureDeps };
  readonly findings: { readonly desk: FindingDesk; readonly reading: FindingReading };
  readonly market: { readonly desk: MarketDesk; readonly reading: MarketReading };
  readonly worklist: { readonly desk: WorklistDesk; readonly reading: WorklistReading };
  readonly batchDesk: BatchDesk;
  readonly statistics: StatisticsReader;
  readonly reports: Pick<ReportDesk, 'facts' | 'pdf'>;
  readonly batchReports: Pick<BatchReportDesk, 'facts' | 'list' | 'pdf'>;
  readonly batchRunner: BatchRunner;
  readonly refingerprinting: RefingerprintRunner;
  readonly readiness: Readiness;
  readonly operation: Pick<NodeOperation, 'look'>;
}

/** The controllers of HTTP and gRPC, and the parts bound to the tokens that they ask for. */
@Module({})
export class NodeModule {
  static of(parts: NodeParts): DynamicModule {
    return {
      module: NodeModule,
      controllers: [
        SessionController,
        ChecksController,
        ApplicationChecksController,
        DecisionsController,
        ReportsController,
        StatisticsController,
        ComparisonsController,
        SharedPicturesController,
        CheckBatchesController,
        ApplicationsController,
        RegistrationsController,
        CardsController,
        FindingsController,
        MarketFindingsController,
        WorklistController,
        MembersController,
        NodeStateController,
        HealthController,
        LogController,
        LogStateController,
        ApiDescriptionController,
        ConsoleController,
        ...GRPC_CONTROLLERS,
      ],
      providers: [AccessGuard, ErrorFilter, ApiDescription, ...GRPC_PROVIDERS, ...bindings(parts)],
    };
  }
}

function bindings(parts: NodeParts): Provider[] {
  const values: readonly (readonly [symbol, unknown])[] = [
    [tokens.CONFIG, parts.config],
    [tokens.LOGGER, parts.logger],
    [tokens.CLOCK, parts.clock],
    [tokens.RANDOM, parts.random],
    [tokens.DIRECTORY, parts.directory],
    [tokens.SIGNER, parts.signer],
    [tokens.VERIFIER, parts.verifier],
    [tokens.REGISTRY, parts.registry],
    [tokens.AUDIT_LOG, parts.log],
    [tokens.ASKER_WATCH, parts.askerWatch],
    [tokens.LOG_STORE, parts.logStore],
    [tokens.INDEXES, parts.indexes],
    [tokens.COUNTS, parts.counts],
    [tokens.VERIFICATION, parts.verification],
    [tokens.MEMBERS_CLIENT, parts.members],
    [tokens.SESSIONS, parts.sessions],
    [tokens.LOG_IN, parts.logIn],
    [tokens.REGISTRATION_DESK, parts.registrationDesk],
    [tokens.CHECK_PICTURE, parts.checkPicture],
    [tokens.CHECK_APPLICATION, parts.checkPicture],
    [tokens.CHECKS, parts.checks],
    [tokens.COMPARISON_DESK, parts.comparisonDesk],
    [tokens.BATCH_DESK, parts.batchDesk],
    [tokens.STATISTICS, parts.statistics],
    [tokens.REPORTS, parts.reports],
    [tokens.BATCH_REPORTS, parts.batchReports],
    [tokens.BATCH_RUNNER, parts.batchRunner],
    [tokens.READINESS, parts.readiness],
    [tokens.OPERATION, parts.operation],
    [tokens.LOG_STATES, parts.logStates],
    [tokens.LOG_HANDLERS, parts.logHandlers],
    [tokens.WITNESS, parts.witness],
    [tokens.RECEIPTS, parts.receipts],
    [tokens.EVIDENCE, parts.evidence],
    [tokens.DECISION_DESK, parts.decisionDesk],
    [tokens.CLEARANCE, parts.clearance],
    [tokens.ASK_PICTURE, parts.pictures.asking],
    [tokens.SHOW_PICTURE, parts.pictures.showing],
    [tokens.EXAMINATION, parts.examination],
    [tokens.CARDS, parts.cards],
    [tokens.FINDING_DESK, parts.findings.desk],
    [tokens.FINDING_READING, parts.findings.reading],
    [tokens.MARKET_DESK, parts.market.desk],
    [tokens.MARKET_READING, parts.market.reading],
    [tokens.WORKLIST_DESK, parts.worklist.desk],
    [tokens.WORKLIST_READING, parts.worklist.reading],
  ];
  return values.map(([provide, useValue]) => ({ provide, useValue }));
}
