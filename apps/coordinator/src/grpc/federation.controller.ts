import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Turns, type Clock, type DirectoryView, type Outcome } from '#libs/registry';
import {
  outcomeToWire,
  type DescribeMembersResponse,
  type IndexReply,
  type MemberStatus,
  type RpcMemberClient,
} from '#libs/rpc';
import { CLOCK, DIRECTORY_VIEW, MEMBERS } from '../tokens.js';
import { callDeadline, memberDeadline } from './check-deadline.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Longest that the members are waited for. */
const BUDGET_MS = 5_000;
/** Calls at once; more are refused. */
const MOST_CALLS = 64;
/** Whoever calls: this line has no places to wait. */
const ANYONE = '';

@Controller()
@UseFilters(RpcErrorFilter)
export class FederationController {
  private readonly calls = new Turns({
    field: 'members',
    atOnce: MOST_CALLS,
    waitingEach: 0,
    monotonic: () => performance.now(),
  });

  constructor(
    @Inject(MEMBERS) private readonly members: Pick<RpcMemberClient, 'describeIndex'>,
    @Inject(DIRECTORY_VIEW) private readonly directory: DirectoryView,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @GrpcMethod('FederationService', 'describeMembers')
  async describeMembers(
    _request: object,
    _metadata: Metadata,
    call: ServerUnaryCall<object, DescribeMembersResponse>,
  ): Promise<DescribeMembersResponse> {
    const now = this.clock.now();
    const deadline = memberDeadline(now, [new Date(now.getTime() + BUDGET_MS), ...callDeadline(call)]);
    const members = await this.calls.run(ANYONE, Infinity, () =>
      Promise.all(
        this.directory.members.map(async (province) =>
          memberStatus(province, await this.members.describeIndex(province, deadline), this.directory),
        ),
      ),
    );
    return { epoch: String(this.directory.epoch), members };
  }
}

function memberStatus(province: string, reply: IndexReply, directory: DirectoryView): MemberStatus {
  if (reply.kind === 'none') {
    return {
      province,
      outcome: outcomeToWire(reply.outcome),
      detail: reply.detail,
      modelDigest: '',
      searched: '0',
      declared: '0',
      position: '0',
      registryPosition: '0',
      served: [],
    };
  }
  const [outcome, detail] = judgeIndex(reply, directory);
  return {
    province,
    outcome: outcomeToWire(outcome),
    detail,
    modelDigest: reply.modelDigest,
    searched: String(reply.searched),
    declared: String(reply.declared),
    position: String(reply.position),
    registryPosition: String(reply.registryPosition),
    served: reply.served.map(({ modelDigest, searched, declared }) => ({
      modelDigest,
      searched: String(searched),
      declared: String(declared),
    })),
  };
}

/** What a check in the directory's version would come to now. */
function judgeIndex(
  index: Extract<IndexReply, { kind: 'index' }>,
  { epoch, calibration }: DirectoryView,
): [Outcome, string] {
  if (index.epoch !== epoch) return ['REFUSED', `holds directory epoch ${index.epoch}, not ${epoch}`];
  if (index.modelDigest !== calibration.modelDigest)
    return ['VERSION_MISMATCH', `serves ${index.served.map((one) => one.modelDigest).join(' and ')}`];
  if (index.position < index.registryPosition)
    return ['STALE_INDEX', `its index is at change ${index.position} of ${index.registryPosition}`];
  if (index.searched !== index.declared)
    return ['PARTIAL', `its index holds ${index.searched} of ${index.declared} registrations`];
  return ['ANSWERED', ''];
}
