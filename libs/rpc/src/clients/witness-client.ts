import type { Directory } from '#libs/federation-log';
import type { TlsIdentity } from '../credentials.js';
import { WitnessServiceService as Witness } from '../generated/weft/witness/v1/witness.js';
import { boundedDetail } from '../limits.js';
import { Connections } from './connection.js';

/** A witness's answer as it came over the wire. */
export interface WitnessAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A log's way to the members as witnesses. */
export interface RpcWitnessClient {
  /**
   * Sends a checkpoint to a member.
   * @param deadline absolute; connecting counts
   * @throws Error in one sentence if there was no answer by then
   */
  addCheckpoint(province: string, body: string, deadline: Date): Promise<WitnessAnswer>;
  close(): void;
}

/** Reaches the members of this directory, each on one persistent connection. */
export function createWitnessClient(directory: Directory, identity: TlsIdentity): RpcWitnessClient {
  const connections = new Connections(directory.members, identity);
  return {
    async addCheckpoint(province, body, deadline) {
      try {
        const answer = await connections
          .to(province)
          .unary(Witness.addCheckpoint, { body: Buffer.from(body) }, deadline);
        return {
          status: answer.status,
          contentType: boundedDetail(answer.contentType),
          body: answer.body.toString('utf8'),
        };
      } catch (error) {
        const reason = error instanceof Error ? boundedDetail(error.message) : 'the call failed';
        throw new Error(`did not answer (${reason})`, { cause: error });
      }
    },
    close: () => connections.close(),
  };
}
