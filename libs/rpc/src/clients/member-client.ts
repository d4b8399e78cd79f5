import { z } from 'zod';
import type { MemberReplicas, MemberReply, ProvinceId, ServedVersion, SignedQuestion } from '#libs/registry';
import type { Directory } from '#libs/federation-log';
import type { TlsIdentity } from '../credentials.js';
import {
  SimilarityServiceService as Similarity,
  type DescribeIndexResponse,
  type SearchResponse,
  type SearchResult,
} from '../generated/weft/similarity/v1/similarity.js';
import { silenceOf, silenceOfRefusal, type Silence } from '../outcomes.js';
import { Breaker } from './breaker.js';
import { Connection, type Endpoint } from './connection.js';
import { probe } from './probe.js';

/** What a member tells of its index. */
export interface IndexDescription {
  readonly modelDigest: string;
  readonly searched: number;
  readonly declared: number;
  readonly position: number;
  readonly registryPosition: number;
  readonly epoch: number;
  /** Every version that it serves, at least one. */
  readonly served: readonly ServedVersion[];
}

/** A member's description of its index, or why there is none. */
export type IndexReply = ({ readonly kind: 'index' } & IndexDescription) | Silence;

/** The coordinator's way to the members over gRPC. */
export interface RpcMemberClient extends MemberReplicas {
  /** Of the first of its processes that is there. Never throws and keeps the deadline. */
  describeIndex(province: ProvinceId, deadline: Date): Promise<IndexReply>;
  close(): void;
}

/** One process of a member. Its breaker probes on a connection of its own: a call must not come to share the fate of a probe's attempt to connect. */
interface Replica {
  readonly connection: Connection;
  readonly probed: Connection;
  readonly breaker: Breaker;
}

/** Asks the members of this directory, each process of them on one persistent connection and behind a breaker of its own. */
export function createMemberClient(directory: Directory, identity: TlsIdentity): RpcMemberClient {
  const members = new Map(
    directory.members.map(({ province, address, alsoAt = [], tlsName }) => [
      province,
      [address, ...alsoAt].map((one) => replicaAt({ address: one, tlsName }, identity)),
    ]),
  );
  const replicasOf = (province: ProvinceId): readonly Replica[] => members.get(province) ?? [];
  return {
    replicas: (province) => Math.max(1, replicasOf(province).length),
    async search(province, questions, deadline, from) {
      const replica = replicasOf(province)[from?.replica ?? 0];
      const given = replica ? await searchAt(replica, questions, deadline, from?.signal) : noMember(province);
      if ('kind' in given) return questions.map(() => given);
      if (given.results.length === questions.length) return given.results.map(replyOf);
      return questions.map(() => ({
        kind: 'none',
        outcome: 'BAD_SIGNATURE',
        detail: `gave ${given.results.length} results to ${questions.length} questions`,
      }));
    },
    async describeIndex(province, deadline) {
      let reply: IndexReply = noMember(province);
      for (const { connection } of replicasOf(province)) {
        reply = await connection
          .unary(Similarity.describeIndex, {}, deadline)
          .then((response) => indexOf(province, response), silenceOf);
        if (reply.kind === 'index' || reply.outcome !== 'UNREACHABLE') return reply;
      }
      return reply;
    },
    close() {
      for (const { breaker, probed, connection } of [...members.values()].flat()) {
        breaker.close();
        probed.close();
        connection.close();
      }
    },
  };
}

function replicaAt(endpoint: Endpoint, identity: TlsIdentity): Replica {
  const probed = new Connection(endpoint, identity);
  return { connection: new Connection(endpoint, identity), probed, breaker: breakerOf(probed) };
}

function searchAt(
  { connection, breaker }: Replica,
  questions: readonly SignedQuestion[],
  deadline: Date,
  signal: AbortSignal | undefined,
): Promise<SearchResponse | Silence> {
  const queries = questions.map(({ questionJws, fingerprint }) => ({
    questionJws,
    fingerprint: Buffer.from(fingerprint),
  }));
  const ask = async () => connection.unary(Similarity.search, { queries }, deadline, signal);
  // What was given up says nothing of the member, and is no reason to doubt it.
  const call = () => ask().catch((error: unknown) => (signal?.aborted ? GIVEN_UP : silenceOf(error)));
  return breaker.run(call, silenceIn);
}

const GIVEN_UP: Silence = { kind: 'none', outcome: 'REFUSED', detail: 'was asked elsewhere too' };

function noMember(province: ProvinceId): Silence {
  return { kind: 'none', outcome: 'UNREACHABLE', detail: `${province} is not a member of the directory` };
}

function silenceIn(given: SearchResponse | Silence): Silence | null {
  return 'kind' in given ? given : null;
}

function breakerOf(connection: Connection): Breaker {
  return new Breaker({
    probe: () => probe(connection),
    now: () => new Date(),
    later(work, milliseconds) {
      const timer = setTimeout(work, milliseconds).unref();
      return () => clearTimeout(timer);
    },
  });
}

function replyOf({ result }: SearchResult): MemberReply {
  switch (result?.$case) {
    case 'answerJws':
      return { kind: 'answer', answerJws: result.value };
    case 'refusal':
      return silenceOfRefusal(result.value);
    case undefined:
      return { kind: 'none', outcome: 'REFUSED', detail: 'gave neither an answer nor a reason' };
  }
}

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

const servedSchema = z.object({
  modelDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  searched: count,
  declared: count,
});

const indexSchema = servedSchema.extend({
  province: z.string().max(64),
  position: count,
  registryPosition: count,
  epoch: count,
  served: z.array(servedSchema).max(4),
});

function indexOf(province: ProvinceId, response: DescribeIndexResponse): IndexReply {
  const parsed = indexSchema.safeParse(response);
  if (!parsed.success || parsed.data.province !== province) {
    return {
      kind: 'none',
      outcome: 'BAD_SIGNATURE',
      detail: 'its description is not in the form of its own',
    };
  }
  const { province: _province, served, ...index } = parsed.data;
  const { modelDigest, searched, declared } = index;
  return {
    kind: 'index',
    ...index,
    served: served.length > 0 ? served : [{ modelDigest, searched, declared }],
  };
}
