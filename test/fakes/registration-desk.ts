import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  RegistryError,
  findProvince,
  type CheckStore,
  type ClearTokenDeps,
  type Clock,
  type DepositCopies,
  type Fingerprinter,
  type ImportDesk,
  type SaltStore,
} from '#libs/registry';
import { createFakeChecks } from './checks.js';
import { createFakeClearance, type FakeClearance } from './clear-tokens.js';
import { createFakeDecisions, type FakeDecisions } from './decisions.js';
import { createFakeRegistry, type FakeRegistry } from './registry.js';

const FAKE_MODEL = `sha256:${'0'.repeat(64)}`;

/** A desk in memory whose clock stands and can be set. */
export interface FakeDesk extends ImportDesk, ClearTokenDeps {
  readonly registry: FakeRegistry;
  readonly depositCopies: FakeDepositCopies;
  readonly fingerprinter: FakeFingerprinter;
  readonly clock: Clock & { time: string };
  readonly checks: CheckStore;
  readonly decisions: FakeDecisions;
  /** Of what its entries commit to. */
  readonly salts: Pick<SaltStore, 'find'>;
  /** Mints the clear tokens that it takes. */
  readonly clearance: FakeClearance;
}

/** Deposit copies in memory, by digest. */
export interface FakeDepositCopies extends DepositCopies {
  readonly copies: ReadonlyMap<string, Uint8Array>;
}

/** Takes any bytes as a picture, except those that begin with "bad" (no picture) or "flat" (unfit). */
export interface FakeFingerprinter extends Fingerprinter {
  /** Pictures that were fingerprinted. */
  readonly pictures: readonly Uint8Array[];
}

/** A desk of one province with everything in memory, on 5 March 2026, 12:00 UTC. */
export function createFakeDesk(provinceId = 'zhejiang'): FakeDesk {
  const province = findProvince(provinceId);
  if (!province) throw new Error(`${provinceId} is no province`);
  const registry = createFakeRegistry(provinceId);
  const checks = createFakeChecks();
  const decisions = createFakeDecisions(registry.log);
  const clock = { time: '2026-03-05T12:00:00.000Z', now: () => new Date(clock.time) };
  const clearance = createFakeClearance(registry, checks, decisions, clock);
  return {
    ...clearance.deps,
    clearance,
    checks,
    decisions,
    salts: {
      find: async (about, of) => registry.salts.get(`${about} ${of}`) ?? decisions.salts.find(about, of),
    },
    province,
    registry,
    depositCopies: createFakeDepositCopies(),
    fingerprinter: createFakeFingerprinter(),
    log: registry.log,
    clock,
    random: {
      uuid: randomUUID,
      nonce: () => randomBytes(16).toString('base64url'),
      salt: () => randomBytes(32).toString('hex'),
    },
    digest: digestOf,
    rowsAhead: 4,
  };
}

export function digestOf(data: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

function createFakeDepositCopies(): FakeDepositCopies {
  const copies = new Map<string, Uint8Array>();
  return {
    copies,
    put: async (digest, picture) => void copies.set(digest, picture),
    async get(digest) {
      const picture = copies.get(digest);
      if (!picture) throw new RegistryError('NOT_FOUND', 'pictureDigest', 'is unknown', 'look it up');
      return picture;
    },
  };
}

/** As described at FakeFingerprinter. */
export function createFakeFingerprinter(): FakeFingerprinter {
  const pictures: Uint8Array[] = [];
  return {
    modelDigest: FAKE_MODEL,
    pictures,
    async fingerprint(picture) {
      const opening = Buffer.from(picture).toString('latin1', 0, 4);
      if (opening.startsWith('bad')) {
        throw new RegistryError('INVALID_INPUT', 'picture', 'is no picture', 'send a picture');
      }
      if (opening === 'flat') {
        throw new RegistryError('UNFIT_PICTURE', 'picture', 'has one colour', 'send the pattern');
      }
      pictures.push(picture);
      const pictureDigest = digestOf(picture);
      return {
        pattern: { pictureDigest, mediaType: 'image/png', width: 64, height: 64 },
        fingerprint: { modelDigest: FAKE_MODEL, bytes: Buffer.from(pictureDigest) },
      };
    },
  };
}
