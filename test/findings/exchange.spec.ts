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
  CHINA_WORK_CALENDAR,
  deliverStatements,
  fileApplication,
  findingIdOf,
  historyOfFinding,
  MOST_ATTEMPTS,
  nextAttempt,
  readFinding,
  receiveStatement,
  sendFinding,
  type FindingDesk,
  type FindingStatement,
  type Handed,
  type FindingStep,
  type KeptStep,
} from '#libs/registry';
import { decodeJwt } from 'jose';
import { makeCheck } from '../contracts/checks.contract.js';
import { createFakeChecks } from '../fakes/checks.js';
import { fingerprinted } from '../fakes/federation.js';
import { createFakeFindings, type FakeFindings } from '../fakes/findings.js';
import { createFakeDesk, digestOf, type FakeDesk } from '../fakes/registration-desk.js';

const REASON = '镜像；与张三丰的在先作品相同';
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
    findings: createFakeFindings(province),
    evidenceOf: async () => EVIDENCE,
    signer: await createStatementSigner(key),
    verifier: createStatementVerifier(directory),
    log: desk.registry.log,
  };
}

/** Zhejiang found a registration of Guangdong. */
async function found(): Promise<{ here: Side; there: Side; sent: KeptStep }> {
  const [here, there] = [await sideOf('zhejiang'), await sideOf('guangdong')];
  const { registrationId } = await fileApplication(there.desk, {
    picture: Buffer.from('picture'),
    metadata: { title: '缠枝莲', category: 'F', owner: '某某纺织有限公司' },
    actor,
  });
  const made = makeCheck();
  const check = { ...made, candidates: made.candidates.map((one) => ({ ...one, registrationId })) };
  const checks = createFakeChecks();
  await checks.save(check, 'li.na', fingerprinted([1, 0, 0, 0]));
  const finder = { ...here, checks };
  const sent = await sendFinding(finder, { checkId: check.checkId, registrationId, reason: REASON, actor });
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
    await receiveStatement(to, { jws: step.jws, evidence, said: step.said, peer: from.province });
  }
  return due;
}

const historyAt = async ({ findings }: Side, findingId: string) =>
  historyOfFinding(findingId, (await findings.find(findingId))?.steps ?? []);
const stepsAt = async (side: Side, findingId: string): Promise<FindingStep[]> =>
  (await historyAt(side, findingId)).steps.map(({ statement }) => statement.step);
const reasonsAt = async (side: Side, findingId: string): Promise<string[]> => {
  const { steps } = await readFinding({ ...side, calendar: CHINA_WORK_CALENDAR }, findingId);
  return steps.map(({ reason }) => reason);
};
const refusalsAt = ({ desk }: Side) =>
  desk.registry.entries
    .filter(({ type }) => type.startsWith('finding'))
    .map(({ type, outcome }) => `${type} ${outcome}`);
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
    const received = (side: Side, change: Partial<Parameters<typeof receiveStatement>[1]>) =>
      receiveStatement(side, {
        jws: sent.jws,
        evidence: EVIDENCE,
        said: sent.said,
        peer: 'zhejiang',
        ...change,
      });
    await expect(received(there, { peer: 'shandong' })).rejects.toMatchObject({
      problem: 'is not signed by shandong',
    });
    await expect(received(other, {})).rejects.toMatchObject({ problem: 'is not of zhejiang to shandong' });
    // Another's registration, and an id that is not the finding's: signed by the right province, and refused all the same.
    const resigned = async (change: object) => here.signer.sign({ ...sent.statement, ...change });
    await expect(received(there, { jws: await resigned({ findingId: randomUUID() }) })).rejects.toMatchObject(
      {
        field: 'findingId',
      },
    );
    const elsewhere = { registrationId: randomUUID(), from: 'zhejiang', checkId: randomUUID() };
    const strange = { ...elsewhere, findingId: findingIdOf(digestOf, elsewhere) };
    await expect(received(there, { jws: await resigned(strange) })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'registrationId',
    });
    await expect(received(there, { evidence: null })).rejects.toMatchObject({ field: 'evidence' });
    await expect(received(there, { evidence: Buffer.from('{}') })).rejects.toMatchObject({
      field: 'evidence',
    });
    const signed = await here.signer.sign({ ...sent.statement, step: 'forgiven' });
    await expect(received(there, { jws: signed })).rejects.toMatchObject({ problem: 'is no finding (step)' });
    await expect(received(there, { jws: 'a'.repeat(40_000) })).rejects.toMatchObject({
      problem: 'is too long',
    });
    expect(await there.findings.find(sent.statement.findingId)).toBeUndefined();
    // Each refusal is an entry of the log of whoever refused.
    expect(refusalsAt(there)).toEqual(Array.from({ length: 7 }, () => 'finding.received failure'));
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
      await receiveStatement(here, { jws, evidence: null, said: null, peer: 'guangdong' }).catch(
        () => (refused += 1),
      );
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

  it('takes no step that may not follow, and none of a finding that was not sent', async () => {
    const { here, there, sent } = await found();
    const { findingId } = sent.statement;
    await deliver(here, there);
    const guangdong = there.signer;
    const { reasonCommitment: _, ...plain } = sent.statement;
    const step = { ...plain, step: 'upheld', before: sent.digest };
    const come = async (payload: object, peer = 'guangdong', by = guangdong) =>
      receiveStatement(here, { jws: await by.sign(payload), evidence: null, said: null, peer });
    await expect(come(step)).rejects.toMatchObject({ code: 'WRONG_STATE', field: 'step' });
    await expect(come({ ...step, findingId: randomUUID() })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'findingId',
    });
    const shandong = await sideOf('shandong');
    const foreign = come({ ...step, step: 'acknowledged', to: 'shandong' }, 'shandong', shandong.signer);
    await expect(foreign).rejects.toMatchObject({ code: 'FORBIDDEN', field: 'statement' });
    expect(await stepsAt(here, findingId)).toEqual(['sent']);
    // What the right province signs again after it was sent, in other words, is kept: it proves that it told two histories.
    await come({ ...step, step: 'acknowledged', reason: '一' });
    await come({ ...step, step: 'acknowledged', reason: '二' });
    expect((await historyAt(here, findingId)).fork).toHaveLength(2);
  });

  it('waits for a silent province and says so, and comes when it is back', async () => {
    const { here, there, sent } = await found();
    const { findingId } = sent.statement;
    let handed: Handed = { kind: 'silent', problem: 'no answer by the deadline' };
    let calls = 0;
    const clock = here.desk.clock;
    const deliverNow = () =>
      deliverStatements({
        findings: here.findings,
        courier: {
          async hand(_to, { jws, said, evidence }) {
            calls += 1;
            if (handed.kind === 'taken')
              await receiveStatement(there, { jws, said, evidence, peer: 'zhejiang' });
            return handed;
          },
        },
        clock,
        actor: { kind: 'program', name: 'province-node' },
      });
    const seen = async () =>
      (await readFinding({ ...here, calendar: CHINA_WORK_CALENDAR }, findingId)).steps[0]?.delivery;
    expect(await deliverNow()).toBe(0);
    expect(await seen()).toEqual({
      state: 'waiting',
      attempts: 1,
      nextAt: '2026-03-05T12:00:10.000Z',
      problem: 'no answer by the deadline',
    });
    expect([await deliverNow(), calls]).toEqual([0, 1]);
    handed = { kind: 'taken' };
    clock.time = '2026-03-05T12:00:10.000Z';
    expect([await deliverNow(), calls]).toEqual([1, 2]);
    expect(await seen()).toMatchObject({ state: 'delivered', nextAt: null });
    expect(await stepsAt(there, findingId)).toEqual(['sent']);
    expect(logOf(here)).toEqual(['finding.signed sent', 'finding.delivered sent']);
  });

  it('is shown as refused with what the other said, and that is in the log', async () => {
    const { here, sent } = await found();
    const { findingId } = sent.statement;
    await deliverStatements({
      findings: here.findings,
      courier: {
        hand: async () => ({ kind: 'refused', problem: 'registrationId: is not in this registry' }),
      },
      clock: here.desk.clock,
      actor: { kind: 'program', name: 'province-node' },
    });
    const { steps } = await readFinding({ ...here, calendar: CHINA_WORK_CALENDAR }, findingId);
    expect(steps[0]?.delivery).toMatchObject({
      state: 'refused',
      problem: 'registrationId: is not in this registry',
    });
    expect(here.findings.entries.at(-1)).toMatchObject({ type: 'finding.delivered', outcome: 'failure' });
  });

  it('is tried ever more rarely, at least once an hour, and at last given up', () => {
    const now = new Date('2026-03-05T12:00:00.000Z');
    const pauses = [1, 2, 3, 9, 10, MOST_ATTEMPTS - 1].map(
      (attempts) => ((nextAttempt(attempts, now)?.getTime() ?? 0) - now.getTime()) / 1_000,
    );
    expect(pauses).toEqual([10, 20, 40, 2_560, 3_600, 3_600]);
    expect(nextAttempt(MOST_ATTEMPTS, now)).toBeNull();
  });

  it('signs a commitment to its reason, which is erased on each side, and all proofs hold', async () => {
    const { here, there, sent } = await found();
    const { findingId } = sent.statement;
    const { reason, reasonCommitment } = decodeJwt<FindingStatement>(sent.jws);
    expect([reason, reasonCommitment]).toEqual(['', sent.statement.reasonCommitment]);
    expect(JSON.stringify(decodeJwt(sent.jws))).not.toContain('张三丰');
    await deliver(here, there);
    for (const step of ['acknowledged', 'examined'] as const)
      await answerFinding(there, { findingId, step, reason: '', actor });
    await answerFinding(there, { findingId, step: 'rejected', reason: '李四另有授权', actor });
    await deliver(there, here);
    const told = (side: Side) => reasonsAt(side, findingId);
    const words = [REASON, '', '', '李四另有授权'];
    expect([await told(here), await told(there)]).toEqual([words, words]);
    const entries = [...there.findings.entries];

    there.findings.eraseReasons(findingId);
    const erased = ['（已删除 erased）', '', '', '（已删除 erased）'];
    expect([await told(here), await told(there)]).toEqual([words, erased]);
    // The same statement again brings nothing back, and what follows still follows.
    await receiveStatement(there, { jws: sent.jws, evidence: EVIDENCE, said: sent.said, peer: 'zhejiang' });
    expect(await told(there)).toEqual(erased);
    expect(await stepsAt(there, findingId)).toEqual(['sent', 'acknowledged', 'examined', 'rejected']);
    for (const { jws, signer } of (await there.findings.find(findingId))?.steps ?? [])
      expect(await there.verifier.verify(jws, { province: signer })).toMatchObject({ findingId });
    expect(there.findings.entries).toEqual(entries);
    here.findings.eraseReasons(findingId);
    expect(await told(here)).toEqual(erased);
  });

  it('takes no words but those that the statement commits to, and takes it without those that were erased', async () => {
    const { here, there, sent } = await found();
    const received = (said: KeptStep['said'], jws = sent.jws) =>
      receiveStatement(there, { jws, evidence: EVIDENCE, said, peer: 'zhejiang' });
    const salt = sent.said?.salt ?? '';
    for (const said of [
      { reason: '另一个理由', salt },
      { reason: REASON, salt: '5a'.repeat(32) },
      { reason: REASON, salt: '' },
      { reason: 'x'.repeat(4_001), salt },
    ])
      await expect(received(said)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        field: 'reason',
        problem: 'is not what the statement commits to',
      });
    const { reasonCommitment, ...plain } = sent.statement;
    const both = await here.signer.sign({ ...sent.statement, reason: REASON });
    await expect(received(null, both)).rejects.toMatchObject({
      problem: 'is in the statement that commits to it',
    });
    await expect(received(sent.said, await here.signer.sign(plain))).rejects.toMatchObject({
      field: 'reason',
    });
    expect(reasonCommitment).toBeDefined();
    expect(await there.findings.find(sent.statement.findingId)).toBeUndefined();
    await received(null);
    expect(await reasonsAt(there, sent.statement.findingId)).toEqual(['（已删除 erased）']);
  });

  it('of a member of before says its reason itself, and is read as it was', async () => {
    const { here, there, sent } = await found();
    const { reasonCommitment: _, ...plain } = sent.statement;
    const jws = await here.signer.sign({ ...plain, reason: REASON });
    await receiveStatement(there, { jws, evidence: EVIDENCE, said: null, peer: 'zhejiang' });
    const { findingId } = sent.statement;
    expect(await reasonsAt(there, findingId)).toEqual([REASON]);
    await answerFinding(there, { findingId, step: 'acknowledged', reason: '', actor });
    expect(await stepsAt(there, findingId)).toEqual(['sent', 'acknowledged']);
  });

  it('is one finding however often it is sent of one check', async () => {
    const { here, sent } = await found();
    const { statement } = sent;
    if (statement.step !== 'sent') throw new Error('it was sent');
    const { checkId, registrationId } = statement;
    await expect(sendFinding(here, { checkId, registrationId, reason: '再次', actor })).rejects.toMatchObject(
      {
        code: 'CONFLICT',
        field: 'registrationId',
      },
    );
  });
});
