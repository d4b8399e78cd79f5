import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { peerIdentity, type AddCheckpointRequest, type AddCheckpointResponse } from '#libs/rpc';
import { WITNESS } from '../tokens.js';
import type { WitnessDesk } from '../witness/witness-desk.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

@Controller()
@UseFilters(RpcErrorFilter)
export class WitnessController {
  constructor(@Inject(WITNESS) private readonly witness: Pick<WitnessDesk, 'addCheckpoint'>) {}

  @GrpcMethod('WitnessService', 'addCheckpoint')
  async addCheckpoint(
    { body }: AddCheckpointRequest,
    _metadata: Metadata,
    call: ServerUnaryCall<AddCheckpointRequest, AddCheckpointResponse>,
  ): Promise<AddCheckpointResponse> {
    const peer = peerIdentity(call.getAuthContext());
    const submitter = peer?.kind === 'province' ? peer.province : (peer?.kind ?? null);
    const reply = await this.witness.addCheckpoint(body.toString('utf8'), submitter);
    return { ...reply, body: Buffer.from(reply.body) };
  }
}
