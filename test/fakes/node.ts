import { setImmediate as turn } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  addPerson,
  AskerWatch,
  type BatchStore,
  CurrentIndex,
  type Fingerprinter,
  openSession,
  type PasswordHasher,
  type Role,
  type SessionKeeper,
  CHINA_WORK_CALENDAR,
} from '#libs/registry';
import type { SequencerState } from '#libs/federation-log';
import type { MembersState } from '#libs/rpc';
import { ExactIndex } from '#libs/similarity';
import { pino } from 'pino';
import { BatchRunner } from '../../apps/province-node/src/batches/batch-runner.js';
import { CardDesk } from '../../apps/province-node/src/cards/card-desk.js';
import type { DrawEvidence } from '../../apps/province-node/src/comparisons/compare-pictures.js';
import { createHttpApp } from '../../apps/province-node/src/http/http-app.js';
import { NodeModule, type NodeParts } from '../../apps/province-node/src/node.module.js';
import { Readiness } from '../../apps/province-node/src/readiness.js';
import { RefingerprintRunner } from '../../apps/province-node/src/refingerprinting/refingerprint-runner.js';
import { FakeBatches } from './checks.js';
import { DIMENSION, embeddingOf, FakeFederation, fingerprinted, MODEL } from './federation.js';
import { createFakeFindings } from './findings.js';
import { createFakeMarketFindings, type FakeMarketFindings } from './market-findings.js';
import { createFakeWorklist, type FakeWorklist } from './worklist.js';
import { createFakeAttempts, createFakePasswords, createFakePeople } from './people.js';
import { createFakeVerifier, fakeVerification } from './verifier.js';
import { createFakeLogStore, type FakeLogStore } from './log-store.js';
import { createFakePictures } from './pictures.js';
import { createFakeCheckedPictures, createReporting, inlinePool } from './reporting.js';
import { createFakeDesk, createFakeFingerprinter, type FakeDesk } from './registration-desk.js';

/** The password of everybody in a fake node. */
export const PASSWORD = 'correct horse battery';

/** Zhejiang's node in memory, with its HTTP API on a port of its own. */
export interface FakeNode {
  readonly origin: string;
  readonly app: NestExpressApplication;
  readonly parts: NodeParts;
  readonly desk: FakeDesk;
  readonly federation: FakeFederation;
  readonly batches: BatchStore;
  readonly market: FakeMarketFindings;
  readonly worklist: FakeWorklist;
  readonly passwords: PasswordHasher;
  /** What `/log/` is read from. */
  readonly logStore: FakeLogStore;
  /** How the log is; replace its state to damage it. */
  readonly signedLog: { state: SequencerState };
  /** What `GET /api/v1/members` is answered from; replace it to break the coordinator. */
  readonly members: { describeMembers: () => Promise<MembersState> };
  /** A bearer token of this node for somebody with this role. */
  token(role: Role): Promise<string>;
  /** Sends a request; `body` is a form, raw bytes, or sent as JSON. */
  send(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON. */
  readonly body: unknown;
}

/** A picture whose fingerprint is these numbers. */
export function pictureOf(...numbers: number[]): Uint8Array {
  return Buffer.from(JSON.stringify(numbers));
}

/** A form with a picture and these fields. */
export function pictureForm(picture: Uint8Array, fields: Record<string, string> = {}): FormData {
  const form = new FormData();
  form.set('picture', new Blob([picture]), 'picture.png');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

/** Takes pictureOf's bytes; any others as createFakeFingerprinter does. */
function createFingerprinter(): Fingerprinter {
  const other = createFakeFingerprinter();
  return {
    modelDigest: MODEL,
    async fingerprint(picture) {
      const text = Buffer.from(picture).toString();
      return text.startsWith('[') ? fingerprinted(JSON.parse(text) as number[]) : other.fingerprint(picture);
    },
  };
}

export async function startFakeNode(): Promise<FakeNode> {
  const desk = createFakeDesk('zhejiang');
  const federation = await FakeFederation.create();
  const asking = federation.asking('zhejiang');
  const { clock, registry, log } = desk;
  const random = asking.random;
  const fingerprinter = createFingerprinter();
  const people = createFakePeople(log);
  const passwords = createFakePasswords();
  const sessions: SessionKeeper = { province: 'zhejiang', key: new Uint8Array(32).fill(7), clock };
  const { checks } = desk;
  const market = createFakeMarketFindings(log);
  const worklist = createFakeWorklist(log);
  const batches = new FakeBatches(checks);
  const logger = pino({ level: 'silent' });
  const batchRunner = new BatchRunner({
    ...asking,
    batches,
    budgetMs: 2_000,
    logger,
    wait: async () => turn(),
  });
  const members = {
    describeMembers: async (): Promise<MembersState> => ({
      epoch: 1,
      members: [
        {
          province: 'guangdong',
          outcome: 'ANSWERED',
          detail: '',
          modelDigest: MODEL,
          searched: 1,
          declared: 1,
          position: 1,
          registryPosition: 1,
          served: [{ modelDigest: MODEL, searched: 1, declared: 1 }],
        },
      ],
    }),
  };
  const indexes = [
    new CurrentIndex(registry, new ExactIndex(MODEL, DIMENSION), embeddingOf, () => undefined),
  ];
  const refingerprinting = new RefingerprintRunner({
    ...desk,
    fingerprinter: { ...fingerprinter, busy: false },
    actor: { kind: 'program', name: 'test' },
    logger,
    wait: async () => turn(),
  });
  const logStore = createFakeLogStore();
  const signedLog: FakeNode['signedLog'] = { state: { size: 0, phase: 'signing' } };
  const readiness = new Readiness(registry, indexes, refingerprinting, signedLog, {
    state: { phase: 'witnessed' },
  });
  const receipts: NodeParts['receipts'] = {
    ofCheck: async () => [],
    due: async () => [],
    settle: async () => undefined,
  };
  const kept = new Map<string, Uint8Array>();
  const checkedPictures = createFakeCheckedPictures(kept);
  const draw: DrawEvidence = () =>
    Promise.reject(new Error('a fake node draws no evidence; give it a real pool'));
  const pictures = { get: async (digest: string) => kept.get(digest) };
  const reporting = createReporting({ ...desk, receipts, batches, draw, checkedPictures: pictures });
  const parts: NodeParts = {
    config: { province: 'zhejiang', checkBudgetMs: 2_000, shareOwner: false, sharePictures: 'nothing' },
    logger,
    clock,
    random,
    directory: federation.signedDirectory,
    signer: asking.signer,
    verifier: asking.verifier,
    registry,
    log,
    logStore,
    logStates: {
      cosigning: { state: { phase: 'witnessed', quorum: 2, size: 0, witnessedSize: 0, witnesses: [] } },
      witness: { state: async () => ({ logs: [], equivocations: [] }) },
      mirrors: { state: [] },
    },
    logHandlers: {
      getReceipts: async () => ({ results: [] }),
      readFile: async () => ({ content: Buffer.alloc(0), size: '0' }),
    },
    witness: { addCheckpoint: async () => ({ status: 404, contentType: 'text/plain', body: '' }) },
    receipts,
    evidence: { give: async () => '{}\n' },
    indexes,
    counts: { cosigned: () => 0, declared: async () => null },
    askerWatch: new AskerWatch(clock, 1_000, 'secret'),
    verification: fakeVerification(createFakeVerifier(embeddingOf), registry),
    members,
    sessions,
    logIn: { people, attempts: createFakeAttempts(), passwords, sessions, log, clock },
    registrationDesk: { ...desk, fingerprinter },
    checkPicture: {
      ...asking,
      fingerprinter,
      checks,
      registry,
      depositCopies: desk.depositCopies,
      checkedPictures,
    },
    decisionDesk: { ...desk, random, fourEyes: false },
    examination: { registry, checks, clock, entries: registry.history, calendar: CHINA_WORK_CALENDAR },
    cards: new CardDesk({
      ...desk,
      entries: registry.history,
      ownLog: NO_RECEIPTS,
      pool: inlinePool,
    }),
    clearance: { clearToken: (checkId) => clearTokenOf(desk, checkId) },
    checks,
    pictures: createFakePictures(asking, desk),
    ...settlingParts(asking, desk, { market, worklist }),
    comparisonDesk: {
      fingerprinter,
      registry,
      depositCopies: desk.depositCopies,
      draw,
      log,
      clock,
    },
    batchDesk: { batches, fingerprinter, clock, random, checkedPictures },
    ...reporting,
    statistics: {
      works: async () => [],
      checks: async () => [],
      examinations: async () => [],
      monthly: async () => [],
    },
    batchRunner,
    refingerprinting,
    readiness,
    operation: {
      look: async () => ({
        runtime: 'v22.22.0',
        startedAt: clock.now().toISOString(),
        certificateEnds: '2027-01-01T00:00:00.000Z',
        queue: { batches: 1, pictures: 7 },
        disk: { free: 1_000, total: 4_000 },
        memory: 2_000,
      }),
    },
  };
  const program = { kind: 'program', name: 'test' } as const;
  for (const role of ['examiner', 'auditor', 'operator'] as const)
    await addPerson({ people, passwords, clock }, { user: role, password: PASSWORD, roles: [role] }, program);
  const app = await createHttpApp(NodeModule.of(parts), logger);
  await app.listen(0, '127.0.0.1');
  readiness.serving();
  const origin = await app.getUrl();
  return {
    origin,
    app,
    parts,
    desk,
    federation,
    batches,
    market,
    worklist,
    passwords,
    logStore,
    signedLog,
    members,
    token: async (role) => (await openSession(sessions, { user: role, roles: [role] })).token,
    send: (method, path, options) => send(method, `${origin}${path}`, options),
    async close() {
      await batchRunner.stop();
      await app.close();
    },
  };
}

/** Nobody is there to whom findings could be delivered. */
function settlingParts(
  asking: ReturnType<FakeFederation['asking']>,
  desk: FakeDesk,
  { market, worklist }: Pick<FakeNode, 'market' | 'worklist'>,
): Pick<NodeParts, 'findings' | 'market' | 'worklist'> {
  const findings = createFakeFindings('zhejiang');
  const { checks, registry, clock, digest, random, log } = desk;
  const shared = { province: 'zhejiang', findings, checks, registry, clock };
  const { signer, verifier } = asking;
  const evidenceOf = async () => Buffer.from('{}\n');
  return {
    findings: {
      desk: { ...shared, signer, verifier, log, random, digest, evidenceOf },
      reading: { ...shared, calendar: CHINA_WORK_CALENDAR },
    },
    market: {
      desk: { ...desk, market, evidenceFor: evidenceOf },
      reading: { ...shared, market },
    },
    worklist: { desk: { ...desk, ...shared, worklist }, reading: { ...shared, worklist } },
  };
}

/** A log that nobody witnesses. */
const NO_RECEIPTS = { receipts: async () => [] };

/** Without a coordinator: whatever was checked is let in. */
async function clearTokenOf({ checks, clearance }: FakeDesk, checkId: string): Promise<string> {
  const check = await checks.find(checkId);
  return clearance.tokenFor(check?.registrationId ?? '', { checkId });
}

async function send(
  method: string,
  url: string,
  { token, body, headers = {} }: RequestOptions = {},
): Promise<Answer> {
  const raw = body instanceof FormData || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body !== undefined && !raw ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
