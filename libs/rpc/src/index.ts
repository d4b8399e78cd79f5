export type { TlsIdentity } from './credentials.js';
export { createMemberClient, type IndexReply, type RpcMemberClient } from './clients/member-client.js';
export {
  createFederationClient,
  type MembersState,
  type MemberState,
  type RpcFederationClient,
} from './clients/federation-client.js';
export { createMetadataClient, type RpcMetadataClient } from './clients/metadata-client.js';
export { createFindingClient, type RpcFindingClient } from './clients/finding-client.js';
export {
  createLogClient,
  type ReceiptAnswer,
  type ReceiptQuery,
  type RpcLogClient,
} from './clients/log-client.js';
export { createWitnessClient, type RpcWitnessClient } from './clients/witness-client.js';
export { outcomeToWire } from './outcomes.js';
export { registrationToWire } from './registration-mapping.js';
export { reasonToWire, toRpcStatus, type RpcStatus } from './status-mapping.js';
export { peerIdentity, type Peer } from './server/peer-identity.js';
export { LogHandlers, type LogSource } from './server/log-handlers.js';
export { recordRefusals, type RefusedCall, type ReportRefusal } from './server/guard.js';
export {
  COORDINATOR_SERVICES,
  NODE_SERVICES,
  createGrpcServerOptions,
  type GrpcServerOptions,
  type Health,
  type ServerSetup,
} from './server/server-options.js';
export type {
  BatchItem,
  CheckBatchRequest,
  CheckBatchResponse,
  CheckRequest,
  CheckResponse,
} from './generated/weft/check/v1/check.js';
export type {
  MintClearTokenRequest,
  MintClearTokenResponse,
} from './generated/weft/clearance/v1/clearance.js';
export type { DescribeMembersResponse, MemberStatus } from './generated/weft/federation/v1/federation.js';
export type {
  DeliverStatementRequest,
  DeliverStatementResponse,
} from './generated/weft/finding/v1/finding.js';
export type {
  BatchGetRegistrationsRequest,
  BatchGetRegistrationsResponse,
  GetRegistrationRequest,
  GetRegistrationResponse,
  ShowPictureRequest,
  ShowPictureResponse,
} from './generated/weft/registration/v1/registration.js';
export type {
  DescribeIndexResponse,
  SearchRequest,
  SearchResponse,
} from './generated/weft/similarity/v1/similarity.js';
export type {
  GetReceiptsRequest,
  GetReceiptsResponse,
  ReadFileRequest,
  ReadFileResponse,
} from './generated/weft/log/v1/log.js';
export type { AddCheckpointRequest, AddCheckpointResponse } from './generated/weft/witness/v1/witness.js';
