import { chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import type { Running } from '#libs/lifecycle';
import {
  createDataSource,
  createRoleAndDatabase,
  PostgresLogStore,
  startEmbeddedPostgres,
  storageProblem,
  type EmbeddedPostgres,
} from '#libs/persistence';
import { ExactIndex, readSnapshot, writeSnapshot } from '#libs/similarity';
import pg from 'pg';
import { pino } from 'pino';
import { QueryFailedError } from 'typeorm';
import { z } from 'zod';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { homeAt, makeHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { ensureDevelopmentKeys } from '../../apps/cli/src/keys/development-keys.js';
import { parseConfig } from '../../apps/province-node/src/config.js';
import { startNode } from '../../apps/province-node/src/start/start-node.js';
import { auditStored, untilSigned } from '../log/stored-log.js';
import { drawnPicture } from '../pictures.js';
import { freePortBase } from '../ports.js';
import { SmallDisk, smallDiskMissing } from './small-disk.js';

const PROVINCE = 'zhejiang';
const MEMBERS = [PROVINCE, 'shandong'];
/** Works that are filed at most while a disk is full: what the database has room for in its files is not refused yet. */
const MOST = 60;
const RECOVERY_MS = 60_000;

const missing = smallDiskMissing();
const errorSchema = z.object({
  error: z.object({ code: z.string(), field: z.string(), problem: z.string(), remedy: z.string() }),
});
const readySchema = z.object({ log: z.object({ phase: z.string() }) });
const registrationsSchema = z.object({ registrations: z.array(z.object({ registrationId: z.string() })) });

/** One province whose tables, database server and own files are each on a disk of their own. */
class Stand {
  readonly tables = SmallDisk.mount(64);
  readonly cluster = SmallDisk.mount(256);
  readonly files = SmallDisk.mount(32);
  readonly home: WeftHome = homeAt(join(this.files.path, 'home'));
  readonly acknowledged: string[] = [];
  private server: EmbeddedPostgres | undefined;
  private node: Running | undefined;
  private portBase = 0;
  private url = '';
  private token = '';
  private filed = 0;
  private picture: Uint8Array = new Uint8Array();

  get origin(): string {
    return `http://127.0.0.1:${this.portBase + 11}`;
  }

  async start(): Promise<void> {
    this.portBase = await freePortBase();
    this.picture = await drawnPicture(77);
    await this.startServer();
    this.url = await createRoleAndDatabase(this.server?.adminUrl ?? '', `weft_${PROVINCE}`);
    await this.moveTables();
    makeHome(this.home, MEMBERS);
    await ensureDevelopmentKeys(this.home, {
      members: MEMBERS,
      addresses: {
        coordinator: `127.0.0.1:${this.portBase}`,
        nodes: new Map(
          MEMBERS.map((province, place) => [province, `127.0.0.1:${this.portBase + 1 + place}`]),
        ),
      },
      calibration: DEFAULT_CALIBRATION,
      clock: { now: () => new Date() },
    });
    const party = this.home.province(PROVINCE);
    writeFileSync(party.databaseUrl, `${this.url}\n`, { mode: 0o600 });
    const config = parseConfig({
      WEFT_PROVINCE: PROVINCE,
      WEFT_DATABASE_URL_FILE: party.databaseUrl,
      WEFT_GRPC_LISTEN: `127.0.0.1:${this.portBase + 1}`,
      WEFT_HTTP_LISTEN: `127.0.0.1:${this.portBase + 11}`,
      WEFT_KEYS_DIR: party.folder,
      WEFT_DATA_DIR: party.folder,
      WEFT_DIRECTORY_FILE: this.home.federation.directory,
      WEFT_TRUST_FILE: this.home.federation.trust,
      WEFT_CHECK_BUDGET_MS: '500',
      WEFT_FINGERPRINT_THREADS: '1',
      WEFT_DEV_PEOPLE: 'on',
    });
    this.node = await startNode(config, pino({ level: 'silent' }));
    const response = await fetch(`${this.origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(readDevelopmentPerson(party, 'examiner')),
    });
    this.token = z.object({ token: z.string() }).parse(await response.json()).token;
  }

  /** Starts the server, or what a crash left of it. */
  async startServer(): Promise<void> {
    this.server = await startEmbeddedPostgres({
      dataDir: join(this.cluster.path, 'postgres'),
      port: this.portBase + 9,
    });
  }

  private async moveTables(): Promise<void> {
    const place = join(this.tables.path, 'tables');
    const { uid, gid } = statSync(join(this.cluster.path, 'postgres/cluster/data'));
    mkdirSync(place, { mode: 0o700 });
    chownSync(place, uid, gid);
    await this.asAdmin(`CREATE TABLESPACE small LOCATION '${place}'`);
    await this.asAdmin(`ALTER DATABASE weft_${PROVINCE} SET TABLESPACE small`);
  }

  async asAdmin(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.server?.adminUrl ?? '' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async call(path: string, body?: FormData): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.origin}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${this.token}` },
      ...(body ? { body } : {}),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Files one more work, each with a picture of other bytes. @returns what the node said if it did not take it */
  async file(): Promise<{ status: number; error: z.infer<typeof errorSchema>['error'] } | undefined> {
    const form = new FormData();
    const bytes = Buffer.concat([this.picture, Buffer.from(`${(this.filed += 1)}`)]);
    form.set('picture', new Blob([bytes]), 'picture.jpg');
    const work = { title: '缠枝莲纹', category: 'F', owner: '演示纺织有限公司', completedOn: '2024-03-01' };
    for (const [field, value] of Object.entries(work)) form.set(field, value);
    form.set('centre', '');
    const { status, body } = await this.call('/api/v1/applications', form);
    if (status !== 201) return { status, ...errorSchema.parse(body) };
    this.acknowledged.push(z.object({ registrationId: z.string() }).parse(body).registrationId);
    return undefined;
  }

  /** One check of a work that is not filed. */
  async check(): Promise<unknown> {
    const form = new FormData();
    form.set('picture', new Blob([this.picture]), 'picture.jpg');
    return (await this.call('/api/v1/checks', form)).body;
  }

  async untilLogIs(phase: string): Promise<void> {
    for (const end = Date.now() + RECOVERY_MS; Date.now() < end; await pause(100))
      if (readySchema.parse((await this.call('/health/ready')).body).log.phase === phase) return;
    throw new Error(`the log is not ${phase}`);
  }

  async fileUntilRefused() {
    for (let count = 0; count < MOST; count += 1) {
      const refused = await this.file();
      if (refused) return refused;
    }
    throw new Error(`${MOST} works were taken on a full disk`);
  }

  /** Files again and again until it is taken, as people do. */
  async untilTaken(): Promise<void> {
    for (const end = Date.now() + RECOVERY_MS; Date.now() < end; await pause(300))
      if ((await this.file()) === undefined) return;
    throw new Error('the node takes nothing more although there is room');
  }

  /** All that was acknowledged, and nothing by halves: the registry, its count, and the whole log. */
  async assertWhole(): Promise<void> {
    const { body } = await this.call('/api/v1/registrations?limit=200');
    const there = registrationsSchema.parse(body).registrations.map(({ registrationId }) => registrationId);
    expect(there).toEqual(expect.arrayContaining(this.acknowledged));
    const dataSource = await createDataSource(this.url, { poolSize: 1 });
    try {
      const store = new PostgresLogStore(dataSource, PROVINCE);
      await untilSigned(store);
      expect((await auditStored(store, this.home)).findings).toEqual([]);
      const entries = (await store.entries(0, 4_096)).map((entry) => Buffer.from(entry).toString());
      const filed = entries.filter((entry) => entry.includes('"type":"registry.filed"'));
      expect(filed).toHaveLength(there.length);
      for (const id of there) expect(filed.some((entry) => entry.includes(id))).toBe(true);
    } finally {
      await dataSource.destroy();
    }
  }

  async stop(): Promise<void> {
    for (const disk of [this.tables, this.cluster, this.files]) disk.free();
    await this.node?.stop();
    await this.server?.stop();
    for (const disk of [this.tables, this.cluster, this.files]) disk.unmount();
  }
}

describe('what failed of a full disk or of a database that is away', () => {
  const failed = (code: string, message = 'failed') => Object.assign(new Error(message), { code });
  it.each([
    ['53100', 'NO_SPACE'],
    ['ENOSPC', 'NO_SPACE'],
    ['EDQUOT', 'NO_SPACE'],
    ['57P02', 'UNREACHABLE'],
    ['ECONNREFUSED', 'UNREACHABLE'],
    ['23505', undefined],
  ])('is known by the code %s, however deep it lies', (code, expected) => {
    const cause = new QueryFailedError('INSERT', [], failed(code));
    expect(storageProblem(new Error('a use case failed', { cause }))?.code).toBe(expected);
  });

  it('is known by what the driver says of a connection that ended', () => {
    expect(storageProblem(new Error('Connection terminated unexpectedly'))?.code).toBe('UNREACHABLE');
    expect(storageProblem(new Error('another'))).toBeUndefined();
  });
});

if (missing !== '') console.warn(`Left out: the tests on full disks; ${missing}`);
else
  describe('a full disk', () => {
    let stand: Stand;

    beforeAll(async () => {
      stand = new Stand();
      await stand.start();
      await stand.untilTaken();
    }, 120_000);
    afterAll(() => stand?.stop(), 60_000);

    it("of the database's tables: what cannot be kept is refused in words, and taken once there is room", async () => {
      stand.tables.fill();
      const { status, error } = await stand.fileUntilRefused();
      expect({ status, code: error.code, field: error.field }).toEqual({
        status: 507,
        code: 'NO_SPACE',
        field: 'disk',
      });
      expect(error.problem).toMatch(/^is full at this node \(incident /);
      expect(error.remedy).toMatch(/operator/);
      // What is only read is still given.
      expect((await stand.call('/health/ready')).status).toBe(200);
      stand.tables.free();
      await stand.untilTaken();
      await stand.assertWhole();
    }, 120_000);

    it("of the database's server, write-ahead log and all: it may end of it, and nothing acknowledged is missing", async () => {
      stand.cluster.fill();
      const flood = `SELECT pg_logical_emit_message(true, 'weft', repeat('x', 8000000))`;
      for (let count = 0; count < 40; count += 1)
        if (
          !(await stand.asAdmin(flood).then(
            () => true,
            () => false,
          ))
        )
          break;
      const { status, error } = await stand.fileUntilRefused();
      expect([503, 507]).toContain(status);
      expect(['disk', 'database']).toContain(error.field);
      stand.cluster.free();
      await stand.startServer();
      await stand.untilTaken();
      await stand.assertWhole();
    }, 180_000);

    it("of the node's own files: no work without its deposit copy, no checkpoint that is not written down", async () => {
      const index = new ExactIndex(`sha256:${'1'.repeat(64)}`, 4);
      const file = join(stand.files.path, 'index');
      await writeSnapshot(index, file);
      stand.files.fill();
      const before = stand.acknowledged.length;
      const { status, error } = await stand.fileUntilRefused();
      expect({ status, code: error.code }).toEqual({ status: 507, code: 'NO_SPACE' });
      expect(stand.acknowledged).toHaveLength(before);
      // A check needs no file of the node; its entries wait for a signature.
      expect(await stand.check()).toMatchObject({ verdict: 'INCOMPLETE' });
      await stand.untilLogIs('failing');
      await expect(writeSnapshot(index, file)).rejects.toThrow(/ENOSPC/);
      await readSnapshot(new ExactIndex(index.modelDigest, 4), file);
      stand.files.free();
      await stand.untilLogIs('signing');
      await stand.untilTaken();
      await writeSnapshot(index, file);
      await stand.assertWhole();
      await index.close();
    }, 120_000);
  });
