import { Transport, type GrpcOptions } from '@nestjs/microservices';
import type { Provider, Type } from '@nestjs/common';
import type { Directory } from '#libs/federation-log';
import { hostAndPort } from '#libs/identity';
import type { AuditLog, Clock } from '#libs/registry';
import {
  NODE_SERVICES,
  createGrpcServerOptions,
  recordRefusals,
  type Health,
  type TlsIdentity,
} from '#libs/rpc';
import type { NodeConfig } from '../config.js';
import { answerDependencies } from './answer-dependencies.js';
import { FindingController } from './finding.controller.js';
import { LogController } from './log.controller.js';
import { RegistrationController } from './registration.controller.js';
import { RpcErrorFilter } from './rpc-error.filter.js';
import { SimilarityController } from './similarity.controller.js';
import { WitnessController } from './witness.controller.js';

/** For the node's module: they take the ports by the tokens of the node. */
export const GRPC_CONTROLLERS: readonly Type[] = [
  SimilarityController,
  RegistrationController,
  FindingController,
  LogController,
  WitnessController,
];
export const GRPC_PROVIDERS: readonly Provider[] = [answerDependencies, RpcErrorFilter];

/** What the node's gRPC server is made with. */
export interface NodeGrpc {
  readonly config: Pick<NodeConfig, 'grpcListen' | 'reflection'>;
  readonly identity: TlsIdentity;
  readonly directory: Directory;
  readonly log: AuditLog;
  readonly clock: Clock;
}

/**
 * The node's gRPC server: `microservice` is for `connectMicroservice`; `health` is NOT_SERVING until `serving()` is
 * called.
 */
export function createNodeGrpc(node: NodeGrpc): { microservice: GrpcOptions; health: Health } {
  const { options, health } = createGrpcServerOptions({
    listen: hostAndPort(node.config.grpcListen),
    identity: node.identity,
    services: NODE_SERVICES,
    members: node.directory.members.map((member) => member.province),
    onRefused: recordRefusals(node.log, node.clock),
    reflection: node.config.reflection,
  });
  return { microservice: { transport: Transport.GRPC, options }, health };
}
