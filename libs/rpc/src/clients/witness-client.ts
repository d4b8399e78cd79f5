import { partyOfWitness, type Directory, type TrustedLog, type WitnessClient } from '#libs/federation-log';
import type { TlsIdentity } from '../credentials.js';
import { WitnessServiceService as Witness } from '../generated/weft/witness/v1/witness.js';
import { boundedDetail } from '../limits.js';
import { Connections } from './party-connection.js';

/** A log's way to the members as witnesses. */
export interface RpcWitnessClient {
  /** One client for each member that witnesses this log. */
  clientsFor(log: Pick<TrustedLog, 'witnesses'>): WitnessClient[];
  close(): void;
}

/** Reaches the members of this directory, each on one persistent connection. */
export function createWitnessClient(directory: Directory, identity: TlsIdentity): RpcWitnessClient {
  const connections = new Connections(directory.members, identity);
  const members = new Set(directory.members.map(({ province }) => province));
  const clientOf = (name: string, province: string): WitnessClient => ({
    name,
    async addCheckpoint(body, deadline) {
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
  });
  return {
    clientsFor({ witnesses }) {
      const names = new Set(witnesses.map(({ name }) => name));
      return [...names].flatMap((name) => {
        const province = partyOfWitness(name);
        return province !== null && members.has(province) ? [clientOf(name, province)] : [];
      });
    },
    close: () => connections.close(),
  };
}
