import { once } from 'node:events';
import { join } from 'node:path';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { checkPlanted, plantedText, type PlantedCheck } from '../client/check-planted.js';
import { NodeClient } from '../client/node-client.js';
import { checkText, provinceName } from '../client/tables.js';
import { type CliConfig } from '../config.js';
import { readDevelopmentPerson } from '../home/development-people.js';
import { DEFAULT_MEMBERS, locateHome, type WeftHome } from '../home/weft-home.js';
import { type Output } from '../output.js';
import { demoPlanOf, fillDemo, isDemoFilled } from './fill-demo.js';
import { startFederation, Stopped, type Federation } from './federation.js';

const RESTARTS = 5;

/** What `weft up` is asked to do. */
export interface UpRequest {
  /** Stop again after the demo check. */
  readonly once: boolean;
  /** Fill in the demo registry on the first run and check one planted duplicate. */
  readonly demo: boolean;
  /** Run two processes of the coordinator. */
  readonly secondCoordinator: boolean;
}

/**
 * Starts the federation, shows that it works, and keeps it up until SIGINT, SIGTERM or SIGHUP.
 * @returns the exit code: with `once` 0 only if the planted duplicate was found
 */
export async function runUp(config: CliConfig, request: UpRequest, output: Output): Promise<0 | 1> {
  const say = (line: string) => output.say(line);
  const stop = stopOnSignal(say);
  const home = locateHome(config);
  say(`Weft home: ${home.root}`);
  try {
    const federation = await startFederation(
      {
        home,
        databases: config,
        members: DEFAULT_MEMBERS,
        secondCoordinator: request.secondCoordinator,
        calibration: DEFAULT_CALIBRATION,
        clock: { now: () => new Date() },
        restarts: RESTARTS,
        say,
        ...(request.demo ? { beforeNodes: (signal) => fillDemo(home, DEFAULT_MEMBERS, say, signal) } : {}),
      },
      stop,
    );
    try {
      const planted = request.demo ? await checkFirstPlanted(federation, home, say) : undefined;
      output.result(summary(federation, home, planted), () => summaryText(federation, home, planted));
      if (request.once)
        return planted?.found === true && planted.verdict !== null && planted.check.complete ? 0 : 1;
      say('Press Ctrl-C to stop.');
      if (!stop.aborted) await once(stop, 'abort');
      return 0;
    } finally {
      await federation.stop();
      say('Stopped.');
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    say('Stopped before it was ready.');
    return 1;
  }
}

/** Offers one planted copy that is not registered yet; undefined where the registries hold no demo. */
async function checkFirstPlanted(
  federation: Federation,
  home: WeftHome,
  say: (line: string) => void,
): Promise<PlantedCheck | undefined> {
  if (!isDemoFilled(home, DEFAULT_MEMBERS)) {
    say('The registries have entries of their own and hold no demo: nothing planted to check.');
    return undefined;
  }
  const plant = demoPlanOf(home).planted.find(
    ({ kind, registeredAs }) => kind === 'mirrored' && registeredAs === null,
  );
  const origin = plant && federation.origins.get(plant.offeredIn);
  if (!plant || origin === undefined) return undefined;
  const examiner = readDevelopmentPerson(home.province(plant.offeredIn), 'examiner');
  return checkPlanted(new NodeClient(origin, examiner), plant);
}

/** Aborts on the first signal to stop; npm and the terminal may both send one, so that more of them change nothing. */
function stopOnSignal(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      say('Stopping ...');
      controller.abort();
    });
  }
  return controller.signal;
}

function summary(federation: Federation, home: WeftHome, planted: PlantedCheck | undefined) {
  return {
    home: home.root,
    epoch: federation.directory.epoch,
    coordinator: { address: federation.directory.coordinator.address, pid: federation.coordinator.pid },
    secondCoordinator: federation.secondCoordinator && {
      address: federation.directory.coordinator.alsoAt?.[0],
      pid: federation.secondCoordinator.pid,
    },
    nodes: federation.directory.members.map(({ province, address }) => ({
      province,
      http: federation.origins.get(province),
      grpc: address,
      pid: federation.nodes.get(province)?.pid,
      people: home.province(province).people,
    })),
    demo: planted ?? null,
  };
}

function summaryText(federation: Federation, home: WeftHome, planted: PlantedCheck | undefined): string {
  const nodes = federation.directory.members.map(
    ({ province, address }) =>
      `  ${provinceName(province)}: ${federation.origins.get(province)}  gRPC ${address}`,
  );
  const { address, alsoAt = [] } = federation.directory.coordinator;
  return [
    ...(planted ? [plantedText(planted), checkText(planted.check), ''] : []),
    `The federation is up: directory epoch ${federation.directory.epoch}, coordinator gRPC ${[address, ...alsoAt].join(' and ')}`,
    ...nodes,
    `Development passwords: ${join(home.root, 'provinces', '*', 'people.json')}`,
    "Console: open a node's address in a browser",
    'API: GET /api/v1/openapi.json at each node. Try: npx weft demo --check, npx weft status, npx weft check PICTURE',
  ].join('\n');
}
