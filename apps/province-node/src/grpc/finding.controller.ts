import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { type FindingDesk, receiveStatement, RegistryError } from '#libs/registry';
import { type DeliverStatementRequest, type DeliverStatementResponse, peerIdentity } from '#libs/rpc';
import { FINDING_DESK } from '../tokens.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Statements that are taken in at once, each with a bundle of up to 3.5 MiB. */
const MAX_AT_ONCE = 8;

@Controller()
@UseFilters(RpcErrorFilter)
export class FindingController {
  private taking = 0;

  constructor(@Inject(FINDING_DESK) private readonly desk: FindingDesk) {}

  @GrpcMethod('FindingService', 'deliverStatement')
  async deliverStatement(
    { statementJws, evidence, reason, reasonSalt }: DeliverStatementRequest,
    _metadata: Metadata,
    call: ServerUnaryCall<DeliverStatementRequest, DeliverStatementResponse>,
  ): Promise<DeliverStatementResponse> {
    const peer = peerIdentity(call.getAuthContext());
    if (peer?.kind !== 'province') {
      throw new RegistryError('FORBIDDEN', 'caller', 'is no province', 'deliver it as a member');
    }
    if (this.taking >= MAX_AT_ONCE) {
      const problem = 'too many statements are taken in already';
      throw new RegistryError('TOO_MANY', 'statement', problem, 'deliver it again later');
    }
    this.taking += 1;
    try {
      const statementDigest = await receiveStatement(this.desk, {
        jws: statementJws,
        evidence: evidence.length === 0 ? null : evidence,
        said: reason === '' && reasonSalt === '' ? null : { reason, salt: reasonSalt },
        peer: peer.province,
      });
      return { statementDigest };
    } finally {
      this.taking -= 1;
    }
  }
}
