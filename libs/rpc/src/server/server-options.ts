import type { Server, ServerCredentials, ServiceDefinition } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { createServerCredentials, type TlsIdentity } from '../credentials.js';
import { DuplicateCheckServiceService } from '../generated/weft/check/v1/check.js';
import { ClearanceServiceService } from '../generated/weft/clearance/v1/clearance.js';
import { FederationServiceService } from '../generated/weft/federation/v1/federation.js';
import { FindingServiceService } from '../generated/weft/finding/v1/finding.js';
import { LogServiceService } from '../generated/weft/log/v1/log.js';
import { RegistrationServiceService } from '../generated/weft/registration/v1/registration.js';
import { SimilarityServiceService } from '../generated/weft/similarity/v1/similarity.js';
import { WitnessServiceService } from '../generated/weft/witness/v1/witness.js';
import { MAX_CONCURRENT_CALLS, MAX_IDLE_MS, MESSAGE_LIMITS } from '../limits.js';
import { isTracing, traceIncoming } from '../trace-calls.js';
import { createGuard, type ReportRefusal } from './guard.js';
import { addReflection } from './reflection.js';

/** The services of a province node. */
export const NODE_SERVICES = {
  'weft.similarity.v1.SimilarityService': SimilarityServiceService,
  'weft.registration.v1.RegistrationService': RegistrationServiceService,
  'weft.finding.v1.FindingService': FindingServiceService,
  'weft.log.v1.LogService': LogServiceService,
  'weft.witness.v1.WitnessService': WitnessServiceService,
} as const;

/** The services of the coordinator. */
export const COORDINATOR_SERVICES = {
  'weft.check.v1.DuplicateCheckService': DuplicateCheckServiceService,
  'weft.clearance.v1.ClearanceService': ClearanceServiceService,
  'weft.federation.v1.FederationService': FederationServiceService,
  'weft.log.v1.LogService': LogServiceService,
} as const;

/** Services by full name. */
type Services = Readonly<Record<string, ServiceDefinition>>;

/** What a server of the federation is told. */
export interface ServerSetup {
  /** host:port to listen on; an IPv6 host in brackets. */
  readonly listen: string;
  readonly identity: TlsIdentity;
  readonly services: Services;
  /** Province ids of the directory in force. */
  readonly members: readonly string[];
  /** Records a call that the policy refused. */
  readonly onRefused: ReportRefusal;
  /** Whether to serve reflection of the weft services. */
  readonly reflection: boolean;
}

/** What a gRPC server is made with; in the shape that Nest's gRPC transport takes. */
export interface GrpcServerOptions {
  readonly url: string;
  readonly package: string[];
  readonly packageDefinition: Services;
  readonly credentials: ServerCredentials;
  readonly channelOptions: Record<string, unknown>;
  readonly gracefulShutdown: boolean;
  readonly onLoadPackageDefinition: (definition: Services, server: Pick<Server, 'addService'>) => void;
}

/** The standard health of a server: NOT_SERVING until told otherwise. */
export interface Health {
  serving(): void;
  stopping(): void;
}

/**
 * Options of a server of the federation: mutual TLS 1.3, the policy before every method, limits on messages, metadata (64
 * KiB by HTTP/2) and calls, standard health, and reflection if it is on.
 */
export function createGrpcServerOptions(setup: ServerSetup): { options: GrpcServerOptions; health: Health } {
  const names = Object.keys(setup.services);
  const health = new HealthImplementation(
    Object.fromEntries(['', ...names].map((name) => [name, 'NOT_SERVING' as const])),
  );
  const setHealth = (status: 'SERVING' | 'NOT_SERVING') => {
    for (const name of ['', ...names]) health.setStatus(name, status);
  };
  return {
    options: {
      url: setup.listen,
      package: names.map((name) => name.slice(0, name.lastIndexOf('.'))),
      packageDefinition: setup.services,
      credentials: createServerCredentials(setup.identity),
      channelOptions: {
        ...MESSAGE_LIMITS,
        'grpc.max_concurrent_streams': MAX_CONCURRENT_CALLS,
        'grpc.max_connection_idle_ms': MAX_IDLE_MS,
        'grpc.keepalive_time_ms': 30_000,
        'grpc.keepalive_timeout_ms': 10_000,
        interceptors: [
          createGuard(new Set(setup.members), setup.onRefused, setup.identity.revocations),
          ...(isTracing() ? [traceIncoming()] : []),
        ],
      },
      gracefulShutdown: true,
      onLoadPackageDefinition: (_definition, server) => {
        health.addToServer(server);
        if (setup.reflection) addReflection(server);
      },
    },
    health: { serving: () => setHealth('SERVING'), stopping: () => setHealth('NOT_SERVING') },
  };
}
