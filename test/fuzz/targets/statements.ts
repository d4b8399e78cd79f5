import { base64url, SignJWT } from 'jose';
import { z } from 'zod';
import {
  canonicalJson,
  createStatementVerifier,
  FederationLogError,
  generateSigningKey,
  publicKeyOf,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import { nodeLogCrypto, signBytesBy } from '#libs/identity';
import {
  acceptQuestion,
  judgeReply,
  openClearToken,
  openSession,
  readSession,
  RecentNonces,
  type Question,
} from '#libs/registry';
import { makeCheck } from '../../contracts/checks.contract.js';
import { digest } from '../../fakes/federation.js';
import { mutateJson, mutateText } from '../mutate.js';
import { type Random } from '../random.js';
import { BrokenPromise, type OpenTarget } from '../target.js';

const NOW = new Date('2026-11-02T08:16:00.000Z');
const clock = { now: () => NOW };
const REGISTRATION = '0b7f3c9e-8f3e-4b53-9a77-3c1f0a9b2c11';
const CHECK = '6f1c1d0e-5a52-4d0e-9a55-0f7a3b0f9a01';
const MODEL = digest('model');
const FINGERPRINT = Buffer.from('the fingerprint');

const QUESTION: Question = {
  kind: 'weft.question.v1',
  checkId: CHECK,
  nonce: 'q3tM0b0S8m1uVd3n5K7xYw',
  askedAt: '2026-11-02T08:15:59.120Z',
  deadline: '2026-11-02T08:16:38.120Z',
  asker: 'zhejiang',
  epoch: 1,
  modelDigest: MODEL,
  fingerprintDigest: digest(FINGERPRINT),
  limit: 10,
};
const TOKEN = {
  kind: 'weft.clear-token.v1',
  tokenId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
  province: 'zhejiang',
  registrationId: REGISTRATION,
  checkId: CHECK,
  questionDigest: digest('question'),
  fingerprintDigest: digest(FINGERPRINT),
  epoch: 1,
  ground: 'clear',
  decision: null,
  positions: [{ log: 'weft/zhejiang', index: 12 }],
  issuedAt: NOW.toISOString(),
  expiresAt: '2026-11-02T08:31:00.000Z',
};

/** A statement's compact JWS, its payload changed and signed by the right key all the same, or the JWS changed itself. */
async function statementInput(random: Random, key: SigningKey, statement: object): Promise<Uint8Array> {
  const payload = random.oneIn(5) ? statement : mutateJson(random, statement);
  const text = random.oneIn(12) ? mutateText(random, JSON.stringify(payload)) : canonical(payload);
  const header = { alg: 'EdDSA', kid: key.kid, typ: 'weft+jws' };
  const protectedPart = base64url.encode(canonical(random.oneIn(8) ? mutateJson(random, header) : header));
  const signed = `${protectedPart}.${base64url.encode(text)}`;
  const jws = `${signed}.${base64url.encode(await signBytesBy(key)(Buffer.from(signed)))}`;
  return Buffer.from(random.oneIn(4) ? mutateText(random, jws) : jws);
}

/** What has no canonical form travels as plain JSON, which is then refused for that. */
function canonical(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof FederationLogError || error instanceof RangeError)
      return JSON.stringify(value) ?? 'null';
    throw error;
  }
}

async function parties(): Promise<{ coordinator: SigningKey; zhejiang: SigningKey; directory: Directory }> {
  const [coordinator, zhejiang] = [await generateSigningKey(), await generateSigningKey()];
  const endpoint = (key: SigningKey) => ({
    address: 'localhost:1',
    tlsName: 'a.test',
    keys: [publicKeyOf(key)],
  });
  return {
    coordinator,
    zhejiang,
    directory: {
      kind: 'weft.directory.v1',
      epoch: 1,
      issuedAt: '2026-01-01T00:00:00.000Z',
      members: [{ province: 'zhejiang', ...endpoint(zhejiang) }],
      coordinator: endpoint(coordinator),
      calibration: {
        id: 'cal-test',
        modelDigest: MODEL,
        duplicateAt: 0.9,
        suspectedAt: 0.8,
        gallery: 1,
        background: [],
      },
    },
  };
}

const fast = (directory: Directory) => createStatementVerifier(directory, undefined, nodeLogCrypto.ed25519);

/** Questions, signed by the asker. */
export const question: OpenTarget = async () => {
  const { zhejiang, directory } = await parties();
  const view = { epoch: 1, members: ['zhejiang'], calibration: directory.calibration };
  return {
    name: 'question',
    declared: ['QuestionRefused'],
    limitMs: 1_000,
    input: (random) => statementInput(random, zhejiang, QUESTION),
    async read(input) {
      const deps = {
        verifier: fast(directory),
        directory: view,
        digest,
        clock,
        seen: new RecentNonces(clock),
      };
      const taken = await acceptQuestion(deps, {
        questionJws: Buffer.from(input).toString(),
        fingerprint: FINGERPRINT,
      });
      if (taken.limit > 100 || taken.limit < 1 || taken.epoch !== 1)
        throw new BrokenPromise('a question out of bounds is taken');
    },
  };
};

/** Answers, signed by the member: whatever it is, its row is never ANSWERED unless it answers this question. */
export const answer: OpenTarget = async () => {
  const { zhejiang, directory } = await parties();
  const statement = {
    kind: 'weft.answer.v1',
    ...{
      checkId: CHECK,
      nonce: QUESTION.nonce,
      questionDigest: digest('question'),
      province: 'zhejiang',
      epoch: 1,
    },
    ...{ modelDigest: MODEL, receivedAt: NOW.toISOString(), answeredAt: NOW.toISOString(), complete: true },
    index: { position: 4, registryPosition: 4, searched: 1, declared: 1 },
    hits: [
      {
        ...{ registrationId: REGISTRATION, patternId: CHECK, state: 'registered', score: 0.97 },
        verified: {
          score: 0.87,
          transform: { mirrored: true, rotation: 90, scale: 0.7, offset: [0.1, 0], recoloured: true },
          matchedShare: { query: 0.6, candidate: 0.5 },
        },
      },
    ],
  };
  const deps = { verifier: fast(directory), digest, directory: { calibration: directory.calibration } };
  return {
    name: 'answer',
    declared: [],
    limitMs: 1_000,
    input: (random) => statementInput(random, zhejiang, statement),
    async read(input) {
      const reply = { kind: 'answer', answerJws: Buffer.from(input).toString() } as const;
      const at = NOW.toISOString();
      const { row, hits } = await judgeReply(
        deps,
        { question: QUESTION, questionJws: 'question' },
        { province: 'zhejiang', reply, askedAt: at, arrivedAt: at },
      );
      if (row.outcome === 'ANSWERED' && row.searched !== row.declared)
        throw new BrokenPromise('ANSWERED over less than declared');
      if (row.outcome === 'BAD_SIGNATURE' && hits.length > 0)
        throw new BrokenPromise('hits of an answer that is not believed');
    },
  };
};

/** Clear tokens, signed by the coordinator: none but the very application's is taken. */
export const clearToken: OpenTarget = async () => {
  const { coordinator, directory } = await parties();
  const check = makeCheck({
    checkId: CHECK,
    registrationId: REGISTRATION,
    picture: { digest: 'sha256:d', width: 9, height: 9 },
  });
  const registration = { registrationId: REGISTRATION, patternId: 'p' };
  const registry = {
    find: async () => registration,
    findPattern: async () => ({ pictureDigest: 'sha256:d' }),
  };
  const deps = {
    verifier: fast(directory),
    directory: { epoch: 1 },
    digest,
    checks: { find: async (id: string) => (id === CHECK ? check : undefined) },
    decisions: { ofCheck: async () => [] },
    clock,
    ages: { outlived: () => false },
    province: { id: 'zhejiang' },
    registry,
  };
  return {
    name: 'clear-token',
    declared: ['RegistryError'],
    limitMs: 1_000,
    input: (random) => statementInput(random, coordinator, TOKEN),
    async read(input) {
      // Of the registry's reader the token asks two things alone.
      const { token } = await openClearToken(deps as never, Buffer.from(input).toString(), REGISTRATION);
      const late = Date.parse(token.expiresAt) <= NOW.getTime();
      if (late || token.registrationId !== REGISTRATION || token.province !== 'zhejiang')
        throw new BrokenPromise('a token of something else is taken');
    },
  };
};

/** Sessions of the node's people: claims changed and signed by the node's key, or the token changed itself. */
export const session: OpenTarget = async () => {
  const keeper = { province: 'zhejiang', key: Buffer.alloc(32, 5), clock };
  const seed = await openSession(keeper, { user: 'li', roles: ['examiner'] });
  const claims = {
    sub: 'li',
    roles: ['examiner'],
    iss: 'zhejiang',
    aud: 'zhejiang',
    iat: NOW.getTime() / 1_000,
    exp: NOW.getTime() / 1_000 + 900,
  };
  const claimsSchema = z.record(z.string(), z.unknown()).catch({});
  return {
    name: 'session',
    declared: ['RegistryError'],
    limitMs: 1_000,
    async input(random) {
      if (random.oneIn(2)) return Buffer.from(mutateText(random, seed.token));
      const alg = random.oneIn(6) ? 'HS512' : 'HS256';
      try {
        return Buffer.from(
          await new SignJWT(claimsSchema.parse(mutateJson(random, claims)))
            .setProtectedHeader({ alg })
            .sign(keeper.key),
        );
      } catch {
        return Buffer.from('.'.repeat(random.below(9)));
      }
    },
    async read(input) {
      const { user, roles } = await readSession(keeper, Buffer.from(input).toString());
      if (user.length === 0 || roles.length === 0)
        throw new BrokenPromise('a session of nobody, or for nothing');
    },
  };
};
