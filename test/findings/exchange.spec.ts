import { randomUUID } from 'node:crypto';
import {
  createStatementSigner,
  createStatementVerifier,
  generateSigningKey,
  publicKeyOf,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import {
  answerFinding,
  historyOfFinding,
  receiveStatement,
  sendFinding,
  type FindingDesk,
  type FindingStep,
  type KeptStep,
} from '#libs/registry';
import { makeCheck } from '../contracts/checks.contract.js';
import { createFakeChecks } from '../fakes/checks.js';
import { fingerprinted } from '../fakes/federation.js';
import { createFakeFindings, type FakeFindings } from '../fakes/findings.js';
import { createFakeDesk, digestOf, type FakeDesk } from '../fakes/registration-desk.js';

const EVIDENCE = Buffer.from('{"kind":"weft.evidence.v1"}\n');
const actor = { kind: 'person', name: 'li.na' } as const;

type Side = FindingDesk & { readonly findings: FakeFindings; readonly desk: FakeDesk };

let keys: ReadonlyMap<string, SigningKey>;
let directory: Directory;

beforeAll(async () => {
  const made = ['zhejiang', 'guangdong', 'shandong'].map(
    async (province) => [province, await generateSigningKey()] as const,
  );
  keys = new Map(await Promise.all(made));
  const endpoint = (key: SigningKey) => ({
    address: 'localhost:1',
    tlsName: 'a.test',
    keys: [publicKeyOf(key)],
  });
  directory = {
    kind: 'weft.directory.v1',
    epoch: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    members: [...keys].map(([province, key]) => ({ province, ...endpoint(key) })),
    coordinator: endpoint(await generateSigningKey()),
    calibration: {
      id: 'cal-test',
      modelDigest: `sha256:${'0'.repeat(64)}`,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1,
      background: [],
    },
  };
});

/** One province's side, with its real key. */
async function sideOf(province: string): Promise<Side> {
  const key = keys.get(province);
  if (!key) throw new Error(`${province} has no key`);
  const desk = createFakeDesk(province);
  return {
    ...desk,
    desk,
    province,
    findings: createFakeFindings(),
    evidenceOf: async () => EVIDENCE,
    signer: await createStatementSigner(key),
    verifier: createStatementVerifier(directory),
    log: desk.registry.log,
  };
}

/** Zhejiang found a registration of Guangdong. */
async function found(): Promise<{ here: Side; there: Side; sent: KeptStep }> {
  const [here, there] = [await sideOf('zhejiang'), await sideOf('guangdong')];
  const check = makeCheck();
  const checks = createFakeChecks();
  await checks.save(check, 'li.na', fingerprinted([1, 0, 0, 0]));
  const finder = { ...here, checks };
  const registrationId = check.candidates[0]?.registrationId ?? '';
  const sent = await sendFinding(finder, { checkId: check.checkId, registrationId, reason: '镜像', actor });
  return { here: finder, there, sent };
}

/** Brings what is due from one side to the other, in this order. */
async function deliver(
  from: Side,
  to: Side,
  order: (due: readonly KeptStep[]) => readonly KeptStep[] = (due) => due,
) {
  const due = await from.findings.due(100, new Date());
  for (const step of order(due.map((one) => one.step))) {
    const evidence = due.find((one) => one.step.digest === step.digest)?.evidence ?? null;
    await receiveStatement(to, { jws: step.jws, evidence, peer: from.province });
  }
  return due;
}

const historyAt = async ({ findings }: Side, findingId: string) =>
  historyOfFinding(findingId, await findings.ofFinding(findingId));
const stepsAt = async (side: Side, findingId: string): Promise<FindingStep[]> =>
  (await historyAt(side, findingId)).steps.map(({ statement }) => statement.step);
const logOf = ({ findings }: Side) =>
  findings.entries.map(({ type, details }) => `${type} ${'step' in details ? String(details.step) : ''}`);

describe('a finding between two provinces', () => {
  it('goes there with its evidence and comes back answered, and both logs hold every step', async () => {
    const { here, there, sent } = await found();
    const { findingId } = sent.statement;
    await deliver(here, there);
    for (const step of ['acknowledged', 'examined'] as const)
      await answerFinding(there, { findingId, step, reason: '', actor });
    await answerFinding(there, { findingId, step: 'rejected', reason: '另有授权', actor });
    // Backwards and twice: what comes early waits, and what comes again changes nothing.
    await deliver(there, here, (due) => [...due].reverse());
    await deliver(there, here);
    const fate = ['sent', 'acknowledged', 'examined', 'rejected'];
    expect([await stepsAt(here, findingId), await stepsAt(there, findingId)]).toEqual([fate, fate]);
    const digests = (side: Side) =>
      side.findings.entries.map(({ details }) =>
        'statementDigest' in details ? details.statementDigest : '',
      );
    expect([...digests(here)].sort()).toEqual([...digests(there)].sort());
    expect(logOf(there)).toEqual([
      'finding.received sent',
      'finding.signed acknowledged',
      'finding.signed examined',
      'finding.signed rejected',
    ]);
    expect(here.findings.entries[0]?.details).toMatchObject({ evidenceDigest: digestOf(EVIDENCE) });
  });

  it('is upheld, and said to be revoked only when the registration is', async () => {
    const { here, there, sent } = await found();
    const { findingId } = sent.statement;
    await deliver(here, there);
    for (const step of ['acknowledged', 'examined', 'upheld'] as const)
      await answerFinding(there, { findingId, step, reason: '', actor });
    const revoked = answerFinding(there, { findingId, step: 'revoked', reason: '', actor });
    await expect(revoked).rejects.toMatchObject({
      code: 'WRONG_STATE',
      problem: 'is not so: the registration stands',
    });
    expect(there.desk.registry.entries.at(-1)).toMatchObject({ type: 'finding.signed', outcome: 'failure' });
  });

  it('takes nothing that another signed, that is for another, whose evidence is another, or that is no finding', async () => {
    const { here, there, sent } = await found();
    const other = await sideOf('shandong');
    const received = (side: Side, change: { peer?: string; evidence?: Buffer | null; jws?: string }) =>
      receiveStatement(side, { jws: sent.jws, evidence: EVIDENCE, peer: 'zhejiang', ...change });
    await expect(received(there, { peer: 'shandong' })).rejects.toMatchObject({
      problem: 'is not signed by shandong',
    });
    await expect(received(other, {})).rejects.toMatchObject({ problem: 'is not of zhejiang to shandong' });
    await expect(received(there, { evidence: null })).rejects.toMatchObject({ field: 'evidence' });
    await expect(received(there, { evidence: Buffer.from('{}') })).rejects.toMatchObject({
      field: 'evidence',
    });
    const signed = await here.signer.sign({ ...sent.statement, step: 'forgiven' });
    await expect(received(there, { jws: signed })).rejects.toMatchObject({ problem: 'is no finding (step)' });
    await expect(received(there, { jws: 'a'.repeat(40_000) })).rejects.toMatchObject({
      problem: 'is too long',
    });
    expect(await there.findings.ofFinding(sent.statement.findingId)).toEqual([]);
    // Each refusal is an entry of the log of whoever refused.
    expect(there.desk.registry.entries.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual(
      Array.from({ length: 5 }, () => 'finding.received failure'),
    );
  });

  it('lets one of two examiners answer who answer at once, and bounds what a peer can store', async () => {
    const { here, there, sent } = await found();
    const { findingId } = sent.statement;
    await deliver(here, there);
    await answerFinding(there, { findingId, step: 'acknowledged', reason: '', actor });
    await answerFinding(there, { findingId, step: 'examined', reason: '', actor });
    const both = await Promise.allSettled([
      answerFinding(there, { findingId, step: 'upheld', reason: '', actor }),
      answerFinding(there, { findingId, step: 'rejected', reason: '另有授权', actor }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const guangdong = await sideOf('guangdong');
    let refused = 0;
    for (let n = 0; n < 20; n += 1) {
      const { statement } = sent;
      const step = { ...statement, step: 'acknowledged', before: digestOf(String(n)), reason: '' };
      const jws = await guangdong.signer.sign(step);
      await receiveStatement(here, { jws, evidence: null, peer: 'guangdong' }).catch(() => (refused += 1));
    }
    expect(refused).toBe(5);
    expect(await stepsAt(here, findingId)).toEqual(['sent']);
  });

  it('is sent of matches in other provinces only', async () => {
    const { here } = await found();
    const of = (checkId: string, registrationId: string) =>
      sendFinding(here, { checkId, registrationId, reason: '镜像', actor });
    await expect(of(randomUUID(), randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const own = makeCheck();
    const candidates = own.candidates.map((one) => ({ ...one, province: 'zhejiang' }));
    await here.desk.checks.save({ ...own, candidates }, 'li.na', fingerprinted([1, 0, 0, 0]));
    const atDesk = { ...here, checks: here.desk.checks };
    const registrationId = own.candidates[0]?.registrationId ?? '';
    await expect(
      sendFinding(atDesk, { checkId: own.checkId, registrationId, reason: '镜像', actor }),
    ).rejects.toMatchObject({ problem: 'is a registration of this province: decide on it here' });
  });
});
