import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type ProvinceId } from '#libs/registry';
import { errorCode } from '../home/files.js';
import { Problem } from '../problem.js';

const HOST = '127.0.0.1';
const POSTGRES_OFFSET = 9;
const COORDINATOR_LOG_OFFSET = 10;
const HTTP_OFFSET = 11;
const SECOND_COORDINATOR_OFFSET = 19;
const SECOND_COORDINATOR_LOG_OFFSET = 20;
const LOG_OFFSET = 21;
/** Members that fit between the fixed offsets. */
const MOST_MEMBERS = POSTGRES_OFFSET - 1;

/** Where the processes of a federation on this machine listen. */
export interface PortPlan {
  readonly coordinator: number;
  readonly coordinatorLog: number;
  /** Of a second process of the coordinator, if one is wanted. */
  readonly secondCoordinator: { readonly grpc: number; readonly log: number };
  readonly postgres: number;
  readonly nodes: ReadonlyMap<
    ProvinceId,
    { readonly grpc: number; readonly http: number; readonly log: number }
  >;
}

/**
 * Coordinator at base, nodes' gRPC from base + 1, PostgreSQL at base + 9, coordinator's log at base + 10, nodes' HTTP from base + 11,
 * a second coordinator's gRPC and log at base + 19 and base + 20, nodes' logs from base + 21.
 */
export function planPorts(members: readonly ProvinceId[], base: number): PortPlan {
  if (members.length > MOST_MEMBERS) {
    throw new Problem('members', `are ${members.length}`, `run at most ${MOST_MEMBERS} on one machine`);
  }
  return {
    coordinator: base,
    coordinatorLog: base + COORDINATOR_LOG_OFFSET,
    secondCoordinator: {
      grpc: base + SECOND_COORDINATOR_OFFSET,
      log: base + SECOND_COORDINATOR_LOG_OFFSET,
    },
    postgres: base + POSTGRES_OFFSET,
    nodes: new Map(
      members.map((province, index) => [
        province,
        { grpc: base + 1 + index, http: base + HTTP_OFFSET + index, log: base + LOG_OFFSET + index },
      ]),
    ),
  };
}

/** host:port on this machine. */
export function localAddress(port: number): string {
  return `${HOST}:${port}`;
}

/**
 * Makes sure that nobody listens on the processes' ports (PostgreSQL's own launcher looks after its port).
 * @param patience milliseconds given to processes of an earlier start that are still ending
 * @throws Problem naming the port and what it is for
 */
export async function requireFreePorts(plan: PortPlan, patience = 5_000): Promise<void> {
  const wanted: [string, number][] = [
    ['coordinator, gRPC', plan.coordinator],
    ['coordinator, log', plan.coordinatorLog],
    ['second coordinator, gRPC', plan.secondCoordinator.grpc],
    ['second coordinator, log', plan.secondCoordinator.log],
  ];
  for (const [province, { grpc, http, log }] of plan.nodes) {
    wanted.push([`${province}, gRPC`, grpc], [`${province}, HTTP`, http], [`${province}, log`, log]);
  }
  const end = Date.now() + patience;
  for (const [role, port] of wanted) {
    while (!(await isFree(port))) {
      if (Date.now() > end) {
        throw new Problem(
          `port ${port} (${role})`,
          'is taken by another process',
          'stop that process, or set WEFT_PORT_BASE to the first of 30 free ports',
        );
      }
      await pause(100);
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE') resolve(false);
      else
        reject(
          new Problem(`port ${port}`, error.message, 'set WEFT_PORT_BASE to the first of 30 free ports', {
            cause: error,
          }),
        );
    });
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
