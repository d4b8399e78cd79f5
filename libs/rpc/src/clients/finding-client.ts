import { status } from '@grpc/grpc-js';
import type { Directory } from '#libs/federation-log';
import type { FindingCourier, Handed } from '#libs/registry';
import type { TlsIdentity } from '../credentials.js';
import { FindingServiceService as FindingService } from '../generated/weft/finding/v1/finding.js';
import { detailOf, statusOf } from '../outcomes.js';
import { Connections } from './party-connection.js';

/** What the receiving province will not change its mind about; all else may be otherwise later. */
const FOR_GOOD: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
]);

/** A node's way to hand findings to the other provinces. */
export interface RpcFindingClient extends FindingCourier {
  close(): void;
}

/** Reaches every member of this directory, each on one persistent connection. */
export function createFindingClient(directory: Directory, identity: TlsIdentity): RpcFindingClient {
  const connections = new Connections(directory.members, identity);
  return {
    async hand(to, { jws, digest, said, evidence }, deadline): Promise<Handed> {
      try {
        const call = FindingService.deliverStatement;
        const request = {
          ...{ statementJws: jws, evidence: Buffer.from(evidence ?? []) },
          ...{ reason: said?.reason ?? '', reasonSalt: said?.salt ?? '' },
        };
        const { statementDigest } = await connections.to(to).unary(call, request, deadline);
        if (statementDigest === digest) return { kind: 'taken' };
        return { kind: 'silent', problem: 'acknowledged another statement than it was handed' };
      } catch (error) {
        const kind = FOR_GOOD.has(statusOf(error)) ? 'refused' : 'silent';
        return { kind, problem: detailOf(error) };
      }
    },
    close: () => connections.close(),
  };
}
