import { status, type handleUnaryCall } from '@grpc/grpc-js';
import { createStatementSigner, type Directory, type SigningKey } from '#libs/federation-log';
import { answerSchema, type Answer, type MemberReply, type StatementSigner } from '#libs/registry';
import {
  createMemberClient,
  NODE_SERVICES,
  type RpcMemberClient,
  type SearchRequest,
  type SearchResponse,
  type TlsIdentity,
} from '#libs/rpc';
import { startTestServer, type TestServer } from '../grpc-server.js';

const SIMILARITY = 'weft.similarity.v1.SimilarityService';
const OTHER_MODEL = `sha256:${'0'.repeat(64)}`;

/** What an impostor does to a node's answer. */
export type Lie = 'forged' | 'replayed' | 'stale' | 'of another' | 'of another model';

/** What an impostor stole or was given. */
export interface Loot {
  readonly province: string;
  /** Of the node. */
  readonly identity: TlsIdentity;
  readonly key: SigningKey;
  /** Of another member, which answers in the node's place. */
  readonly neighbour: { readonly province: string; readonly key: SigningKey };
  /** Of the coordinator: the node answers it alone. */
  readonly coordinator: TlsIdentity;
  /** With the node's own address. */
  readonly directory: Directory;
}

/**
 * A server that shows a node's own certificate and passes questions on to it. It gives the node's answers as they are until it lies; whose
 * key signs a lie is what its name says.
 */
export class Impostor {
  /** Told to the next questions in turn. */
  lies: readonly Lie[] = [];
  #told = 0;
  #kept: string | undefined;
  #server: TestServer | undefined;

  private constructor(
    private readonly loot: Loot,
    private readonly node: RpcMemberClient,
    private readonly signers: { readonly own: StatementSigner; readonly neighbour: StatementSigner },
  ) {}

  static async start(loot: Loot): Promise<Impostor> {
    const impostor = new Impostor(loot, createMemberClient(loot.directory, loot.coordinator), {
      own: await createStatementSigner(loot.key),
      neighbour: await createStatementSigner(loot.neighbour.key),
    });
    impostor.#server = await startTestServer(
      {
        identity: loot.identity,
        services: NODE_SERVICES,
        members: loot.directory.members.map(({ province }) => province),
      },
      { [SIMILARITY]: { search: impostor.#search } },
    );
    return impostor;
  }

  get port(): number {
    return Number(this.#server?.address.split(':')[1]);
  }

  stop(): void {
    this.node.close();
    this.#server?.stop();
  }

  readonly #search: handleUnaryCall<SearchRequest, SearchResponse> = (call, callback) => {
    this.#answers(call.request, new Date(Number(call.getDeadline()))).then(
      (results) => callback(null, { results }),
      (error: unknown) =>
        callback({ code: status.UNAVAILABLE, details: error instanceof Error ? error.message : '' }),
    );
  };

  async #answers({ queries }: SearchRequest, deadline: Date): Promise<SearchResponse['results']> {
    const replies = await this.node.search(this.loot.province, queries, deadline);
    return Promise.all(
      replies.map(async (reply) => ({
        result: { $case: 'answerJws' as const, value: await this.#tell(reply) },
      })),
    );
  }

  async #tell(reply: MemberReply): Promise<string> {
    if (reply.kind === 'none') throw new Error(reply.detail);
    const { answerJws } = reply;
    const old = this.#kept ?? answerJws;
    this.#kept = answerJws;
    const lie = this.lies[this.#told++ % this.lies.length] ?? 'nothing';
    const answer = answerOf(answerJws);
    const nothingFound = { ...answer, hits: [] };
    switch (lie) {
      case 'nothing':
        return answerJws;
      case 'forged':
        return withPayload(answerJws, nothingFound);
      case 'replayed':
        return old;
      case 'stale': {
        const { index } = answer;
        return this.signers.own.sign({
          ...nothingFound,
          index: { ...index, position: index.position - 1, searched: index.searched - 1 },
        });
      }
      case 'of another':
        return this.signers.neighbour.sign({ ...nothingFound, province: this.loot.neighbour.province });
      case 'of another model':
        return this.signers.own.sign({ ...nothingFound, modelDigest: OTHER_MODEL });
    }
  }
}

function answerOf(jws: string): Answer {
  return answerSchema.parse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()));
}

function withPayload(jws: string, payload: Answer): string {
  const [head, , signature] = jws.split('.');
  return [head, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
}
