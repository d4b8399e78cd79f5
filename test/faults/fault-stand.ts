import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { signingKeySchema, trustedLogs, type SigningKey, type TrustedLog } from '#libs/federation-log';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { nodeLogCrypto } from '#libs/identity';
import { type TlsIdentity } from '#libs/rpc';
import { type CheckReport } from '../../apps/cli/src/client/check-report.js';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import {
  DEFAULT_MEMBERS,
  locateHome,
  type PartyHome,
  type WeftHome,
} from '../../apps/cli/src/home/weft-home.js';
import { startFederation, type Federation } from '../../apps/cli/src/up/federation.js';
import { localAddress, planPorts } from '../../apps/cli/src/up/ports.js';
import { fileApplication } from '../examiner.js';
import { drawnPicture } from '../pictures.js';
import { freePortBase } from '../ports.js';
import { Impostor } from './impostor.js';
import { LogCopy, type LogEntry } from './log-copy.js';
import { TcpProxy } from './tcp-proxy.js';

/** Who asks; its own node is one of the four that the coordinator reaches through a proxy. */
export const ASKER = 'zhejiang';
/** Milliseconds that a check may take. */
export const BUDGET_MS = 2_000;
/** Above all ports of the federation. */
const PROXY_OFFSET = 26;
/** How long the log may take to sign an entry: five seconds. */
const LOG_LOOKS = 50;
const LOG_LOOK_MS = 100;

/** A check as its examiner saw it. */
export interface SeenCheck {
  /** What was asked about: the work that lies in the faulted province, or a new one. */
  readonly picture: 'planted' | 'new';
  readonly report: CheckReport;
  /** Milliseconds that its answer came after the check's time was over; negative if before. */
  readonly lateMs: number;
}

/** One province of the stand. */
export interface Place {
  readonly province: string;
  readonly proxy: TcpProxy;
  /** Port at which its node listens. */
  readonly node: number;
  readonly impostor: Impostor;
  /** The registration that only this province has, and its picture. */
  readonly planted: { readonly registrationId: string; readonly picture: Uint8Array };
}

/** Five real processes on PostgreSQL, a proxy in front of each node, and in each registry one work that no other has. */
export class FaultStand {
  readonly places = new Map<string, Place>();
  readonly provinces = DEFAULT_MEMBERS;
  readonly #examiner: NodeClient;
  readonly #auditors: ReadonlyMap<string, NodeClient>;
  readonly #log: LogCopy;

  private constructor(
    readonly home: WeftHome,
    readonly portBase: number,
    readonly federation: Federation,
    private readonly fresh: Uint8Array,
  ) {
    this.#examiner = this.#client('examiner', ASKER);
    this.#auditors = new Map(this.provinces.map((province) => [province, this.#client('auditor', province)]));
    this.#log = new LogCopy(trustedLog(federation, ASKER), (path) => this.auditorOf(ASKER).logFile(path));
  }

  /** Some ten seconds. */
  static async start(): Promise<FaultStand> {
    const home = locateHome({ home: mkdtempSync(join(tmpdir(), 'weft-faults-')) });
    const portBase = await freePortBase();
    const ports = planPorts(DEFAULT_MEMBERS, portBase).nodes;
    const proxies = new Map<string, TcpProxy>();
    for (const [place, province] of DEFAULT_MEMBERS.entries())
      proxies.set(
        province,
        await TcpProxy.start(of(ports, province).grpc, portBase + PROXY_OFFSET + place, place + 1),
      );
    const federation = await startFederation({
      home,
      databases: { portBase, postgresAdminUrl: undefined, databaseUrls: new Map() },
      members: DEFAULT_MEMBERS,
      fronts: new Map([...proxies].map(([province, { port }]) => [province, localAddress(port)])),
      calibration: DEFAULT_CALIBRATION,
      clock: { now: () => new Date() },
      restarts: 0,
      checkBudgetMs: BUDGET_MS,
      say: () => undefined,
    });
    const stand = new FaultStand(home, portBase, federation, await drawnPicture(1_000));
    for (const [place, province] of DEFAULT_MEMBERS.entries())
      stand.places.set(province, {
        province,
        proxy: of(proxies, province),
        node: of(ports, province).grpc,
        impostor: await stand.#impostor(province, of(ports, province).grpc),
        planted: await stand.#plant(province, await drawnPicture(1_001 + place)),
      });
    return stand;
  }

  place(province: string): Place {
    return of(this.places, province);
  }

  /** The member after this one. */
  neighbour(province: string): string {
    const next = this.provinces[(this.provinces.indexOf(province) + 1) % this.provinces.length];
    return next ?? province;
  }

  readonly auditorOf = (province: string): NodeClient => of(this.#auditors, province);

  /** What the asker's log says of its checks, by check id; waits until their verdicts are in the signed tree. */
  async logOf(checks: readonly SeenCheck[]): Promise<ReadonlyMap<string, readonly LogEntry[]>> {
    const entries = new Map<string, readonly LogEntry[]>();
    for (const { report } of checks)
      for (let look = 0; look < LOG_LOOKS; look += 1) {
        const found = await this.#log.entriesOf(report.checkId);
        entries.set(report.checkId, found);
        if (found.some(({ type }) => type === 'check.judged')) break;
        await pause(LOG_LOOK_MS);
      }
    return entries;
  }

  /** The check that its node made in an incomplete one's place, by this time; undefined if none. */
  async sequelOf(checkId: string, end: number): Promise<CheckReport | undefined> {
    for (;;) {
      const { supersededBy } = await this.#examiner.readCheck(checkId);
      if (supersededBy !== null) return this.#examiner.readCheck(supersededBy);
      if (Date.now() > end) return undefined;
      await pause(LOG_LOOK_MS);
    }
  }

  identity(party: PartyHome): TlsIdentity {
    return {
      ca: readFileSync(party.caCertificate),
      certificate: readFileSync(party.tlsCertificate),
      key: readFileSync(party.tlsKey),
    };
  }

  /** Asks about the work that this province has, or about one that none has. */
  async check(province: string, picture: SeenCheck['picture']): Promise<SeenCheck> {
    const bytes = picture === 'new' ? this.fresh : this.place(province).planted.picture;
    const report = await this.#examiner.check({ name: 'picture.jpg', bytes });
    return { picture, report, lateMs: Date.now() - Date.parse(report.askedAt) - BUDGET_MS };
  }

  async stop(): Promise<void> {
    for (const { impostor, proxy } of this.places.values()) {
      impostor.stop();
      await proxy.close();
    }
    await this.federation.stop();
    rmSync(this.home.root, { recursive: true, force: true });
  }

  #client(role: 'examiner' | 'auditor', province: string): NodeClient {
    return new NodeClient(
      of(this.federation.origins, province),
      readDevelopmentPerson(this.home.province(province), role),
    );
  }

  async #plant(province: string, picture: Uint8Array): Promise<Place['planted']> {
    const examiner = readDevelopmentPerson(this.home.province(province), 'examiner');
    const work = {
      title: '缠枝莲纹',
      category: 'F',
      owner: '演示纺织有限公司',
      completedOn: '2024-03-01',
      centre: '',
    };
    return {
      picture,
      registrationId: await fileApplication(of(this.federation.origins, province), examiner, picture, work),
    };
  }

  #impostor(province: string, node: number): Promise<Impostor> {
    const { directory } = this.federation;
    const neighbour = this.neighbour(province);
    return Impostor.start({
      province,
      identity: this.identity(this.home.province(province)),
      key: keyOf(this.home.province(province)),
      neighbour: { province: neighbour, key: keyOf(this.home.province(neighbour)) },
      coordinator: this.identity(this.home.coordinator),
      directory: {
        ...directory,
        members: directory.members.map((member) =>
          member.province === province ? { ...member, address: localAddress(node) } : member,
        ),
      },
    });
  }
}

function keyOf(party: PartyHome): SigningKey {
  return signingKeySchema.parse(JSON.parse(readFileSync(party.signingKey, 'utf8')));
}

function trustedLog({ directory }: Federation, party: string): TrustedLog {
  return of(trustedLogs(directory, nodeLogCrypto), `weft/${party}`);
}

function of<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`nothing for ${name}`);
  return found;
}
