import { z } from 'zod';
import type { Directory } from '#libs/federation-log';
import type {
  BatchEvent,
  ClearTokenIssuer,
  Federation,
  Outcome,
  ProvinceId,
  ServedVersion,
} from '#libs/registry';
import type { TlsIdentity } from '../credentials.js';
import { DuplicateCheckServiceService as DuplicateCheck } from '../generated/weft/check/v1/check.js';
import { ClearanceServiceService as Clearance } from '../generated/weft/clearance/v1/clearance.js';
import {
  FederationServiceService as FederationService,
  type MemberStatus,
} from '../generated/weft/federation/v1/federation.js';
import { boundedDetail } from '../limits.js';
import { outcomeFromWire } from '../outcomes.js';
import { openBatch } from './batch-stream.js';
import { clearTokenRefused, federationUnavailable, replyFromWire } from './coordinator-words.js';
import { CallLost, PartyConnection } from './party-connection.js';

/** A member as the coordinator sees it now. */
export interface MemberState {
  readonly province: ProvinceId;
  readonly outcome: Outcome;
  readonly detail: string;
  /** Null when it did not answer; the numbers are then 0. */
  readonly modelDigest: string | null;
  readonly searched: number;
  readonly declared: number;
  readonly position: number;
  readonly registryPosition: number;
  /** Every version that it serves; empty when it did not answer. */
  readonly served: readonly ServedVersion[];
}

/** All members of the directory in force at the coordinator, in its order. */
export interface MembersState {
  readonly epoch: number;
  readonly members: readonly MemberState[];
}

/** The asking node's way to the coordinator over gRPC. */
export interface RpcFederationClient extends Federation, ClearTokenIssuer {
  /** @throws RegistryError FEDERATION_UNAVAILABLE */
  describeMembers(deadline: Date): Promise<MembersState>;
  close(): void;
}

/** Asks this directory's coordinator, on one persistent connection, at the first of its addresses that can be reached. */
export function createFederationClient(directory: Directory, identity: TlsIdentity): RpcFederationClient {
  const connection = new PartyConnection(directory.coordinator, identity);
  return {
    async check({ questionJws, fingerprint }, deadline) {
      try {
        const request = { questionJws, fingerprint: Buffer.from(fingerprint) };
        return replyFromWire(await connection.once(DuplicateCheck.check, request, deadline));
      } catch (error) {
        if (error instanceof CallLost) return { lost: error.message };
        throw federationUnavailable(error);
      }
    },
    checkBatch: (items): AsyncIterable<BatchEvent> => openBatch(connection, items),
    async mintClearToken(evidence, deadline) {
      try {
        const request = { evidence: Buffer.from(evidence) };
        return (await connection.unary(Clearance.mintClearToken, request, deadline)).tokenJws;
      } catch (error) {
        throw clearTokenRefused(error);
      }
    },
    async describeMembers(deadline) {
      try {
        const { epoch, members } = await connection.unary(FederationService.describeMembers, {}, deadline);
        return { epoch: Number(epoch), members: members.slice(0, 64).map(memberState) };
      } catch (error) {
        throw federationUnavailable(error);
      }
    },
    close: () => connection.close(),
  };
}

const count = z.coerce.number().int().nonnegative();

function memberState(member: MemberStatus): MemberState {
  return {
    province: boundedDetail(member.province),
    outcome: outcomeFromWire(member.outcome),
    detail: boundedDetail(member.detail),
    modelDigest: member.modelDigest === '' ? null : boundedDetail(member.modelDigest),
    searched: count.parse(member.searched),
    declared: count.parse(member.declared),
    position: count.parse(member.position),
    registryPosition: count.parse(member.registryPosition),
    served: member.served.slice(0, 4).map(({ modelDigest, searched, declared }) => ({
      modelDigest: boundedDetail(modelDigest),
      searched: count.parse(searched),
      declared: count.parse(declared),
    })),
  };
}
