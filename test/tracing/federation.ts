import { checkResponse } from '../../apps/coordinator/src/grpc/check-response.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { createStatementSigner, createStatementVerifier, type Directory } from '#libs/federation-log';
import { RecentNonces, acceptQuestion, fanOut, type CheckDependencies } from '#libs/registry';
import {
  COORDINATOR_SERVICES,
  NODE_SERVICES,
  createFederationClient,
  createMemberClient,
  type CheckRequest,
  type CheckResponse,
  type SearchRequest,
  type SearchResponse,
} from '#libs/rpc';
import { ExactIndex } from '#libs/similarity';
import { traceCandidates, traceIndex, traceLog } from '#libs/tracing';
import { createTestAuthority } from '../certificates.js';
import { DIMENSION, FakeFederation, MEMBERS, MODEL, clock, digest } from '../fakes/federation.js';
import { startTestServer, type TestServer } from '../grpc-server.js';

/** Members that listen; the others cannot be reached. */
const LISTENING = ['zhejiang', 'shandong'];

/** A federation whose coordinator and two members are asked over gRPC, and whose ports are traced as a node's are. */
export interface WiredFederation {
  readonly federation: FakeFederation;
  /** What Zhejiang's node asks with. */
  readonly asking: CheckDependencies;
  /** Metadata of every call that a member got. */
  readonly received: { readonly province: string; readonly traceparent: readonly unknown[] }[];
  close(): void;
}

export async function wireFederation(): Promise<WiredFederation> {
  const authority = await createTestAuthority();
  const federation = await FakeFederation.create();
  const received: WiredFederation['received'] = [];
  const servers: TestServer[] = [];
  const at = new Map<string, string>();
  for (const province of LISTENING) {
    const server = await startTestServer(
      { identity: await authority.province(province), services: NODE_SERVICES, members: MEMBERS },
      { 'weft.similarity.v1.SimilarityService': { search: memberOf(federation, province, received) } },
    );
    servers.push(server);
    at.set(province, server.address);
  }
  const directory = (coordinator: string): Directory => ({
    ...federation.signedDirectory,
    members: federation.signedDirectory.members.map((member) => ({
      ...member,
      address: at.get(member.province) ?? '127.0.0.1:1',
      tlsName: `${member.province}.node.weft`,
    })),
    coordinator: {
      ...federation.signedDirectory.coordinator,
      address: coordinator,
      tlsName: 'coordinator.weft',
    },
  });
  const members = createMemberClient(directory('127.0.0.1:1'), await authority.coordinator());
  const coordinator = await startTestServer(
    { identity: await authority.coordinator(), services: COORDINATOR_SERVICES, members: MEMBERS },
    { 'weft.check.v1.DuplicateCheckService': { check: await coordinatorOf(federation, members) } },
  );
  servers.push(coordinator);
  const client = createFederationClient(directory(coordinator.address), await authority.province('zhejiang'));
  const asking = federation.asking('zhejiang');
  return {
    federation,
    asking: { ...asking, federation: client },
    received,
    close() {
      client.close();
      members.close();
      for (const server of servers) server.stop();
    },
  };
}

function memberOf(
  federation: FakeFederation,
  province: string,
  received: WiredFederation['received'],
): handleUnaryCall<SearchRequest, SearchResponse> {
  const member = federation.member(province);
  member.searchIn(traceIndex(new ExactIndex(MODEL, DIMENSION)));
  const { verify } = traceCandidates({
    verify: member.candidateVerifier.verify.bind(member.candidateVerifier),
  });
  member.candidateVerifier.verify = verify;
  const { append } = traceLog({ append: member.log.append.bind(member.log) });
  member.log.append = append;
  return ({ request, metadata }, callback) => {
    received.push({ province, traceparent: metadata.get('traceparent') });
    const questions = request.queries.map(({ questionJws, fingerprint }) => ({
      questionJws,
      fingerprint: new Uint8Array(fingerprint),
    }));
    member.search(questions).then(
      (replies) =>
        callback(null, {
          results: replies.map((reply) => ({
            result: { $case: 'answerJws', value: reply.kind === 'answer' ? reply.answerJws : '' },
          })),
        }),
      (error: unknown) => callback(error instanceof Error ? error : new Error('failed')),
    );
  };
}

async function coordinatorOf(
  federation: FakeFederation,
  members: ReturnType<typeof createMemberClient>,
): Promise<handleUnaryCall<CheckRequest, CheckResponse>> {
  const key = federation.keys.get('coordinator');
  if (!key) throw new Error('the coordinator has a key');
  const verifier = createStatementVerifier(federation.signedDirectory);
  const shared = { directory: federation.directory, verifier, digest, clock };
  const deps = {
    ...{ ...shared, members, signer: await createStatementSigner(key) },
    log: traceLog(federation.coordinatorLog),
  };
  const answer = async (signed: CheckRequest): Promise<CheckResponse> => {
    const question = await acceptQuestion({ ...shared, seen: new RecentNonces(clock) }, signed);
    const [reply] = await fanOut(deps, [{ ...signed, question }], new Date(question.deadline));
    if (!reply) throw new Error('one question, one reply');
    return checkResponse(reply);
  };
  return ({ request }, callback) => {
    answer(request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(error instanceof Error ? error : new Error('failed')),
    );
  };
}
