import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerFinding,
  CHINA_WORK_CALENDAR,
  deliverStatements,
  MAX_EVIDENCE_BYTES,
  readFinding,
  sendFinding,
  type FindingDesk,
  type FindingView,
  type Handed,
  type KeptStep,
} from '#libs/registry';
import { createFindingClient, type RpcFindingClient } from '#libs/rpc';
import { makeCheck } from '../contracts/checks.contract.js';
import { clock, digest, fingerprinted } from '../fakes/federation.js';
import { EVIDENCE, GrpcFederation } from './grpc-federation.js';

const actor = { kind: 'person', name: 'li.na' } as const;
const program = { kind: 'program', name: 'province-node' } as const;

let federation: GrpcFederation;
let zhejiang: Awaited<ReturnType<GrpcFederation['findingDesk']>>;
let guangdong: Awaited<ReturnType<GrpcFederation['findingDesk']>>;
const couriers = new Map<string, RpcFindingClient>();

beforeAll(async () => {
  federation = await GrpcFederation.start();
  zhejiang = await federation.findingDesk('zhejiang');
  guangdong = await federation.findingDesk('guangdong');
  for (const province of ['zhejiang', 'guangdong', 'shandong'])
    couriers.set(province, createFindingClient(federation.directory, federation.identity(province)));
});
afterAll(async () => {
  for (const courier of couriers.values()) courier.close();
  await federation.close();
});

/** Zhejiang found a registration of Guangdong, and tells it. */
async function send(title: string): Promise<KeptStep> {
  const registrationId = federation.registry('guangdong').file([1, 2, title.length], title);
  const made = makeCheck();
  const check = { ...made, candidates: made.candidates.map((one) => ({ ...one, registrationId })) };
  await zhejiang.checks.save(check, 'li.na', fingerprinted([1, 0, 0, 0]));
  return sendFinding(zhejiang, { checkId: check.checkId, registrationId, reason: '镜像', actor });
}

/** Everything that waits at a province, also what is to wait longer. */
async function deliverAll(desk: FindingDesk): Promise<number> {
  const { findings, province } = desk;
  const later = { now: () => new Date(clock.now().getTime() + 7_200_000) };
  const due = await findings.due(100, later.now());
  for (const { step } of due) await findings.hasten(step.statement.findingId, clock.now());
  return deliverStatements({ findings, courier: courierOf(province), clock, actor: program });
}

function courierOf(province: string): RpcFindingClient {
  const courier = couriers.get(province);
  if (!courier) throw new Error(`no courier of ${province}`);
  return courier;
}

const hand = (as: string, to: string, step: KeptStep, evidence: Uint8Array | null = EVIDENCE) =>
  courierOf(as).hand(to, { ...step, evidence }, new Date(Date.now() + 4_000));
const viewAt = (desk: FindingDesk, { statement }: KeptStep): Promise<FindingView> =>
  readFinding({ ...desk, calendar: CHINA_WORK_CALENDAR }, statement.findingId);
const toldAt = async (desk: FindingDesk, step: KeptStep) =>
  (await viewAt(desk, step)).steps.map(({ delivery: _, ...told }) => told);
const answer = async (sent: KeptStep, ...steps: Parameters<typeof answerFinding>[1]['step'][]) => {
  for (const step of steps)
    await answerFinding(guangdong, { findingId: sent.statement.findingId, step, reason: '查过', actor });
};
const entriesOf = (
  desk: { findings: { entries: readonly { subject: string | null; type: string }[] } },
  sent: KeptStep,
) =>
  desk.findings.entries.filter(({ subject }) => subject === sent.statement.findingId).map(({ type }) => type);

describe('a finding over gRPC', () => {
  it('is there with its evidence, answered, and both provinces read one history and log every step', async () => {
    const sent = await send('缠枝莲');
    expect(await deliverAll(zhejiang)).toBe(1);
    expect(await guangdong.findings.evidenceOf(sent.statement.findingId)).toEqual(EVIDENCE);
    await answer(sent, 'acknowledged', 'examined', 'rejected');
    expect(await deliverAll(guangdong)).toBe(3);
    const here = await toldAt(zhejiang, sent);
    expect(here.map(({ step }) => step)).toEqual(['sent', 'acknowledged', 'examined', 'rejected']);
    expect(await toldAt(guangdong, sent)).toEqual(here);
    expect(entriesOf(zhejiang, sent)).toEqual([
      'finding.signed',
      'finding.delivered',
      ...Array.from({ length: 3 }, () => 'finding.received'),
    ]);
    expect(entriesOf(guangdong, sent)).toEqual([
      'finding.received',
      ...Array.from({ length: 3 }, () => 'finding.signed'),
      ...Array.from({ length: 3 }, () => 'finding.delivered'),
    ]);
  });

  it('waits for a province that is silent, either side, and loses nothing', async () => {
    const sent = await send('牡丹');
    await federation.stop('guangdong');
    expect(await deliverAll(zhejiang)).toBe(0);
    expect((await viewAt(zhejiang, sent)).steps[0]?.delivery).toMatchObject({
      state: 'waiting',
      attempts: 1,
    });
    await federation.startMember('guangdong');
    expect(await deliverAll(zhejiang)).toBe(1);
    await federation.stop('zhejiang');
    await answer(sent, 'acknowledged', 'examined', 'upheld');
    expect(await deliverAll(guangdong)).toBe(0);
    await federation.startMember('zhejiang');
    expect(await deliverAll(guangdong)).toBe(3);
    const told = await toldAt(guangdong, sent);
    expect(told.map(({ step }) => step)).toEqual(['sent', 'acknowledged', 'examined', 'upheld']);
    expect(await toldAt(zhejiang, sent)).toEqual(told);
  }, 30_000);

  it('is taken once however often it is handed, and nothing is logged twice', async () => {
    const sent = await send('水波');
    for (let time = 0; time < 3; time += 1)
      expect(await hand('zhejiang', 'guangdong', sent)).toEqual({ kind: 'taken' });
    expect(entriesOf(guangdong, sent)).toEqual(['finding.received']);
    await deliverAll(zhejiang);
  });

  it('is refused where it is forged, foreign, replayed by another, without its evidence, or too large', async () => {
    const sent = await send('云纹');
    const say = (handed: Handed) => (handed.kind === 'taken' ? 'taken' : `${handed.kind}: ${handed.problem}`);
    // Shandong replays Zhejiang's own words under its own certificate.
    expect(say(await hand('shandong', 'guangdong', sent))).toMatch(
      /^silent: statement: is not signed by shandong/,
    );
    expect(say(await hand('zhejiang', 'shandong', sent))).toMatch(
      /^silent: statement: is not of zhejiang to shandong/,
    );
    const shandong = await federation.findingDesk('shandong');
    const jws = await shandong.signer.sign(sent.statement);
    const forged = { ...sent, jws, digest: digest(jws) };
    expect(say(await hand('zhejiang', 'guangdong', forged))).toMatch(/is not signed by zhejiang/);
    expect(say(await hand('zhejiang', 'guangdong', sent, null))).toMatch(/^refused: evidence: /);
    expect(say(await hand('zhejiang', 'guangdong', sent, Buffer.from('{}')))).toMatch(/^refused: evidence: /);
    const huge = Buffer.alloc(MAX_EVIDENCE_BYTES + 1_048_576);
    expect(say(await hand('zhejiang', 'guangdong', sent, huge))).toMatch(
      /message with a size larger than 4194304/,
    );
    expect(await guangdong.findings.find(sent.statement.findingId)).toBeUndefined();
    // And what was refused is an entry of whoever refused.
    const refused = federation
      .registry('guangdong')
      .log.events.filter(({ type }) => type === 'finding.received');
    expect(refused.map(({ outcome, actor: by }) => `${outcome} ${by.name}`)).toEqual([
      'failure shandong',
      'failure zhejiang',
      'failure zhejiang',
      'failure zhejiang',
    ]);
    expect(await deliverAll(zhejiang)).toBe(1);
  });

  it('takes from a third province no step of a finding between two', async () => {
    const sent = await send('回纹');
    await deliverAll(zhejiang);
    const shandong = await federation.findingDesk('shandong');
    const payload = {
      ...sent.statement,
      to: 'shandong',
      step: 'acknowledged',
      before: sent.digest,
      reason: '',
    };
    const jws = await shandong.signer.sign(payload);
    const handed = await hand('shandong', 'zhejiang', { ...sent, jws, digest: digest(jws) }, null);
    expect(handed).toMatchObject({
      kind: 'silent',
      problem: expect.stringMatching(/^statement: is of another/),
    });
    expect((await toldAt(zhejiang, sent)).map(({ step }) => step)).toEqual(['sent']);
  });
});
