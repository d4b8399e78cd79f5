import { join } from 'node:path';
import { type ProvinceId } from '#libs/registry';
import { projectRoot } from '../home/project-root.js';
import { type PartyHome, type WeftHome } from '../home/weft-home.js';
import { coordinatorSubject } from '../keys/certificates.js';
import { localAddress, type PortPlan } from './ports.js';
import { isGrpcServing, isHttpReady } from './readiness.js';
import { type ServiceSpec } from './service-process.js';

/** What of this process's environment its children may see; no secret is among it. */
const INHERITED = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'SystemRoot'],
  ...['WEFT_LOG_LEVEL', 'WEFT_REFLECTION', 'WEFT_OTLP_ENDPOINT', 'WEFT_TRACE_RATIO'],
];

/** How this federation's processes are set apart from the defaults. */
export interface ServiceSettings {
  /** Milliseconds that a check may take; undefined for the node's default. */
  readonly checkBudgetMs?: number | undefined;
  /** Nearest registrations that a member verifies for each question; undefined for the node's default. */
  readonly verifyCandidates?: number | undefined;
  /** Variables of single nodes, by province. */
  readonly nodeVariables?: ReadonlyMap<string, Readonly<Record<string, string>>> | undefined;
}

/** The coordinator's process; `witness` is the province whose certificate asks for its health. */
export function coordinatorSpec(home: WeftHome, ports: PortPlan, witness: ProvinceId): ServiceSpec {
  const { coordinator: grpc, coordinatorLog: log } = ports;
  return coordinatorAt(home, 'coordinator', home.coordinator, { grpc, log }, witness);
}

/** A second process of the coordinator, on the first one's database. */
export function secondCoordinatorSpec(home: WeftHome, ports: PortPlan, witness: ProvinceId): ServiceSpec {
  return coordinatorAt(home, 'coordinator-2', home.secondCoordinator, ports.secondCoordinator, witness);
}

function coordinatorAt(
  home: WeftHome,
  name: string,
  party: PartyHome,
  ports: PortPlan['secondCoordinator'],
  witness: ProvinceId,
): ServiceSpec {
  const address = localAddress(ports.grpc);
  return {
    name,
    entry: entryOf('coordinator'),
    env: {
      ...partyEnv(home),
      WEFT_KEYS_DIR: party.folder,
      WEFT_DATABASE_URL_FILE: party.databaseUrl,
      WEFT_GRPC_LISTEN: address,
      WEFT_LOG_LISTEN: localAddress(ports.log),
    },
    logFile: join(home.logs, `${name}.log`),
    isReady: () => isGrpcServing(address, coordinatorSubject().dnsName, home.province(witness)),
  };
}

/** The process of one province's node. */
export function nodeSpec(
  home: WeftHome,
  ports: PortPlan,
  province: ProvinceId,
  settings: ServiceSettings,
): ServiceSpec {
  const party = home.province(province);
  const port = ports.nodes.get(province);
  if (!port) throw new Error(`no ports are planned for ${province}`);
  return {
    name: province,
    entry: entryOf('province-node'),
    env: {
      ...partyEnv(home),
      WEFT_PROVINCE: province,
      WEFT_KEYS_DIR: party.folder,
      WEFT_DATA_DIR: party.folder,
      WEFT_DATABASE_URL_FILE: party.databaseUrl,
      WEFT_GRPC_LISTEN: localAddress(port.grpc),
      WEFT_HTTP_LISTEN: localAddress(port.http),
      WEFT_LOG_LISTEN: localAddress(port.log),
      WEFT_DEV_PEOPLE: 'on',
      // Four nodes share this machine.
      WEFT_FINGERPRINT_THREADS: '1',
      ...numbers({
        WEFT_CHECK_BUDGET_MS: settings.checkBudgetMs,
        WEFT_VERIFY_CANDIDATES: settings.verifyCandidates,
      }),
      ...settings.nodeVariables?.get(province),
    },
    logFile: join(home.logs, `${province}.log`),
    isReady: () => isHttpReady(`http://${localAddress(port.http)}`),
  };
}

function numbers(variables: Readonly<Record<string, number | undefined>>): NodeJS.ProcessEnv {
  const given = Object.entries(variables).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function partyEnv(home: WeftHome): NodeJS.ProcessEnv {
  const inherited = INHERITED.map((name) => [name, process.env[name]] as const);
  return {
    ...Object.fromEntries(inherited.filter(([, value]) => value !== undefined)),
    WEFT_DIRECTORY_FILE: home.federation.directory,
    WEFT_TRUST_FILE: home.federation.trust,
    WEFT_REVOCATIONS_FILE: home.federation.revocations,
    WEFT_PARENT: 'ipc',
  };
}

function entryOf(app: string): string {
  return join(projectRoot(), 'dist', 'apps', app, 'src', 'main.js');
}
