import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import {
  RegistryError,
  showPictureTo,
  type Registration,
  type RegistryReader,
  type ShowPictureDeps,
} from '#libs/registry';
import {
  peerIdentity,
  registrationToWire,
  type BatchGetRegistrationsRequest,
  type BatchGetRegistrationsResponse,
  type GetRegistrationRequest,
  type GetRegistrationResponse,
  type ShowPictureRequest,
  type ShowPictureResponse,
} from '#libs/rpc';
import type { NodeConfig } from '../config.js';
import { CONFIG, REGISTRY, SHOW_PICTURE } from '../tokens.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Most ids of one call. */
const MAX_IDS = 100;
/** Pictures that are drawn for others at once, about 100 MB each. */
const MAX_DRAWING = 2;

const registrationId = z.uuid();

@Controller()
@UseFilters(RpcErrorFilter)
export class RegistrationController {
  private drawing = 0;

  constructor(
    @Inject(REGISTRY) private readonly registry: Pick<RegistryReader, 'find' | 'findMany'>,
    @Inject(CONFIG) private readonly config: Pick<NodeConfig, 'shareOwner' | 'sharePictures'>,
    @Inject(SHOW_PICTURE) private readonly showing: ShowPictureDeps,
  ) {}

  @GrpcMethod('RegistrationService', 'getRegistration')
  async getRegistration(request: GetRegistrationRequest): Promise<GetRegistrationResponse> {
    const id = parseId(request.registrationId);
    const registration = await this.registry.find(id);
    if (!registration)
      throw new RegistryError('NOT_FOUND', 'registrationId', 'is not in this registry', 'check the province');
    return { registration: this.share(registration) };
  }

  @GrpcMethod('RegistrationService', 'batchGetRegistrations')
  async batchGetRegistrations({
    registrationIds,
  }: BatchGetRegistrationsRequest): Promise<BatchGetRegistrationsResponse> {
    if (registrationIds.length === 0 || registrationIds.length > MAX_IDS) {
      throw new RegistryError(
        'INVALID_INPUT',
        'registrationIds',
        `has ${registrationIds.length} ids`,
        `send 1 to ${MAX_IDS} in a call`,
      );
    }
    const found = await this.registry.findMany(registrationIds.map(parseId));
    return { registrations: found.map((registration) => this.share(registration)) };
  }

  @GrpcMethod('RegistrationService', 'showPicture')
  async showPicture(
    { requestJws }: ShowPictureRequest,
    _metadata: Metadata,
    call: ServerUnaryCall<ShowPictureRequest, ShowPictureResponse>,
  ): Promise<ShowPictureResponse> {
    const peer = peerIdentity(call.getAuthContext());
    if (peer?.kind !== 'province') {
      throw new RegistryError('FORBIDDEN', 'caller', 'is no province', 'ask by a member');
    }
    if (this.drawing >= MAX_DRAWING) {
      throw new RegistryError(
        'TOO_MANY',
        'request',
        'too many pictures are drawn already',
        'ask again later',
      );
    }
    this.drawing += 1;
    try {
      const { content, shownJws } = await showPictureTo(this.showing, requestJws, peer.province);
      return { content: Buffer.from(content), shownJws };
    } finally {
      this.drawing -= 1;
    }
  }

  /** An owner is personal data: it leaves the province only where its policy says so. */
  private share(registration: Registration): ReturnType<typeof registrationToWire> {
    return registrationToWire({
      ...registration,
      owner: this.config.shareOwner ? registration.owner : null,
      pictures: this.config.sharePictures,
    });
  }
}

function parseId(id: string): string {
  const parsed = registrationId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new RegistryError('INVALID_INPUT', 'registrationId', 'is not a UUID', 'send an id as a hit gave it');
}
