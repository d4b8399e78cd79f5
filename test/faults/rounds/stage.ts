import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#libs/persistence';
import { readDevelopmentPerson } from '../../../apps/cli/src/home/development-people.js';
import { locateHome, type WeftHome } from '../../../apps/cli/src/home/weft-home.js';
import { startFederation, type Federation } from '../../../apps/cli/src/up/federation.js';
import { localAddress, planPorts } from '../../../apps/cli/src/up/ports.js';
import { isHttpReady } from '../../../apps/cli/src/up/readiness.js';
import { ServiceProcess } from '../../../apps/cli/src/up/service-process.js';
import { drawnPicture } from '../../pictures.js';
import { freePortBase } from '../../ports.js';
import { Examiner } from './examiner.js';
import type { Ledger } from './ledger.js';

export const PROVINCES = ['zhejiang', 'shandong', 'jiangsu'] as const;
const IMPORTER = resolve(import.meta.dirname, 'importer.mjs');
const PICTURES = 6;
/** Longest that processes may take to serve again after their database was killed. */
const RECOVERY_MS = 60_000;
/** Of the gRPC port of a node's second process; its HTTP comes after it. */
const SECOND_NODE_OFFSET = 29;
const TRIES = 20;
const AFTER_TRY_MS = 500;

/** Three provinces, a coordinator, their database server, and people at work, any of which can be killed. */
export class Stage {
  readonly examiners: Examiner[] = [];
  private server: EmbeddedPostgres | undefined;
  private importer: ChildProcess | undefined;
  /** The second process of a province's node. */
  private second: ServiceProcess | null = null;
  private importers = 0;
  /** Services that are being started again. */
  private readonly reviving = new Map<string, Promise<void>>();

  private constructor(
    readonly folder: string,
    readonly home: WeftHome,
    readonly portBase: number,
    readonly federation: Federation,
    private readonly ledger: Ledger,
  ) {}

  /** @param second whether the coordinator, and a province's node, have a second process beside them */
  static async start(
    ledger: Ledger,
    second: { readonly coordinator?: boolean; readonly node?: (typeof PROVINCES)[number] } = {},
  ): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'weft-rounds-'));
    const home = locateHome({ home: folder });
    const portBase = await freePortBase();
    const federation = await startFederation({
      home,
      databases: { portBase, postgresAdminUrl: undefined, databaseUrls: new Map() },
      members: PROVINCES,
      secondCoordinator: second.coordinator ?? false,
      secondNodes: new Map(second.node ? [[second.node, localAddress(portBase + SECOND_NODE_OFFSET)]] : []),
      calibration: DEFAULT_CALIBRATION,
      clock: { now: () => new Date() },
      restarts: 0,
      checkBudgetMs: 8_000,
      say: () => undefined,
    });
    const stage = new Stage(folder, home, portBase, federation, ledger);
    if (second.node) await stage.startSecond(second.node);
    const pictures = await Promise.all(Array.from({ length: PICTURES }, (_, seed) => drawnPicture(seed)));
    for (const [province, origin] of federation.origins) {
      const person = readDevelopmentPerson(home.province(province), 'examiner');
      stage.examiners.push(new Examiner(province, origin, person, pictures, ledger));
    }
    return stage;
  }

  /** With the keys and on the database of the first; its index is its own. */
  private async startSecond(province: string): Promise<void> {
    const first = this.federation.nodes.get(province);
    if (!first) throw new Error(`${province} has no node`);
    const { spec, keepAlive } = first;
    const name = `${province}-2`;
    const own = join(this.folder, name);
    cpSync(this.home.province(province).folder, own, { recursive: true });
    rmSync(join(own, 'log-signed.json'), { force: true });
    const http = localAddress(this.portBase + SECOND_NODE_OFFSET + 1);
    const env = {
      ...spec.env,
      WEFT_REPLICA: 'on',
      WEFT_KEYS_DIR: own,
      WEFT_DATA_DIR: own,
      WEFT_GRPC_LISTEN: localAddress(this.portBase + SECOND_NODE_OFFSET),
      WEFT_HTTP_LISTEN: http,
      WEFT_LOG_LISTEN: '',
    };
    const logFile = join(this.home.logs, `${name}.log`);
    const isReady = () => isHttpReady(`http://${http}`);
    this.second = new ServiceProcess({ ...spec, name, env, logFile, isReady }, keepAlive);
    await this.second.start();
  }

  async beginWork(): Promise<void> {
    await this.startImporter();
    for (const examiner of this.examiners) examiner.start();
  }

  async endWork(): Promise<void> {
    await Promise.all(this.examiners.map((examiner) => examiner.stop()));
    await this.killImporter();
  }

  get services(): readonly ServiceProcess[] {
    const { coordinator, secondCoordinator, nodes } = this.federation;
    return [coordinator, secondCoordinator, ...nodes.values(), this.second].filter((one) => one !== null);
  }

  /** Kills a service, leaves it dead for a while, and has it started again while other things go on. */
  async killService(name: string, deadMs: number): Promise<void> {
    const service = this.services.find((one) => one.name === name);
    if (!service) throw new Error(`${name} is no service`);
    await this.reviving.get(name);
    await service.kill('SIGKILL');
    this.reviving.set(name, this.revive(service, deadMs));
  }

  /** Kills a service, which stays dead until it is revived. */
  holdDead(name: string): { readonly gone: Promise<void>; revive(): void } {
    const service = this.services.find((one) => one.name === name);
    if (!service) throw new Error(`${name} is no service`);
    return {
      gone: service.kill('SIGKILL'),
      revive: () => void this.reviving.set(name, this.revive(service, 0)),
    };
  }

  /** All services serve, as after the last of their supervisors' tries. */
  async untilWhole(): Promise<void> {
    await Promise.all(this.reviving.values());
    for (const service of this.services) await this.untilServing(service);
  }

  /** As a supervisor does: again, if its database was just then away. */
  private async revive(service: ServiceProcess, deadMs: number): Promise<void> {
    await pause(deadMs);
    for (let tries = 1; ; tries += 1) {
      try {
        return await service.start();
      } catch (error) {
        if (tries === TRIES) throw error;
        await pause(AFTER_TRY_MS);
      }
    }
  }

  /** Kills the database server and starts it again. */
  async killDatabase(deadMs: number): Promise<void> {
    const [pid = ''] = readFileSync(
      join(this.home.postgres, 'cluster', 'data', 'postmaster.pid'),
      'utf8',
    ).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await pause(deadMs);
    const { postgres } = planPorts(PROVINCES, this.portBase);
    // What the killed server's users held of it went with it.
    this.server = await startEmbeddedPostgres({ dataDir: this.home.postgres, port: postgres });
  }

  /** A service must find its database again by itself: one that ended of it would not be started here. */
  private async untilServing(service: ServiceProcess): Promise<void> {
    const end = Date.now() + RECOVERY_MS;
    while (!(await service.spec.isReady())) {
      if (Date.now() > end) {
        // The folder goes with the run: what it said last is told now.
        const said = readFileSync(service.spec.logFile, 'utf8').slice(-2_000);
        throw new Error(`${service.name} (process ${service.pid ?? 'gone'}) does not serve again: ${said}`);
      }
      await pause(100);
    }
  }

  async killImporter(): Promise<void> {
    const child = this.importer;
    this.importer = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }

  async startImporter(): Promise<void> {
    this.importers += 1;
    const province = PROVINCES[this.importers % PROVINCES.length] ?? '';
    const args = [IMPORTER, this.home.root, province, String(this.importers)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.importer = child;
    createInterface(child.stdout).on('line', (line) => {
      const [word, ...title] = line.split(' ');
      if (word === 'begun') this.ledger.pages.set(title.join(' '), { province, committed: false });
      const page = this.ledger.pages.get(title.join(' '));
      if (word === 'committed' && page) page.committed = true;
    });
    await once(child, 'spawn');
  }

  async stop(): Promise<void> {
    await this.killImporter();
    await this.second?.stop();
    await this.federation.stop();
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
