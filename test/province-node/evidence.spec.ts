import { expect, it } from '@jest/globals';
import { parseBundle } from '#libs/audit';
import { publicKeyOf, signDirectory, verifyDirectory, type Trust } from '#libs/federation-log';
import { createDataSource, migrate, PostgresDirectories } from '#libs/persistence';
import { checkDuplicate } from '#libs/registry';
import { EvidenceDesk, type EvidenceDeskDeps } from '../../apps/province-node/src/evidence/evidence-desk.js';
import { freshDatabase } from '../postgres.js';
import {
  FakeFederation,
  FakeLog,
  MEMBERS,
  MODEL,
  clock,
  digest,
  fingerprinted,
} from '../fakes/federation.js';

const checkId = '6f1c1d0e-5a52-4d0e-9a55-0f7a3b0f9a01';
const actor = { kind: 'person', name: 'zhao.min' } as const;

function trustOf(federation: FakeFederation): Trust {
  const founders = MEMBERS.map((province) => {
    const key = federation.keys.get(province);
    if (!key) throw new Error(`no key of ${province}`);
    return { province, key: publicKeyOf(key) };
  });
  return { kind: 'weft.trust.v1', threshold: 3, founders };
}

it('evidence that cannot be given is refused, and that is an entry; if it cannot be recorded, nothing is given', async () => {
  const federation = await FakeFederation.create();
  const log = new FakeLog();
  const deps: EvidenceDeskDeps = {
    checks: { find: async () => undefined },
    receipts: { ofCheck: async () => [] },
    decisions: { ofCheck: async () => [] },
    ownLog: { receipts: async () => [] },
    salts: { find: async () => null },
    registry: { find: async () => undefined },
    directories: { find: async () => null },
    trust: trustOf(federation),
    log,
    clock,
    digest,
  };
  const desk = new EvidenceDesk(deps);
  await expect(desk.give(checkId, true, actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(log.events).toMatchObject([
    {
      type: 'evidence.assembled',
      outcome: 'failure',
      subject: checkId,
      details: { code: 'NOT_FOUND', field: 'checkId' },
    },
  ]);
  log.failing = true;
  await expect(desk.give(checkId, true, actor)).rejects.toThrow('the log is full');
});

it('evidence of a check that was asked under an earlier directory is given with that directory', async () => {
  const federation = await FakeFederation.create();
  for (const province of MEMBERS) federation.member(province).file([0, 1, 0, 0]);
  const asking = federation.asking('zhejiang');
  const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted([1, 0, 0, 0]) };
  const check = await checkDuplicate(
    { ...asking, fingerprinter },
    { picture: new Uint8Array(), actor, limit: 5, budgetMs: 10_000 },
  );
  const signed = await signDirectory(
    federation.signedDirectory,
    MEMBERS.flatMap((province) => federation.keys.get(province) ?? []),
  );
  const trust = trustOf(federation);
  const asked: number[] = [];
  const deps: EvidenceDeskDeps = {
    checks: { find: async () => check },
    receipts: { ofCheck: async () => [] },
    decisions: { ofCheck: async () => [] },
    ownLog: { receipts: async () => [] },
    salts: { find: async () => null },
    registry: { find: async () => undefined },
    directories: {
      find: async (epoch) => {
        asked.push(epoch);
        return epoch === 1 ? signed : null;
      },
    },
    trust,
    log: new FakeLog(),
    clock,
    digest,
  };
  const desk = new EvidenceDesk(deps);
  const bundle = parseBundle(Buffer.from(await desk.give(check.checkId, false, actor)));
  expect(bundle).toMatchObject({ directory: signed });
  expect(asked).toEqual([1]);

  const changed = { ...check, epoch: 2 };
  const later = new EvidenceDesk({ ...deps, checks: { find: async () => changed } });
  await expect(later.give(check.checkId, false, actor)).rejects.toMatchObject({
    code: 'WRONG_STATE',
  });
});

it('keeps the directories of all epochs that it was run with', async () => {
  const database = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  const federation = await FakeFederation.create();
  const founders = MEMBERS.flatMap((province) => federation.keys.get(province) ?? []);
  const first = await signDirectory(federation.signedDirectory, founders);
  const second = await signDirectory({ ...federation.signedDirectory, epoch: 2 }, founders);
  const kept = new PostgresDirectories(dataSource);
  for (const [epoch, signed] of [
    [1, first],
    [2, second],
    [2, second],
  ] as const)
    await kept.keep(epoch, signed);
  expect(await verifyDirectory(await kept.find(1), trustOf(federation))).toEqual(federation.signedDirectory);
  expect(await kept.find(2)).toEqual(second);
  expect(await kept.find(3)).toBeNull();
  await dataSource.destroy();
  await database.drop();
});
