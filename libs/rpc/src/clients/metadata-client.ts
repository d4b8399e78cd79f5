import { status } from '@grpc/grpc-js';
import type { Directory } from '#libs/federation-log';
import {
  RegistryError,
  type MetadataClient,
  type PictureClient,
  type ProvinceId,
  type RegistryErrorCode,
  type SharedRegistration,
} from '#libs/registry';
import type { TlsIdentity } from '../credentials.js';
import { RegistrationServiceService as RegistrationService } from '../generated/weft/registration/v1/registration.js';
import { detailOf, statusOf } from '../outcomes.js';
import { registrationFromWire } from '../registration-mapping.js';
import { Connections } from './party-connection.js';

/** Most ids in one call. */
const MAX_IDS = 100;

/** The asking node's way to the owning provinces over gRPC. */
export interface RpcMetadataClient extends MetadataClient, PictureClient {
  close(): void;
}

/** Asks the owning provinces of this directory themselves, all at once. */
export function createMetadataClient(directory: Directory, identity: TlsIdentity): RpcMetadataClient {
  const connections = new Connections(directory.members, identity);

  async function describeAt(
    province: ProvinceId,
    registrationIds: readonly string[],
    deadline: Date,
  ): Promise<SharedRegistration[]> {
    try {
      const { registrations } = await connections
        .to(province)
        .unary(
          RegistrationService.batchGetRegistrations,
          { registrationIds: [...registrationIds] },
          deadline,
        );
      const wanted = new Set(registrationIds);
      return registrations
        .flatMap((wire) => registrationFromWire(wire) ?? [])
        .filter(({ registrationId }) => wanted.has(registrationId));
    } catch {
      // What could not be had is left out: the check's own evidence does not depend on it.
      return [];
    }
  }

  return {
    async describe(candidates, deadline) {
      const calls = callsFor(candidates).map(({ province, ids }) => describeAt(province, ids, deadline));
      const shared = (await Promise.all(calls)).flat();
      return new Map(shared.map((registration) => [registration.registrationId, registration]));
    },
    async askForPicture(owner, requestJws, deadline) {
      try {
        const call = RegistrationService.showPicture;
        return await connections.to(owner).unary(call, { requestJws }, deadline);
      } catch (error) {
        throw refusedPicture(error, owner);
      }
    },
    close: () => connections.close(),
  };
}

/** The owner's refusal in its own words; a province that gives no answer is unavailable. */
function refusedPicture(error: unknown, owner: ProvinceId): RegistryError {
  const said = detailOf(error);
  const refusals: Partial<Record<status, [RegistryErrorCode, string]>> = {
    [status.PERMISSION_DENIED]: ['FORBIDDEN', 'ask the province itself'],
    [status.NOT_FOUND]: ['NOT_FOUND', 'check the province'],
    [status.INVALID_ARGUMENT]: ['INVALID_INPUT', 'see the federation protocol'],
  };
  const [code, remedy] = refusals[statusOf(error)] ?? ['FEDERATION_UNAVAILABLE', 'ask again later'];
  return new RegistryError(code, 'province', `${owner} shows no picture: ${said}`, remedy, { cause: error });
}

interface MetadataCall {
  readonly province: ProvinceId;
  readonly ids: readonly string[];
}

/** Ids by province, at most 100 a call; an id that two provinces claim is asked of neither. */
function callsFor(candidates: Parameters<MetadataClient['describe']>[0]): MetadataCall[] {
  const owners = new Map<string, Set<ProvinceId>>();
  for (const { province, registrationId } of candidates) {
    owners.set(registrationId, (owners.get(registrationId) ?? new Set()).add(province));
  }
  const idsOf = new Map<ProvinceId, string[]>();
  for (const [registrationId, [province, ...others]] of owners) {
    if (province === undefined || others.length > 0) continue;
    idsOf.set(province, [...(idsOf.get(province) ?? []), registrationId]);
  }
  return [...idsOf].flatMap(([province, ids]) =>
    Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, page) => ({
      province,
      ids: ids.slice(page * MAX_IDS, (page + 1) * MAX_IDS),
    })),
  );
}
