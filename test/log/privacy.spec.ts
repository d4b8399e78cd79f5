import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyLog } from '#libs/audit';
import { canonicalJson } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import {
  createAuditLog,
  createDataSource,
  createRegistry,
  migrate,
  PostgresAttempts,
  PostgresChecks,
  PostgresDecisions,
  PostgresFindings,
  PostgresMarketFindings,
  PostgresPeople,
  PostgresSalts,
  PostgresShownOwners,
  PostgresWorklist,
  readAuditLog,
} from '#libs/persistence';
import {
  addPerson,
  checkPicture,
  closeItem,
  decideCheck,
  eraseRegistration,
  examine,
  fileApplication,
  fillWithPairs,
  handOnMarketFinding,
  importRows,
  logIn,
  openMarketFinding,
  opensCommitment,
  recordMarketOutcome,
  refuse,
  register,
  revoke,
  takeItem,
  type Actor,
  type ImportRow,
} from '#libs/registry';
import { AuditedFederation, filesOf } from '../audit/federation.js';
import { makeCheck } from '../contracts/checks.contract.js';
import { FakeFederation, fingerprinted } from '../fakes/federation.js';
import { createFakePasswords } from '../fakes/people.js';
import { createFakeDesk, digestOf } from '../fakes/registration-desk.js';
import { freshDatabase, type FreshDatabase } from '../postgres.js';

const OWNER = '张三丰纺织';
const TITLE = '缠枝牡丹秘样';
const REASON = '与李四的在先作品相同';
const PASSWORD = 'correct horse battery';
const HOSTILE = `${PASSWORD}","owner":"${OWNER}`;
const COURT = '绍兴市柯桥区人民法院';
const FILE_NUMBER = '（2026）浙0603民初1号';
const FILE = '张三丰的花样.png';
const UPLOADED = 'a picture that was uploaded';
const actor: Actor = { kind: 'person', name: 'li.na' };

let database: FreshDatabase;
let dataSource: Awaited<ReturnType<typeof createDataSource>>;
let entries: string[];
/** Everything that must not be told. */
const secrets = new Set([OWNER, TITLE, REASON, '李四', COURT, FILE_NUMBER, PASSWORD, FILE, HOSTILE]);
let day: Awaited<ReturnType<typeof work>>;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  day = await work();
  entries = (await readAuditLog(dataSource, 'zhejiang', 0, 1_000)).map(({ entry }) => entry);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** A day's work of a node over its own database: what succeeds and what does not. */
async function work() {
  const log = createAuditLog(dataSource, 'zhejiang');
  const desk = { ...createFakeDesk(), registry: createRegistry(dataSource, 'zhejiang'), log };
  const federation = await FakeFederation.create();
  const failed = (act: Promise<unknown>) => expect(act).rejects.toThrow();

  const rows = [rowOf(2), rowOf(3), rowOf(4, { owner: '' }), rowOf(5, { picture: `bad ${FILE}` })];
  const imported: string[] = [];
  for await (const { outcome } of importRows(desk, each(rows), { kind: 'program', name: 'weft import' })) {
    imported.push(outcome);
  }
  expect(imported).toEqual(['imported', 'imported', 'rejected', 'rejected']);
  const metadata = { title: TITLE, category: 'F', owner: OWNER };
  const picture = Buffer.from(UPLOADED);
  const { registrationId } = await fileApplication(desk, { picture, metadata, actor });
  await failed(fileApplication(desk, { picture, metadata: { ...metadata, owner: OWNER.repeat(99) }, actor }));
  await failed(fileApplication(desk, { picture: Buffer.from('bad'), metadata: { [OWNER]: TITLE }, actor }));
  await failed(register(desk, { registrationId, actor, clearToken: HOSTILE }));
  await failed(refuse(desk, { registrationId, actor, reason: '' }));
  await failed(examine(desk, { registrationId: OWNER, actor }));
  await examine(desk, { registrationId, actor });
  await refuse(desk, { registrationId, actor, reason: REASON });
  const [known] = await desk.registry.list({ limit: 1, state: 'registered' });
  await revoke(desk, { registrationId: known?.registrationId ?? '', actor, reason: REASON });

  const asking = { ...federation.asking('zhejiang'), log };
  const checks = new PostgresChecks(dataSource);
  const fingerprinter = {
    ...desk.fingerprinter,
    fingerprint: async (one: Uint8Array) => {
      if (one.length === 0) return desk.fingerprinter.fingerprint(Buffer.from('bad'));
      const made = fingerprinted([1, 0, 0, 0]);
      return { ...made, pattern: { ...made.pattern, pictureDigest: digestOf(one) } };
    },
  };
  const checkedPictures = { keep: async () => undefined };
  const checking = { ...asking, registry: desk.registry, fingerprinter, checks, checkedPictures };
  const request = { actor, limit: 3, budgetMs: 2_000 };
  const check = await checkPicture(checking, { ...request, picture });
  await failed(checkPicture(checking, { ...request, picture: Buffer.alloc(0) }));

  const evidence = await settle(desk, registrationId, known?.registrationId ?? '');

  const people = new PostgresPeople(dataSource, 'zhejiang');
  const passwords = createFakePasswords();
  await addPerson(
    { people, passwords, clock: desk.clock },
    { user: 'li.na', password: PASSWORD, roles: ['examiner'] },
    actor,
  );
  const sessions = { province: 'zhejiang', key: new Uint8Array(32).fill(7), clock: desk.clock };
  const logging = {
    people,
    passwords,
    sessions,
    attempts: new PostgresAttempts(dataSource),
    log,
    clock: desk.clock,
  };
  await logIn(logging, { user: 'li.na', password: PASSWORD, address: '127.0.0.1' });
  for (const user of ['li.na', HOSTILE, OWNER]) {
    await failed(logIn(logging, { user, password: `${PASSWORD}!`, address: '127.0.0.1' }));
  }
  for (const one of [UPLOADED, `${FILE} 2`, `${FILE} 3`]) secrets.add(digestOf(Buffer.from(one)).slice(7));
  return { checkId: check.checkId, registrationId, others: federation, desk, evidence };
}

/** An infringement of a registration, found in the market and settled, and a pair of the worklist that it is in. */
async function settle(
  desk: Omit<ReturnType<typeof createFakeDesk>, 'registry'>,
  registrationId: string,
  other: string,
) {
  const checks = new PostgresChecks(dataSource);
  const decisions = new PostgresDecisions(dataSource, 'zhejiang');
  const acting = { ...desk, checks, decisions, findings: new PostgresFindings(dataSource, 'zhejiang') };
  const made = makeCheck();
  const { checkId } = made;
  const candidates = made.candidates.map((one) => ({ ...one, province: 'zhejiang', registrationId }));
  await checks.save({ ...made, candidates, registrationId }, 'li.na', fingerprinted([1, 0, 0, 0]));
  const { decisionId } = await decideCheck(
    { ...acting, fourEyes: false },
    { checkId, kind: 'duplicate', reason: REASON, supersedes: null, actor },
  );
  const store = new PostgresMarketFindings(dataSource, 'zhejiang');
  const salt = (await new PostgresSalts(dataSource).find(decisionId, 'reason')) ?? '';
  const bundle = { checkId, openings: [{ of: 'reason', salt, value: REASON }] };
  const handed = Buffer.from(`${canonicalJson(bundle)}\n`);
  const market = { ...acting, market: store, evidenceFor: async () => handed };
  const remark = REASON;
  const foundOn = '2026-03-01';
  const findingId = await openMarketFinding(market, { checkId, registrationId, foundOn, remark, actor });
  const before = (await store.find(findingId))?.steps[0]?.stepId ?? '';
  const court = { authority: 'court', name: COURT, handedOn: '2026-03-04' } as const;
  const answers = await handOnMarketFinding(market, { findingId, before, ...court, remark, actor });
  const evidence = async () => Buffer.from((await store.evidenceOf(findingId, answers)) ?? []).toString();
  expect(await evidence()).toContain(REASON);
  const outcome = { result: 'infringement', decidedOn: '2026-03-05', reference: FILE_NUMBER } as const;
  await recordMarketOutcome(market, { findingId, before: answers, answers, ...outcome, remark, actor });

  const worklist = new PostgresWorklist(dataSource, 'zhejiang');
  const working = { ...acting, province: 'zhejiang', worklist };
  const pair = {
    first: registrationId,
    second: other,
    score: 0.97,
    transform: null,
    query: 'first',
  } as const;
  await fillWithPairs({ ...working, actor: { kind: 'program', name: 'weft dedupe' } }, [pair]);
  const [item] = await worklist.list({ limit: 1 });
  const itemId = item?.itemId ?? '';
  await takeItem(working, { itemId, before: null, actor });
  const taken = (await worklist.find(itemId))?.steps[0]?.stepId ?? null;
  await closeItem(working, { itemId, before: taken, result: 'same-work', reason: REASON, actor });
  return evidence;
}

function rowOf(row: number, changed: ImportRow['cells'] = {}): ImportRow {
  const cells = {
    ...{
      registrationNumber: `浙作登字-2021-F-${row}`,
      registeredOn: '2021-03-05',
      title: TITLE,
      category: 'F',
    },
    ...{ owner: OWNER, picture: `${FILE} ${row}`, ...changed },
  };
  return { row, cells, loadPicture: async () => Buffer.from(cells.picture) };
}

async function* each(rows: readonly ImportRow[]) {
  yield* rows;
}

const detailsOf = (type: string) => {
  const found = entries
    .map((entry) => JSON.parse(entry) as { type: string; outcome: string; details: Record<string, unknown> })
    .find((entry) => entry.type === type && entry.outcome === 'success');
  return found?.details ?? {};
};

describe("a log after a day's work", () => {
  it('holds every kind of entry, and no name, title, reason, password, file name or digest of a picture', () => {
    const kinds = new Set(entries.map((entry) => (JSON.parse(entry) as { type: string }).type));
    expect([...kinds].sort()).toEqual([
      'check.asked',
      'check.judged',
      'decision.made',
      'market-finding.concluded',
      'market-finding.handed-on',
      'market-finding.opened',
      'person.added',
      'person.logged-in',
      'registry.examined',
      'registry.filed',
      'registry.imported',
      'registry.refused',
      'registry.registered',
      'registry.revoked',
      'worklist.closed',
      'worklist.filled',
      'worklist.taken',
    ]);
    const others = [day.others.coordinatorLog, ...[...day.others.provinces.values()].map(({ log }) => log)];
    const told = others.flatMap(({ events }) => events.map((event) => JSON.stringify(event)));
    const all = [...entries, ...told].join('\n');
    for (const secret of secrets) {
      expect(all).not.toContain(secret);
      expect(all).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
  });

  it('commits to pictures and reasons, which only the salts open, and stays proved when these are erased', async () => {
    const salts = new PostgresSalts(dataSource);
    const federation = await AuditedFederation.create();
    const audited = async () => {
      const files = await federation.log(
        'zhejiang',
        entries.map((entry) => Buffer.from(entry)),
      );
      const terms = { known: [], everyFile: true };
      return verifyLog(nodeLogCrypto, federation.policy, filesOf(files), terms);
    };
    const opens = async (about: string, of: 'picture' | 'reason', value: string, commitment: unknown) => {
      const salt = await salts.find(about, of);
      return salt !== null && opensCommitment(digestOf, commitment, { of, salt, value });
    };
    const { checkId, registrationId } = day;
    const uploaded = digestOf(Buffer.from(UPLOADED));
    const { pictures, imported } = detailsOf('registry.imported') as {
      pictures: string[];
      imported: string[];
    };
    const open = () =>
      Promise.all([
        opens(checkId, 'picture', uploaded, detailsOf('check.asked')['pictureCommitment']),
        opens(registrationId, 'picture', uploaded, detailsOf('registry.filed')['pictureCommitment']),
        opens(registrationId, 'reason', REASON, detailsOf('registry.refused')['reasonCommitment']),
        opens(imported[1] ?? '', 'picture', digestOf(Buffer.from(`${FILE} 3`)), pictures[1]),
      ]);
    expect(await open()).toEqual([true, true, true, true]);
    expect(
      await opens(checkId, 'picture', digestOf('another'), detailsOf('check.asked')['pictureCommitment']),
    ).toBe(false);
    expect((await audited()).findings).toEqual([]);

    const erase = { ...day.desk, shownOwners: new PostgresShownOwners(dataSource) };
    expect(await eraseRegistration(erase, { registrationId, actor })).toMatchObject({ salts: 7, reasons: 6 });
    expect(await open()).toEqual([true, false, false, true]);
    expect(await day.evidence()).toMatch(/^\{"checkId":"[^"]+"\}\n$/);
    const after = (await readAuditLog(dataSource, 'zhejiang', 0, 1_000)).map(({ entry }) => entry);
    expect(after.slice(0, -1)).toEqual(entries);
    entries = after;
    expect((await audited()).findings).toEqual([]);
  });
});
