import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { verifyBundle } from '#libs/audit';
import { integrate, parseCheckpoint, parseNote } from '#libs/federation-log';
import { loadLogIdentity, nodeLogCrypto } from '#libs/identity';
import type { Running } from '#libs/lifecycle';
import {
  createAuditLog,
  createDataSource,
  createLastSignedFile,
  migrate,
  PostgresLogStore,
} from '#libs/persistence';
import { pino } from 'pino';
import { z } from 'zod';
import { homeAt, makeHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { ensureAuthority, ensureCertificate } from '../../apps/cli/src/keys/certificate-files.js';
import { provinceSubject } from '../../apps/cli/src/keys/certificates.js';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { parseConfig } from '../../apps/province-node/src/config.js';
import { startNode } from '../../apps/province-node/src/start/start-node.js';
import { auditEvent } from '../audit-event.js';
import { fileApplication } from '../examiner.js';
import { auditStored, homePolicy, untilSigned } from '../log/stored-log.js';
import { drawnPicture } from '../pictures.js';
import { freePortBase } from '../ports.js';
import { freshDatabase, type FreshDatabase } from '../postgres.js';
import { keptVersions, readKept, restoreInto, type KeptDatabase } from './kept-database.js';
import { NodeDesk } from './node-desk.js';
import { writeKeysOfWords } from './keys-of-words.js';

const PROVINCE = 'zhejiang';
const logger = pino({ level: 'silent' });

/** A home as the old program left it, its databases restored, and nothing migrated yet. */
class OldHome {
  readonly databases = new Map<string, FreshDatabase>();
  readonly home: WeftHome = homeAt(mkdtempSync(join(tmpdir(), 'weft-upgrade-')));

  constructor(readonly kept: KeptDatabase) {}

  async restore(): Promise<void> {
    const members = Object.keys(this.kept.databases).filter((party) => party !== 'coordinator');
    makeHome(this.home, members);
    await writeKeysOfWords(this.home, members);
    for (const [path, content] of Object.entries(this.kept.files)) {
      const file = join(this.home.root, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, Buffer.from(content, 'base64'), { mode: 0o600 });
    }
    const now = new Date();
    const authority = await ensureAuthority(this.home, now);
    await ensureCertificate(this.home.province(PROVINCE), provinceSubject(PROVINCE), authority, now);
    for (const [party, sql] of Object.entries(this.kept.databases)) {
      const database = await freshDatabase();
      this.databases.set(party, database);
      await restoreInto(database.url, sql);
    }
  }

  url(party: string): string {
    return this.databases.get(party)?.url ?? '';
  }

  async remove(): Promise<void> {
    for (const database of this.databases.values()) await database.drop();
    rmSync(this.home.root, { recursive: true, force: true });
  }

  async startNode(portBase: number): Promise<{ node: Running; origin: string }> {
    const party = this.home.province(PROVINCE);
    writeFileSync(party.databaseUrl, `${this.url(PROVINCE)}\n`, { mode: 0o600 });
    const http = `127.0.0.1:${portBase + 11}`;
    const config = parseConfig({
      WEFT_PROVINCE: PROVINCE,
      WEFT_DATABASE_URL_FILE: party.databaseUrl,
      WEFT_GRPC_LISTEN: `127.0.0.1:${portBase + 1}`,
      WEFT_HTTP_LISTEN: http,
      WEFT_KEYS_DIR: party.folder,
      WEFT_DATA_DIR: party.folder,
      WEFT_DIRECTORY_FILE: this.home.federation.directory,
      WEFT_TRUST_FILE: this.home.federation.trust,
      WEFT_CHECK_BUDGET_MS: '1500',
      WEFT_FINGERPRINT_THREADS: '1',
    });
    return { node: await startNode(config, logger), origin: `http://${http}` };
  }
}

function headOf(checkpoint: string) {
  return { ...parseCheckpoint(parseNote(checkpoint).text), from: 'the old program' };
}

/** Why a receipt that has not come has not come is told anew with every attempt. */
function withoutWaits({ receipts, ...check }: KeptDatabase['checks'][number]): object {
  return {
    ...check,
    receipts: receipts.map(({ detail, ...receipt }) =>
      receipt.state === 'PENDING' ? receipt : { ...receipt, detail },
    ),
  };
}

const anyList = z.array(z.looseObject({}));

describe.each(keptVersions())('the databases that version %s kept', (version) => {
  const kept = readKept(version);
  const old = new OldHome(kept);
  let node: Running;
  let origin: string;

  beforeAll(async () => {
    await old.restore();
    ({ node, origin } = await old.startNode(await freePortBase()));
  }, 120_000);
  afterAll(async () => {
    await node?.stop();
    await old.remove();
  }, 60_000);

  const person = (role: string) => {
    const found = kept.people.find((one) => one.role === role);
    if (!found) throw new Error(`nobody is ${role}`);
    return { user: found.user, password: found.password };
  };

  const desk = (role = 'examiner'): Promise<NodeDesk> => {
    const { user, password } = person(role);
    return NodeDesk.of(origin, user, password);
  };

  it('let the people of before log in', async () => {
    for (const { role } of kept.people) await desk(role);
  });

  it('have every registration, check, decision and batch, as the old program told them', async () => {
    const at = await desk();
    const { registrations } = await at.get('registrations', z.looseObject({ registrations: anyList }));
    expect(registrations).toMatchObject(kept.registrations);
    expect(registrations).toHaveLength(kept.registrations.length);
    const { checks } = await at.get('checks', z.looseObject({ checks: anyList }));
    expect(checks).toHaveLength(kept.checks.length);
    for (const check of kept.checks)
      expect(await at.get(`checks/${check.checkId}`, z.looseObject({}))).toMatchObject(withoutWaits(check));
    const told: unknown[] = [];
    for (const { checkId } of kept.checks)
      told.push(
        ...(await at.get(`checks/${checkId}/decisions`, z.looseObject({ decisions: anyList }))).decisions,
      );
    expect(told).toMatchObject(kept.decisions);
    for (const batch of kept.batches)
      expect(await at.get(`check-batches/${batch.batchId}`, z.looseObject({}))).toMatchObject(batch);
  });

  it('prove every old check offline, by evidence of before and by evidence given now', async () => {
    const { policy } = await homePolicy(old.home);
    const examiner = new NodeClient(origin, person('examiner'));
    for (const [checkId, before] of Object.entries(kept.evidence)) {
      for (const bundle of [Buffer.from(before), await examiner.evidence(checkId)])
        expect((await verifyBundle(nodeLogCrypto, policy, bundle)).findings).toEqual([]);
    }
  });

  it('never turn into a CLEAR where nobody else is there to be asked, and are gone on with', async () => {
    const examiner = new NodeClient(origin, person('examiner'));
    const registrationId = await fileApplication(origin, person('examiner'), await drawnPicture(901), {
      ...{
        title: '升级后新样',
        category: 'F',
        owner: '演示纺织有限公司',
        completedOn: '2024-03-01',
        centre: '',
      },
    });
    const check = await examiner.check({ name: 'new.jpg', bytes: await drawnPicture(902) });
    expect(check).toMatchObject({ verdict: 'INCOMPLETE', complete: false });
    const [{ checkId, verdict } = { checkId: '', verdict: '' }] = kept.checks.filter(
      (one) => one.verdict === 'DUPLICATE',
    );
    expect(verdict).toBe('DUPLICATE');
    const latest = kept.decisions.filter((one) => one.checkId === checkId).at(-1)?.decisionId;
    const body = { kind: 'derivative', reason: '升级后再看', supersedes: latest };
    const at = await desk();
    await at.post(`checks/${checkId}/decisions`, body, z.looseObject({}));
    const { registrations } = await at.get('registrations', z.looseObject({ registrations: anyList }));
    expect(registrations).toContainEqual(expect.objectContaining({ registrationId, state: 'applied' }));
  });

  it.each(Object.keys(kept.databases))(
    'hold the whole log of %s, which goes on from the old head',
    async (party) => {
      const dataSource = await createDataSource(old.url(party), { poolSize: 2 });
      try {
        await migrate(dataSource);
        const store = new PostgresLogStore(dataSource, party);
        const { directory } = await homePolicy(old.home);
        const before = kept.logs[party];
        if (party === PROVINCE) await untilSigned(store);
        else await appendAndSign(party);
        const known = before ? [headOf(before.checkpoint)] : [];
        const report = await auditStored(store, old.home, known);
        expect(report.findings).toEqual([]);
        const entries = (await store.entries(0, 4_096)).map((entry) => Buffer.from(entry).toString());
        expect(entries.slice(0, before?.entries.length ?? 0)).toEqual(before?.entries ?? []);
        expect(entries.length).toBeGreaterThan(before?.entries.length ?? 0);
        expect(report.size).toBe(entries.length);

        async function appendAndSign(name: string): Promise<void> {
          await createAuditLog(dataSource, name).append({
            ...auditEvent('after the upgrade'),
            at: new Date().toISOString(),
          });
          const home = name === 'coordinator' ? old.home.coordinator : old.home.province(name);
          const identity = await loadLogIdentity(
            name === 'coordinator' ? 'coordinator' : { province: name },
            home.logKey,
            { directory, now: new Date() },
          );
          const signing = {
            ...identity,
            store,
            lastSigned: createLastSignedFile(join(home.folder, 'log-signed.json')),
          };
          while ((await integrate(signing)).then !== 'done');
        }
      } finally {
        await dataSource.destroy();
      }
    },
  );
});
