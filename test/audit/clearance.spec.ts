import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatBundle } from '#libs/audit';
import { createStatementSigner, createStatementVerifier } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { clearTokenSchema, type Hit } from '#libs/registry';
import { ClearanceDesk } from '../../apps/coordinator/src/clearance-desk.js';
import { FakeLog } from '../fakes/federation.js';
import { AuditedFederation, digest } from './federation.js';

const APPLICATION = '659ecccf-150a-4631-a824-00773365514d';

let federation: AuditedFederation;
let log: FakeLog;
let desk: ClearanceDesk;
let now: string;

beforeAll(async () => {
  federation = await AuditedFederation.create();
});

beforeEach(async () => {
  log = new FakeLog();
  now = '2026-11-02T08:16:00.000Z';
  desk = new ClearanceDesk({
    crypto: nodeLogCrypto,
    trust: federation.policyFile.trust,
    directory: federation.directory,
    signer: await createStatementSigner(federation.key('coordinator')),
    digest,
    log,
    clock: { now: () => new Date(now) },
    random: { uuid: randomUUID },
  });
});

const suspected: Hit = {
  registrationId: randomUUID(),
  patternId: randomUUID(),
  state: 'registered',
  score: 0.9,
  verified: { score: 0.85, transform: null, matchedShare: { query: 0.6, candidate: 0.6 } },
};
const found = {
  index: { position: 4, registryPosition: 4, searched: 1, declared: 1 },
  hits: [suspected],
};

type Change = Parameters<AuditedFederation['check']>[0];
const evidence = async (change: Change = {}) => {
  const { bundle, question } = await federation.check({ excluding: APPLICATION, ...change });
  return { bundle, question, file: Buffer.from(formatBundle(bundle)) };
};

/** Why nothing was minted; the log says that it was asked for. */
async function refusal(file: Uint8Array, peer = 'zhejiang'): Promise<string> {
  const error = await desk.mint(file, peer).then(
    () => 'minted',
    (problem: unknown) => (problem instanceof Error ? problem.message : 'thrown'),
  );
  expect(log.types()).toEqual(['clear-token.refused']);
  log.events.length = 0;
  return error;
}

describe('the coordinator mints a clear token', () => {
  it('from a complete and witnessed CLEAR, bound to all that it rests on', async () => {
    const { file, question } = await evidence();
    const jws = await desk.mint(file, 'zhejiang');
    const payload = await createStatementVerifier(federation.directory).verify(jws, 'coordinator');
    expect(clearTokenSchema.parse(payload)).toMatchObject({
      province: 'zhejiang',
      registrationId: APPLICATION,
      checkId: question.checkId,
      fingerprintDigest: question.fingerprintDigest,
      epoch: 3,
      ground: 'clear',
      decision: null,
      issuedAt: now,
      expiresAt: '2026-11-02T08:31:00.000Z',
      positions: expect.arrayContaining([
        { log: 'weft/zhejiang', index: 0 },
        { log: 'weft/coordinator', index: 1 },
        { log: 'weft/guangdong', index: 0 },
      ]),
    });
    expect(log.events).toMatchObject([
      {
        type: 'clear-token.minted',
        subject: question.checkId,
        details: { tokenDigest: digest(jws), province: 'zhejiang', registrationId: APPLICATION },
      },
    ]);
  });

  it('from a complete and witnessed check that an examiner decided to be no duplicate', async () => {
    for (const decided of [['derivative'], ['not-a-duplicate'], ['duplicate', 'not-a-duplicate']]) {
      const { file } = await evidence({ answer: found, decided });
      const payload = await createStatementVerifier(federation.directory).verify(
        await desk.mint(file, 'zhejiang'),
        'coordinator',
      );
      expect(payload).toMatchObject({ ground: 'decision', decision: { kind: decided.at(-1) } });
    }
  });

  it('from nothing else', async () => {
    const of = async (change: Change) => refusal((await evidence(change)).file);
    expect(await of({ silent: 'jiangsu' })).toContain('not complete');
    expect(await of({ silent: 'jiangsu', decided: ['not-a-duplicate'] })).toContain('not complete');
    expect(await of({ answer: found })).toContain('the verdict is SUSPECTED');
    expect(await of({ answer: found, decided: ['needs-more'] })).toContain('decided "needs-more"');
    expect(await of({ answer: found, decided: ['derivative', 'duplicate'] })).toContain(
      'decided "duplicate"',
    );
    expect(await of({ decided: ['duplicate'] })).toContain('decided "duplicate"');
    const ofAPicture = Buffer.from(formatBundle((await federation.check()).bundle));
    expect(await refusal(ofAPicture)).toContain('of a picture alone');
    expect(await refusal((await evidence()).file, 'shandong')).toContain('a check of zhejiang');
    expect(await refusal(Buffer.alloc(0))).toContain('has 0 bytes');
    expect(await refusal(Buffer.alloc(2_000_000, 32))).toContain('2000000 bytes');
    now = '2026-12-04T08:16:00.000Z';
    expect(await refusal((await evidence()).file)).toContain('too old');
  });

  it('never from evidence that an auditor would not believe', async () => {
    const { bundle, file } = await evidence();
    const unwitnessed = { ...bundle, receipts: bundle.receipts.slice(1) };
    expect(await refusal(Buffer.from(formatBundle(unwitnessed)))).toContain('MISSING_ENTRY');
    const changed = { ...bundle, judgement: { ...bundle.judgement, complete: false } };
    expect(await refusal(Buffer.from(formatBundle(changed)))).toContain('VERDICT_CONTRADICTS');
    const fewer = bundle.receipts.map((receipt) => receipt.split('\n').slice(0, -3).join('\n') + '\n');
    expect(await refusal(Buffer.from(formatBundle({ ...bundle, receipts: fewer })))).not.toBe('minted');
    const edited = Buffer.from(file);
    edited[Math.floor(edited.length / 2)] = 0x41;
    expect(await refusal(edited)).not.toBe('minted');
  });

  it('not at all if that cannot be logged', async () => {
    log.failing = true;
    await expect(desk.mint((await evidence()).file, 'zhejiang')).rejects.toThrow('the log is full');
  });
});
