import { Controller, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { RegistryError } from '#libs/registry';
import type { MintClearTokenRequest, MintClearTokenResponse } from '#libs/rpc';
import { ClearanceDesk } from '../clearance-desk.js';
import { callingProvince } from './calling-province.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Verifying a bundle takes a processor for some ten milliseconds; more at once are refused. */
const MAX_OPEN = 8;

@Controller()
@UseFilters(RpcErrorFilter)
export class ClearanceController {
  private open = 0;

  constructor(private readonly desk: ClearanceDesk) {}

  @GrpcMethod('ClearanceService', 'mintClearToken')
  async mintClearToken(
    { evidence }: MintClearTokenRequest,
    _metadata: Metadata,
    call: ServerUnaryCall<MintClearTokenRequest, MintClearTokenResponse>,
  ): Promise<MintClearTokenResponse> {
    if (this.open >= MAX_OPEN)
      throw new RegistryError('TOO_MANY', 'evidence', 'too many wait already', 'ask again in a second');
    this.open += 1;
    try {
      return { tokenJws: await this.desk.mint(evidence, callingProvince(call)) };
    } finally {
      this.open -= 1;
    }
  }
}
