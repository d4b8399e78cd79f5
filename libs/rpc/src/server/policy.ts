import type { Peer } from './peer-identity.js';

/** Who may call: a province of the directory, the coordinator, or anyone whose certificate the authority issued. */
type Caller = 'member' | 'coordinator' | 'certificate';

/** One row for each rpc; what has none is refused. */
const POLICY: Readonly<Record<string, readonly Caller[]>> = {
  '/weft.similarity.v1.SimilarityService/Search': ['coordinator'],
  '/weft.similarity.v1.SimilarityService/DescribeIndex': ['coordinator', 'member'],
  '/weft.registration.v1.RegistrationService/GetRegistration': ['member'],
  '/weft.registration.v1.RegistrationService/BatchGetRegistrations': ['member'],
  '/weft.registration.v1.RegistrationService/ShowPicture': ['member'],
  '/weft.finding.v1.FindingService/DeliverStatement': ['member'],
  '/weft.check.v1.DuplicateCheckService/Check': ['member'],
  '/weft.check.v1.DuplicateCheckService/CheckBatch': ['member'],
  '/weft.clearance.v1.ClearanceService/MintClearToken': ['member'],
  '/weft.federation.v1.FederationService/DescribeMembers': ['member'],
  '/weft.witness.v1.WitnessService/AddCheckpoint': ['member', 'coordinator'],
  '/weft.log.v1.LogService/GetReceipts': ['member'],
  '/weft.log.v1.LogService/ReadFile': ['member'],
  '/grpc.health.v1.Health/Check': ['certificate'],
  '/grpc.health.v1.Health/Watch': ['certificate'],
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': ['certificate'],
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': ['certificate'],
};

/** The full names of the rpcs that have a row. */
export const RPCS_WITH_A_ROW: readonly string[] = Object.keys(POLICY);

/** Whether this peer may call this rpc ("/package.Service/Method"), given the members of the directory. */
export function mayCall(rpc: string, peer: Peer | undefined, members: ReadonlySet<string>): boolean {
  const callers = Object.hasOwn(POLICY, rpc) ? (POLICY[rpc] ?? []) : [];
  return callers.some((caller) => {
    switch (caller) {
      case 'certificate':
        return true;
      case 'coordinator':
        return peer?.kind === 'coordinator';
      case 'member':
        return peer?.kind === 'province' && members.has(peer.province);
    }
  });
}
