import { type Directory } from '#libs/federation-log';
import { type Calibration, type Clock, type ProvinceId } from '#libs/registry';
import { openDatabases, type DatabaseChoice, type DatabaseServer } from '../home/databases.js';
import { lockHome, type HomeLock } from '../home/lock.js';
import { makeHome, type WeftHome } from '../home/weft-home.js';
import { ensureDevelopmentKeys } from '../keys/development-keys.js';
import { renewRevocations } from '../keys/revocation-files.js';
import { localAddress, planPorts, requireFreePorts } from './ports.js';
import { ServiceProcess } from './service-process.js';
import { coordinatorSpec, nodeSpec, secondCoordinatorSpec, type ServiceSettings } from './service-specs.js';

/** A list counts for an hour. */
const RENEW_REVOCATIONS_MS = 600_000;

/** A federation to run on this machine. */
export interface FederationOptions extends ServiceSettings {
  readonly home: WeftHome;
  readonly databases: DatabaseChoice;
  readonly members: readonly ProvinceId[];
  /** Where the directory says that nodes answer, host:port, if not where they listen: what stands before them passes calls on. */
  readonly fronts?: ReadonlyMap<ProvinceId, string>;
  /** Whether two processes of the coordinator run side by side. */
  readonly secondCoordinator?: boolean;
  /** Where the directory says that second processes of nodes answer; they are the caller's to start. */
  readonly secondNodes?: ReadonlyMap<ProvinceId, string>;
  readonly calibration: Calibration;
  readonly clock: Clock;
  /** Crashes in a row after which a process stays down; 0 never restarts one. */
  readonly restarts: number;
  /** Told of what happens, one line each. */
  readonly say: (line: string) => void;
  /** Runs when the databases are there and before the nodes start, for example to fill them; ends early on `signal`. */
  readonly beforeNodes?: (signal: AbortSignal) => Promise<void>;
}

/** A start that was told to stop before it was done. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** A running federation: its processes and the database server. */
export interface Federation {
  readonly directory: Directory;
  readonly coordinator: ServiceProcess;
  /** Its second process, if one runs. */
  readonly secondCoordinator: ServiceProcess | null;
  readonly nodes: ReadonlyMap<ProvinceId, ServiceProcess>;
  /** "http://host:port" of each node's HTTP API. */
  readonly origins: ReadonlyMap<ProvinceId, string>;
  /** Stops all processes, then the database server; resolves when none is left. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a whole federation: lock, database server and databases, keys and directory, coordinator and nodes; resolves
 * when all of them are ready. What was started is stopped again if a part fails or `signal` aborts.
 * @throws Problem or PersistenceError that says what and how to mend it; Stopped
 */
export async function startFederation(
  options: FederationOptions,
  signal = new AbortController().signal,
): Promise<Federation> {
  const { home, members } = options;
  makeHome(home, members);
  const parts = new Parts(await lockHome(home));
  try {
    const ports = planPorts(members, options.databases.portBase);
    await requireFreePorts(ports);
    parts.server = await openDatabases(home, options.databases, members, true);
    if (signal.aborted) throw new Stopped();
    const directory = await ensureDevelopmentKeys(home, {
      members,
      addresses: {
        coordinator: localAddress(ports.coordinator),
        secondCoordinator: options.secondCoordinator ? localAddress(ports.secondCoordinator.grpc) : undefined,
        secondNodes: options.secondNodes ?? new Map(),
        nodes: new Map(
          [...ports.nodes].map(([province, port]) => [
            province,
            options.fronts?.get(province) ?? localAddress(port.grpc),
          ]),
        ),
      },
      calibration: options.calibration,
      clock: options.clock,
    });
    await parts.keepRevocations(home, options);
    await options.beforeNodes?.(signal);
    if (signal.aborted) throw new Stopped();
    const watch = { restarts: options.restarts, say: options.say };
    const witness = members[0] ?? '';
    const coordinator = parts.add(new ServiceProcess(coordinatorSpec(home, ports, witness), watch));
    const secondCoordinator = options.secondCoordinator
      ? parts.add(new ServiceProcess(secondCoordinatorSpec(home, ports, witness), watch))
      : null;
    const nodes = new Map(
      members.map((province) => [
        province,
        parts.add(new ServiceProcess(nodeSpec(home, ports, province, options), watch)),
      ]),
    );
    await parts.start(signal);
    return {
      directory,
      coordinator,
      secondCoordinator,
      nodes,
      origins: new Map(
        [...ports.nodes].map(([province, port]) => [province, `http://${localAddress(port.http)}`]),
      ),
      stop: () => parts.stop(),
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** What has been started so far, in the order in which it stops. */
class Parts {
  server: DatabaseServer | undefined;
  #renewal: NodeJS.Timeout | undefined;
  readonly #processes: ServiceProcess[] = [];
  #stopped: Promise<void> | undefined;

  constructor(readonly lock: HomeLock) {}

  add(process: ServiceProcess): ServiceProcess {
    this.#processes.push(process);
    return process;
  }

  /** A development federation has every founder's key here, and signs its revocation list itself while it runs. */
  async keepRevocations(
    home: WeftHome,
    { members, clock, say }: Pick<FederationOptions, 'members' | 'clock' | 'say'>,
  ): Promise<void> {
    const founders = members.map((province) => home.province(province).founderKey);
    const renew = () => renewRevocations(home, founders, clock.now());
    await renew();
    this.#renewal = setInterval(() => {
      renew().catch((error: unknown) => say(`revocations: ${String(error)}`));
    }, RENEW_REVOCATIONS_MS).unref();
  }

  /** Starts all processes at once; the first failure or the signal ends the wait. */
  async start(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Stopped()), { once: true });
    });
    await Promise.race([Promise.all(this.#processes.map((process) => process.start())), aborted]);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#renewal);
    this.lock.announceStop();
    await Promise.all(this.#processes.map((process) => process.stop()));
    await this.server?.stop();
    this.lock.release();
  }
}
