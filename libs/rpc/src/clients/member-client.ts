import { z } from 'zod';
import type { MemberClient, MemberReply, ProvinceId, ServedVersion } from '#libs/registry';
import type { Directory } from '#libs/federation-log';
import type { TlsIdentity } from '../credentials.js';
import {
  SimilarityServiceService as Similarity,
  type DescribeIndexResponse,
  type SearchResult,
} from '../generated/weft/similarity/v1/similarity.js';
import { silenceOf, silenceOfRefusal, type Silence } from '../outcomes.js';
import { Connections } from './connection.js';

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
export interface RpcMemberClient extends MemberClient {
  /** Never throws and keeps the deadline. */
  describeIndex(province: ProvinceId, deadline: Date): Promise<IndexReply>;
  close(): void;
}

/** Asks the members of this directory, each on one persistent connection. */
export function createMemberClient(directory: Directory, identity: TlsIdentity): RpcMemberClient {
  const connections = new Connections(directory.members, identity);
  return {
    async search(province, questions, deadline) {
      const queries = questions.map(({ questionJws, fingerprint }) => ({
        questionJws,
        fingerprint: Buffer.from(fingerprint),
      }));
      try {
        const { results } = await connections.to(province).unary(Similarity.search, { queries }, deadline);
        if (results.length === questions.length) return results.map(replyOf);
        return questions.map(() => ({
          kind: 'none',
          outcome: 'BAD_SIGNATURE',
          detail: `gave ${results.length} results to ${questions.length} questions`,
        }));
      } catch (error) {
        const silence = silenceOf(error);
        return questions.map(() => silence);
      }
    },
    async describeIndex(province, deadline) {
      try {
        return indexOf(
          province,
          await connections.to(province).unary(Similarity.describeIndex, {}, deadline),
        );
      } catch (error) {
        return silenceOf(error);
      }
    },
    close: () => connections.close(),
  };
}

function replyOf({ result }: SearchResult): MemberReply {
  switch (result?.$case) {
    case 'answerJws':
      return { kind: 'answer', answerJws: result.value };
    case 'refusal':
      return silenceOfRefusal(result.value.reason, result.value.detail);
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
