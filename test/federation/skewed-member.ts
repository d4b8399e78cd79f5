import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { handleUnaryCall, ServiceDefinition } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { decodeEmbedding } from '#libs/fingerprint';
import { questionSchema } from '#libs/registry';
import { NODE_SERVICES } from '#libs/rpc';
import { z } from 'zod';
import { MODEL, digest } from '../fakes/federation.js';
import { startTestServer, type TestServer } from '../grpc-server.js';
import type { GrpcFederation } from './grpc-federation.js';

const SIMILARITY = 'weft.similarity.v1.SimilarityService';
const REGISTRATION = 'weft.registration.v1.RegistrationService';

/** Services and messages of the first release, by the descriptors that are kept of it. */
const released = loadFileDescriptorSetFromBuffer(
  readFileSync(join(import.meta.dirname, '../../proto/released.binpb')),
  { longs: String, enums: String, defaults: true, oneofs: true },
);

/** A service as the first release speaks it; its messages have the names of this one's members. */
export function releasedService(name: string): ServiceDefinition {
  const found = released[name];
  if (found === undefined || 'format' in found) throw new Error(`the first release had no service ${name}`);
  return Object.fromEntries(
    Object.entries(found).map(([method, definition]) => [
      method,
      {
        ...definition,
        requestSerialize: (value: object) => definition.requestSerialize(asWritten(value)),
        responseSerialize: (value: object) => definition.responseSerialize(asWritten(value)),
        requestDeserialize: (bytes: Buffer) => asRead(definition.requestDeserialize(bytes)),
        responseDeserialize: (bytes: Buffer) => asRead(definition.responseDeserialize(bytes)),
      },
    ]),
  );
}

/** A descriptor set has names as the proto files write them: `question_jws`. */
const asWritten = (value: object): object =>
  renamed(value, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) as object;
const asRead = (value: unknown): object =>
  renamed(value, (name) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())) as object;

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, rename));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [rename(name), renamed(one, rename)]));
}

/** A field of number 50, a varint: what a later release may add to any message. */
const UNKNOWN_FIELD = Buffer.from([0x90, 0x03, 0x01]);

/** The present services whose responses have a field more than this release knows. */
export function laterService(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      {
        ...method,
        responseSerialize: (value: unknown) => {
          const bytes: unknown = method.responseSerialize(value);
          return Buffer.concat([z.instanceof(Uint8Array).parse(bytes), UNKNOWN_FIELD]);
        },
      },
    ]),
  );
}

/** An answer in full, as this release signs it, for a member of another release to change. */
export interface DraftAnswer {
  readonly kind: string;
  readonly index: object;
  readonly hits: readonly { readonly registrationId: string; readonly verified?: object }[];
  readonly [more: string]: unknown;
}

/** How a member of another release differs from one of this. */
export interface Skew {
  /** Which services it has, by full name. */
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  /** What it signs in place of this. */
  readonly change: (answer: DraftAnswer) => object;
  /** A result on the wire, in place of the signed answer. */
  readonly result?: object;
  /** Questions that it takes in one call; the first release took 16. */
  readonly most?: number;
}

/** The services of the first release. */
export const FIRST_RELEASE = {
  [SIMILARITY]: releasedService(SIMILARITY),
  [REGISTRATION]: releasedService(REGISTRATION),
};

/** What this release serves, with a field more in each response. */
export const LATER_RELEASE = {
  [SIMILARITY]: laterService(NODE_SERVICES[SIMILARITY]),
  [REGISTRATION]: laterService(NODE_SERVICES[REGISTRATION]),
};

const searchRequest = z.object({
  queries: z.array(z.object({ questionJws: z.string(), fingerprint: z.instanceof(Uint8Array) })),
});
const batchRequest = z.object({ registrationIds: z.array(z.string()) });

type Handler = handleUnaryCall<unknown, object>;

/** A member's node of another release, at its address in the directory, over its registry of the tests; it signs with its key. */
export async function startSkewedMember(
  federation: GrpcFederation,
  province: string,
  skew: Skew,
): Promise<TestServer> {
  const { signer } = await federation.asking(province);
  const registry = federation.registry(province);
  const similarity: Readonly<Record<string, Handler>> = {
    search: ({ request }, callback) => {
      const { queries } = searchRequest.parse(request);
      if (queries.length > (skew.most ?? 64))
        return callback({ code: 3, details: `queries: are ${queries.length}; ask 1 to ${skew.most}` });
      void Promise.all(
        queries.map(async ({ questionJws, fingerprint }) => {
          if (skew.result) return skew.result;
          const draft = await draftAnswer(federation, province, questionJws, fingerprint);
          return resultWith(skew, await signer.sign(skew.change(draft)));
        }),
      ).then((results) => callback(null, { results }));
    },
    describeIndex: (_call, callback) => {
      void registry.head().then(({ position, searchable }) =>
        callback(null, {
          ...{ province, modelDigest: MODEL, epoch: '1', served: [] },
          ...{ searched: String(searchable), declared: String(searchable) },
          ...{ position: String(position), registryPosition: String(position) },
        }),
      );
    },
  };
  const registration: Readonly<Record<string, Handler>> = {
    getRegistration: (_call, callback) => callback({ code: 5, details: 'no such registration' }),
    batchGetRegistrations: ({ request }, callback) => {
      const { registrationIds } = batchRequest.parse(request);
      void registry.findMany(registrationIds).then((found) =>
        callback(null, {
          registrations: found.map(({ registrationId, patternId, title, category }) => ({
            ...{ registrationId, patternId, registrationNumber: '', title, category, centre: '' },
            ...{ state: skew.services === FIRST_RELEASE ? 'REGISTRATION_STATE_APPLIED' : 1 },
            ...{ registeredOn: '', completedOn: '', firstPublishedOn: '', owner: '', picturePolicy: 0 },
          })),
        }),
      );
    },
  };
  return startTestServer(
    {
      identity: federation.identity(province),
      services: skew.services,
      members: federation.directory.members.map((member) => member.province),
      listen: federation.member(province).address,
    },
    { [SIMILARITY]: similarity, [REGISTRATION]: registration },
  );
}

/** proto-loader and ts-proto write a oneof each in its own way. */
function resultWith({ services }: Skew, answerJws: string): object {
  return services === FIRST_RELEASE ? { answerJws } : { result: { $case: 'answerJws', value: answerJws } };
}

async function draftAnswer(
  federation: GrpcFederation,
  province: string,
  questionJws: string,
  fingerprint: Uint8Array,
): Promise<DraftAnswer> {
  const payload = Buffer.from(questionJws.split('.')[1] ?? '', 'base64url').toString();
  const question = questionSchema.parse(JSON.parse(payload));
  const registry = federation.registry(province);
  const { position, searchable } = await registry.head();
  const { embedding } = decodeEmbedding(fingerprint);
  const rows = await registry.changesSince(0, MODEL, 1_000);
  const hits = rows
    .flatMap((row) => {
      if (row.fingerprint === null) return [];
      const other = decodeEmbedding(row.fingerprint).embedding;
      const score = Math.min(
        1,
        embedding.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0),
      );
      const share = Math.max(0, score);
      const transform = { mirrored: false, rotation: 0, scale: 1, offset: [0, 0], recoloured: false };
      return {
        registrationId: row.registrationId,
        patternId: row.patternId,
        state: row.state,
        score,
        verified: { score: share, transform, matchedShare: { query: share, candidate: share } },
      };
    })
    .sort((one, other) => other.score - one.score)
    .slice(0, question.limit);
  const now = new Date().toISOString();
  return {
    kind: 'weft.answer.v1',
    checkId: question.checkId,
    nonce: question.nonce,
    questionDigest: digest(questionJws),
    province,
    epoch: question.epoch,
    modelDigest: question.modelDigest,
    receivedAt: now,
    answeredAt: now,
    index: { position, registryPosition: position, searched: searchable, declared: searchable },
    complete: true,
    hits,
  };
}
