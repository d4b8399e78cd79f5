import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceDefinition } from '@grpc/grpc-js';
import {
  type Directory,
  nextRevocations,
  readProposal,
  type Revocations,
  signDirectory,
  signRevocations,
} from '#libs/federation-log';
import { loadDirectory, RevocationFile } from '#libs/identity';
import { COORDINATOR_SERVICES, LogHandlers, NODE_SERVICES } from '#libs/rpc';
import { z } from 'zod';
import { AuditedFederation, PROVINCES } from '../../audit/federation.js';
import { mutateBytes, mutateJson, mutateText } from '../mutate.js';
import { BrokenPromise, type OpenTarget } from '../target.js';

/** The member directory's file, its content changed and signed by the founders all the same, or the file changed itself. */
export const directory: OpenTarget = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-fuzz-'));
  const [file, trustFile] = [join(folder, 'directory.json'), join(folder, 'trust.json')];
  const federation = await AuditedFederation.create();
  const founders = PROVINCES.slice(0, 3).map((province) => federation.key(province));
  await writeFile(trustFile, JSON.stringify(federation.policyFile.trust));
  const content: Directory = {
    ...federation.directory,
    witnesses: [{ vkey: 'w+1+a', url: 'https://w.test' }],
  };
  const signed = JSON.stringify(await signDirectory(content, founders));
  return {
    name: 'directory',
    declared: ['StartError'],
    limitMs: 3_000,
    async input(random) {
      if (random.oneIn(3)) return mutateBytes(random, Buffer.from(signed), Buffer.from(signed));
      if (random.oneIn(3)) return Buffer.from(JSON.stringify(mutateJson(random, JSON.parse(signed))) ?? '');
      // Whatever it says, it is signed: what stands before the schema must hold, and the schema after it.
      const changed = mutateJson(random, content);
      const document = await signDirectory(z.custom<Directory>().parse(changed), founders).catch(() => null);
      return Buffer.from(JSON.stringify(document));
    },
    async read(input) {
      await writeFile(file, input);
      const { directory: loaded } = await loadDirectory(file, trustFile);
      if (loaded.members.length === 0 || loaded.epoch < 1)
        throw new BrokenPromise('a directory without members is loaded');
      readProposal(JSON.parse(Buffer.from(input).toString()));
    },
    close: () => rm(folder, { recursive: true }),
  };
};

/** The revocation list's file: whatever it holds, a process goes on, and trusts nobody on a list that does not count. */
export const revocations: OpenTarget = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-fuzz-'));
  const file = join(folder, 'revocations.json');
  const federation = await AuditedFederation.create();
  const founders = PROVINCES.slice(0, 3).map((province) => federation.key(province));
  const now = new Date('2026-11-02T08:16:00.000Z');
  const named = { certificates: ['a'.repeat(64)], keys: ['kid'], parties: ['shandong'] };
  const list = nextRevocations(undefined, named, now);
  const signed = JSON.stringify(await signRevocations(list, founders));
  return {
    name: 'revocations',
    declared: [],
    limitMs: 3_000,
    async input(random) {
      if (random.oneIn(3)) return mutateBytes(random, Buffer.from(signed), Buffer.from(signed));
      const changed = z.custom<Revocations>().parse(mutateJson(random, list));
      const document = await signRevocations(changed, founders).catch(() => null);
      return Buffer.from(JSON.stringify(document));
    },
    async read(input) {
      await writeFile(file, input);
      const revoked = new RevocationFile(
        file,
        federation.policyFile.trust,
        () => now,
        () => 0,
      );
      await revoked.look();
      const { issuedAt, problem } = revoked.state;
      if (issuedAt === null && revoked.unfit() === null)
        throw new BrokenPromise('a list that was not read counts');
      if (problem === null && Math.abs(Date.parse(issuedAt ?? '') - now.getTime()) > 3_600_000)
        throw new BrokenPromise('a list of another time counts');
    },
    close: () => rm(folder, { recursive: true }),
  };
};

/** Reads one message. */
type Codec = (bytes: Buffer) => unknown;

/** Messages of every rpc, both ways, as the gRPC library hands them over; and what the log's desk makes of its own. */
export const proto: OpenTarget = async () => {
  const services: readonly ServiceDefinition[] = Object.values({ ...NODE_SERVICES, ...COORDINATOR_SERVICES });
  const codecs = services
    .flatMap((service) => Object.values(service))
    .flatMap(({ requestDeserialize, responseDeserialize }): Codec[] => [
      requestDeserialize,
      responseDeserialize,
    ]);
  const seeds = [
    Buffer.from('0a0568656c6c6f1203776f721801', 'hex'),
    nestedMessage(40),
    Buffer.from([0x0a, 0x80, 0x80, 0x80, 0x80, 0x08]),
    Buffer.alloc(600, 0x0a),
  ];
  const deep = [3, 30, 300, 1_000, 3_999].map(nestedMessage);
  const desk = new LogHandlers({ receipts: async () => [], readFile: async () => Buffer.alloc(9) });
  return {
    name: 'proto',
    declared: ['Error', 'RangeError', 'RegistryError'],
    limitMs: 1_000,
    input(random) {
      const text = random.oneIn(6) ? Buffer.from(mutateText(random, 'checkpoint')) : Buffer.alloc(0);
      const message = mutateBytes(random, random.of(seeds), random.of(seeds));
      const wrapped =
        text.length < 128 ? Buffer.concat([message, Buffer.of(0x0a, text.length), text]) : message;
      return Promise.resolve(
        Buffer.concat([Buffer.of(random.below(codecs.length)), random.oneIn(6) ? random.of(deep) : wrapped]),
      );
    },
    async read(input) {
      const codec = codecs[(input[0] ?? 0) % codecs.length];
      const message = codec?.(Buffer.from(input.subarray(1)));
      if (typeof message !== 'object' || message === null) throw new BrokenPromise('a message is no object');
      const file = z.object({ path: z.string(), offset: z.string() }).safeParse(message);
      if (file.success) await desk.readFile(file.data);
    },
  };
};

/** A message in a message in a message: field 1, so deep. */
function nestedMessage(depth: number): Buffer {
  let bytes = Buffer.alloc(0);
  for (let left = depth; left > 0; left--)
    bytes = Buffer.concat([Buffer.of(0x0a), varint(bytes.length), bytes]);
  return bytes;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
