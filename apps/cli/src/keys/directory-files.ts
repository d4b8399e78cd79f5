import { isDeepStrictEqual } from 'node:util';
import {
  generateSigningKey,
  publicKeyOf,
  signDirectory,
  signingKeySchema,
  trustSchema,
  verifyDirectory,
  type Directory,
  type SigningKey,
  type Trust,
} from '#libs/federation-log';
import { type Calibration, type ProvinceId } from '#libs/registry';
import { z } from 'zod';
import { readJsonIfThere, writeWhole } from '../home/files.js';
import { type WeftHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';
import { coordinatorSubject, provinceSubject } from './certificates.js';

/** Founders that must have signed a directory: three of four, or as many of another number of members. */
const THRESHOLD_SHARE = 0.75;

/** Where the federation's processes answer, host:port of gRPC. */
export interface Addresses {
  readonly coordinator: string;
  readonly nodes: ReadonlyMap<ProvinceId, string>;
}

/** The Ed25519 key in a file, made if there is none. */
export async function ensureKey(file: string): Promise<SigningKey> {
  const there = readJsonIfThere(file, signingKeySchema);
  if (there) return there;
  const key = await generateSigningKey();
  writeWhole(file, `${JSON.stringify(key)}\n`);
  return key;
}

/** A party's keys by what they sign: statements, its own log, and the logs of others. */
export interface PartyKeys {
  readonly statement: SigningKey;
  readonly log: SigningKey;
  readonly witness?: SigningKey;
}

/** The keys of all parties. */
export interface SigningKeys {
  readonly coordinator: PartyKeys;
  readonly nodes: ReadonlyMap<ProvinceId, PartyKeys>;
}

/**
 * The pinned founders and the signed member directory: made on the first start; when addresses, keys or calibration
 * have changed, the next epoch is signed by all members.
 * @throws Problem if what is there cannot be verified
 */
export async function ensureDirectory(
  home: WeftHome,
  keys: SigningKeys,
  addresses: Addresses,
  calibration: Calibration,
  now: Date,
): Promise<Directory> {
  const trust = ensureTrust(home, keys);
  const wanted = directoryOf(keys, addresses, calibration);
  const current = await readDirectory(home, trust);
  if (current) {
    const { kind: _kind, epoch: _epoch, issuedAt: _issuedAt, ...agreed } = current;
    if (isDeepStrictEqual(agreed, wanted)) return current;
  }
  const next: Directory = {
    kind: 'weft.directory.v1',
    epoch: (current?.epoch ?? 0) + 1,
    issuedAt: now.toISOString(),
    ...wanted,
  };
  writeWhole(
    home.federation.directory,
    `${JSON.stringify(await signDirectory(next, statementKeys(keys)))}\n`,
  );
  return next;
}

function ensureTrust(home: WeftHome, keys: SigningKeys): Trust {
  const there = readJsonIfThere(home.federation.trust, trustSchema);
  if (there) return there;
  const trust: Trust = {
    kind: 'weft.trust.v1',
    threshold: Math.ceil(keys.nodes.size * THRESHOLD_SHARE),
    founders: [...keys.nodes].map(([province, { statement }]) => ({ province, key: publicKeyOf(statement) })),
  };
  writeWhole(home.federation.trust, `${JSON.stringify(trust, null, 2)}\n`);
  return trust;
}

async function readDirectory(home: WeftHome, trust: Trust): Promise<Directory | undefined> {
  const document = readJsonIfThere(home.federation.directory, z.unknown());
  if (document === undefined) return undefined;
  try {
    return await verifyDirectory(document, trust);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Problem(
      home.federation.directory,
      problem,
      'restore federation/ and signing.jwk files from a backup; in development remove directory.json and trust.json',
      { cause: error },
    );
  }
}

function directoryOf(
  keys: SigningKeys,
  addresses: Addresses,
  calibration: Calibration,
): Omit<Directory, 'kind' | 'epoch' | 'issuedAt'> {
  return {
    members: [...keys.nodes].map(([province, key]) => ({
      province,
      address: addresses.nodes.get(province) ?? '',
      tlsName: provinceSubject(province).dnsName,
      keys: publicKeysOf(key),
    })),
    coordinator: {
      address: addresses.coordinator,
      tlsName: coordinatorSubject().dnsName,
      keys: publicKeysOf(keys.coordinator),
    },
    calibration,
  };
}

function statementKeys({ nodes }: SigningKeys): SigningKey[] {
  return [...nodes.values()].map(({ statement }) => statement);
}

function publicKeysOf({ statement, log, witness }: PartyKeys): Directory['coordinator']['keys'] {
  return [
    publicKeyOf(statement),
    { ...publicKeyOf(log), use: 'log' },
    ...(witness ? [{ ...publicKeyOf(witness), use: 'witness' as const }] : []),
  ];
}
