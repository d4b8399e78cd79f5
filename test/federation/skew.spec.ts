import { randomBytes, randomUUID } from 'node:crypto';
import { Client, credentials, type ServiceDefinition } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  askForPicture,
  checkDuplicate,
  type Check,
  type CheckDependencies,
  type Fingerprinter,
  type Outcome,
  type Question,
} from '#libs/registry';
import { createFindingClient, createMemberClient, createMetadataClient } from '#libs/rpc';
import { z } from 'zod';
import { MEMBERS, MODEL, digest, random, clock } from '../fakes/federation.js';
import type { TestServer } from '../grpc-server.js';
import { GrpcFederation } from './grpc-federation.js';
import { fingerprintAlong } from './member-registry.js';
import {
  FIRST_RELEASE,
  LATER_RELEASE,
  releasedService,
  startSkewedMember,
  type DraftAnswer,
  type Skew,
} from './skewed-member.js';

const examiner = { kind: 'person', name: 'examiner' } as const;
/** Whose node is of another release. */
const OTHER = 'guangdong';

let federation: GrpcFederation;
let asking: CheckDependencies & { fingerprinter: Fingerprinter };
let member: TestServer | undefined;
let theirs: string;

beforeAll(async () => {
  federation = await GrpcFederation.start();
  asking = await federation.asking('zhejiang');
  for (const [place, province] of MEMBERS.entries())
    for (let number = 0; number < 6; number += 1)
      federation.registry(province).file([-1, place + 1, number + 1], `${province} ${number}`);
  theirs = federation.registry(OTHER).file([1, 2, 3], '他版花样');
});
afterAll(() => federation.close());

async function become(skew: Skew): Promise<void> {
  if (member) member.stop();
  else await federation.stop(OTHER);
  member = await startSkewedMember(federation, OTHER, skew);
}
afterEach(async () => {
  if (!member) return;
  member.stop();
  member = undefined;
  await federation.startMember(OTHER);
});

const checkLike = (numbers: number[]): Promise<Check> =>
  checkDuplicate(asking, {
    picture: Buffer.from(JSON.stringify(numbers)),
    ...{ actor: examiner, limit: 5, budgetMs: 4_000 },
  });
async function question(numbers: number[]) {
  const fingerprint = fingerprintAlong(numbers);
  const now = Date.now();
  const statement: Question = {
    kind: 'weft.question.v1',
    checkId: randomUUID(),
    nonce: randomBytes(16).toString('base64url'),
    askedAt: new Date(now).toISOString(),
    deadline: new Date(now + 4_000).toISOString(),
    asker: 'zhejiang',
    epoch: 1,
    modelDigest: MODEL,
    fingerprintDigest: digest(fingerprint),
    limit: 3,
  };
  return { questionJws: await asking.signer.sign(statement), fingerprint: Buffer.from(fingerprint) };
}

const rowOf = ({ coverage }: Check) => coverage.find(({ province }) => province === OTHER);

const same = (answer: DraftAnswer): object => answer;
const unverified = ({ hits, ...answer }: DraftAnswer): object => ({
  ...answer,
  hits: hits.map(({ verified: _, ...hit }) => hit),
});
const withMore = ({ index, hits, ...answer }: DraftAnswer): object => ({
  ...answer,
  index: { ...index, shards: 3 },
  hits: hits.map((hit) => ({ ...hit, colours: ['#aabbcc'] })),
  region: 'south',
});
const refusal = (reason: unknown) => ({ refusal: { reason, detail: 'modelDigest: is not served here' } });

describe('a member of another release among those of this', () => {
  const nothingNear = [0, 0, 0, 1];

  it.each<[string, Skew, Outcome]>([
    [
      'of the first release, that verifies nothing',
      { services: FIRST_RELEASE, change: unverified },
      'PARTIAL',
    ],
    [
      'of the first release, that does not serve the version',
      { services: FIRST_RELEASE, change: same, result: refusal('REFUSAL_REASON_VERSION_MISMATCH') },
      'VERSION_MISMATCH',
    ],
    [
      'of a later release, whose answers are of another kind',
      { services: LATER_RELEASE, change: (answer) => ({ ...answer, kind: 'weft.answer.v2' }) },
      'BAD_SIGNATURE',
    ],
    [
      'of a later release, that scores in a way that is not known here',
      {
        services: LATER_RELEASE,
        change: ({ hits, ...answer }) => ({
          ...answer,
          hits: hits.map((hit) => ({ ...hit, score: 'high' })),
        }),
      },
      'BAD_SIGNATURE',
    ],
    [
      'of a later release, that refuses for a reason that is not known here',
      {
        services: LATER_RELEASE,
        change: same,
        result: { result: { $case: 'refusal', value: { reason: 99, detail: 'why', retryAfterMs: 0 } } },
      },
      'REFUSED',
    ],
    [
      'of a later release, that says something else in place of answer and refusal',
      { services: LATER_RELEASE, change: same, result: {} },
      'REFUSED',
    ],
  ])('%s: is told so by its row, and the check is not CLEAR', async (_name, skew, outcome) => {
    await become(skew);
    const check = await checkLike(nothingNear);
    expect(rowOf(check)).toMatchObject({ outcome, detail: expect.stringMatching(/./) });
    expect(check).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'AGREES' });
  });

  it.each<[string, Skew]>([
    [
      'of the first messages, whose answers do not name their entry of the log',
      { services: FIRST_RELEASE, change: same },
    ],
    ['of a later release, that says more than is known here', { services: LATER_RELEASE, change: withMore }],
  ])('%s: answers in full, and its patterns are found', async (_name, skew) => {
    await become(skew);
    expect(await checkLike(nothingNear)).toMatchObject({ verdict: 'CLEAR', complete: true });
    const found = await checkLike([1, 2, 3]);
    expect(found).toMatchObject({ verdict: 'DUPLICATE', complete: true, coordinator: 'AGREES' });
    expect(found.candidates[0]).toMatchObject({
      ...{ province: OTHER, registrationId: theirs, title: '他版花样' },
      // It has not said that it shows any.
      pictures: 'nothing',
    });
  });

  it('of the first release, takes 16 questions at once: more are refused, each of them', async () => {
    await become({ services: FIRST_RELEASE, change: same, most: 16 });
    const coordinator = createMemberClient(federation.directory, federation.identity('coordinator'));
    const send = async (count: number) => {
      const questions = await Promise.all(Array.from({ length: count }, () => question([0, 0, 0, 1])));
      const replies = await coordinator.search(OTHER, questions, new Date(Date.now() + 4_000));
      return replies.map((reply) => (reply.kind === 'none' ? reply.outcome : reply.kind));
    };
    expect(await send(16)).toEqual(Array.from({ length: 16 }, () => 'answer'));
    expect(await send(17)).toEqual(Array.from({ length: 17 }, () => 'REFUSED'));
    coordinator.close();
  });

  it('of the first release, has no pictures to show and takes no findings: both say so, and nothing is lost', async () => {
    await become({ services: FIRST_RELEASE, change: same });
    const deadline = new Date(Date.now() + 3_000);
    const pictures = createMetadataClient(federation.directory, federation.identity('zhejiang'));
    const courier = createFindingClient(federation.directory, federation.identity('zhejiang'));
    const { province, signer, verifier, log } = asking;
    const asked = askForPicture(
      { ...{ province, signer, verifier, log, digest, clock, random, pictures }, members: MEMBERS },
      { owner: OTHER, registrationId: theirs, size: 'thumbnail', reason: '', actor: examiner },
    );
    await expect(asked).rejects.toMatchObject({
      code: 'FEDERATION_UNAVAILABLE',
      problem: expect.stringContaining(`${OTHER} shows no picture`),
    });
    // Silent, not refused: it is tried again until that province is upgraded.
    const statement = { jws: 'a.b.c', digest: digest('a.b.c'), said: null, evidence: null };
    expect(await courier.hand(OTHER, statement, deadline)).toMatchObject({
      kind: 'silent',
      problem: expect.stringMatching(/unimplemented|does not implement/i),
    });
    pictures.close();
    courier.close();
  });

  it('of the first release, is told among the members with the one version that it names', async () => {
    await become({ services: FIRST_RELEASE, change: same });
    const { members } = await federation.client('zhejiang').describeMembers(new Date(Date.now() + 2_000));
    expect(members.at(-1)).toMatchObject({
      ...{ province: OTHER, outcome: 'ANSWERED' },
      served: [{ modelDigest: MODEL, searched: 7, declared: 7 }],
    });
  });
});

/** What the first release read of an answer. */
const firstAnswer = z.object({
  kind: z.literal('weft.answer.v1'),
  checkId: z.uuid(),
  nonce: z.string(),
  questionDigest: z.string(),
  province: z.string(),
  epoch: z.int(),
  modelDigest: z.string(),
  receivedAt: z.iso.datetime({ precision: 3 }),
  answeredAt: z.iso.datetime({ precision: 3 }),
  index: z.object({ position: z.int(), registryPosition: z.int(), searched: z.int(), declared: z.int() }),
  complete: z.boolean(),
  hits: z.array(
    z.object({ registrationId: z.uuid(), patternId: z.uuid(), state: z.string(), score: z.number() }),
  ),
});

/** What the first release read of a result. */
const firstResult = z.object({
  kind: z.literal('weft.result.v1'),
  checkId: z.uuid(),
  verdict: z.enum(['DUPLICATE', 'SUSPECTED', 'CLEAR', 'INCOMPLETE']),
  complete: z.boolean(),
  coverage: z.array(z.object({ province: z.string(), outcome: z.string(), detail: z.string() })),
});

describe('an asker and a coordinator of the first release among members of this', () => {
  /** A call in the first release's messages, with this party's certificate. */
  async function call<T>(
    as: string,
    to: { readonly address: string; readonly tlsName: string },
    service: ServiceDefinition,
    name: string,
    request: object,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const method = service[name];
    if (!method) throw new Error(`no rpc ${name}`);
    const { ca, key, certificate } = federation.identity(as);
    const client = new Client(to.address, credentials.createSsl(ca, key, certificate), {
      'grpc.ssl_target_name_override': to.tlsName,
      'grpc.default_authority': to.tlsName,
    });
    try {
      const response = await new Promise<unknown>((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = method;
        const deadline = Date.now() + 5_000;
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          { deadline },
          (error, value) => (error ? reject(error) : resolve(value)),
        );
      });
      return schema.parse(response);
    } finally {
      client.close();
    }
  }

  const similarity = releasedService('weft.similarity.v1.SimilarityService');
  const answers = z.object({
    results: z.array(
      z.object({ result: z.string(), answerJws: z.string().optional(), refusal: z.unknown().optional() }),
    ),
  });

  it('reads the answer of a member of this release, and its signature holds', async () => {
    const { results } = await call(
      'coordinator',
      federation.member(OTHER),
      similarity,
      'Search',
      { queries: [await question([1, 2, 3])] },
      answers,
    );
    const [given] = results;
    expect(given?.result).toBe('answer_jws');
    const answer = firstAnswer.parse(
      await asking.verifier.verify(given?.answerJws ?? '', { province: OTHER }),
    );
    expect(answer.hits[0]).toMatchObject({ registrationId: theirs });
    expect(answer.index).toEqual(expect.objectContaining({ searched: 7, declared: 7 }));
  });

  it('reads a refusal of a reason that it does not know as a refusal, and never as an answer', async () => {
    const asked = await question([1, 2, 3]);
    const ask = () =>
      call('coordinator', federation.member(OTHER), similarity, 'Search', { queries: [asked] }, answers);
    await ask();
    const [again] = (await ask()).results;
    expect(again).toMatchObject({ result: 'refusal', refusal: { reason: 'REFUSAL_REASON_REPLAYED' } });
  });

  it('reads the result of a coordinator of this release: a row for every member, the verdict, all signed', async () => {
    const service = releasedService('weft.check.v1.DuplicateCheckService');
    const schema = z.object({
      resultJws: z.string(),
      answers: z.array(z.object({ province: z.string(), outcome: z.string(), answerJws: z.string() })),
    });
    const { coordinator } = federation.directory;
    const ask = async (numbers: number[]) =>
      call('zhejiang', coordinator, service, 'Check', await question(numbers), schema);
    const near = await ask([1, 2, 3]);
    const result = firstResult.parse(await asking.verifier.verify(near.resultJws, 'coordinator'));
    expect(result).toMatchObject({ verdict: 'DUPLICATE', complete: true });
    expect(near.answers.map(({ province, outcome }) => [province, outcome])).toEqual(
      MEMBERS.map((province) => [province, 'OUTCOME_ANSWERED']),
    );
    await federation.stop(OTHER);
    const silent = await ask([0, 0, 0, 1]);
    await federation.startMember(OTHER);
    expect(firstResult.parse(await asking.verifier.verify(silent.resultJws, 'coordinator'))).toMatchObject({
      ...{ verdict: 'INCOMPLETE', complete: false },
    });
    expect(silent.answers.at(-1)).toMatchObject({ province: OTHER, outcome: 'OUTCOME_UNREACHABLE' });
  });
});
