import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  directoryDigest,
  generateSigningKey,
  isUnderstood,
  partiesOf,
  publicKeyOf,
  signDirectory,
  signedDirectorySchema,
  signingKeySchema,
  trustSchema,
  verifyDirectory,
  type Directory,
  type KeyUse,
  type PartyKey,
  type SigningKey,
  type Trust,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { type Calibration, type ProvinceId } from '#libs/registry';
import { readJsonIfThere, writeWhole } from '../home/files.js';
import { type WeftHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';
import { coordinatorSubject, provinceSubject } from './certificates.js';

/** Founders that must have signed a directory: three of four, or as many of another number of members. */
const THRESHOLD_SHARE = 0.75;
/** Days for which a key is entered. */
const KEY_DAYS = 730;
const DAY_MS = 86_400_000;

/** Where the federation's processes answer, host:port of gRPC. */
export interface Addresses {
  readonly coordinator: string;
  /** Where a second process of the coordinator answers. */
  readonly secondCoordinator?: string | undefined;
  readonly nodes: ReadonlyMap<ProvinceId, string>;
  /** Where second processes of nodes answer. */
  readonly secondNodes?: ReadonlyMap<ProvinceId, string>;
}

/** The Ed25519 key in a file, made if there is none. */
export async function ensureKey(file: string): Promise<SigningKey> {
  const there = readJsonIfThere(file, signingKeySchema);
  if (there) return there;
  const key = await generateSigningKey();
  writeWhole(file, `${JSON.stringify(key)}\n`);
  return key;
}

/** A party's keys by what they sign; the coordinator is no witness. */
export type KeysByUse = ReadonlyMap<KeyUse, SigningKey>;

/** The keys of all parties, and those by which the bureaus sign the directory. */
export interface FederationKeys {
  readonly coordinator: KeysByUse;
  readonly nodes: ReadonlyMap<ProvinceId, KeysByUse>;
  readonly founders: ReadonlyMap<ProvinceId, SigningKey>;
}

/** A directory, and the digest that the next one names it by. */
interface InForce {
  readonly directory: Directory;
  readonly digest: string;
}

/**
 * The pinned founders and the signed member directory: made on the first start; when addresses, keys or calibration
 * have changed, the next epoch is signed by all members. The directories of all epochs are kept.
 * @throws Problem if what is there cannot be verified
 */
export async function ensureDirectory(
  home: WeftHome,
  keys: FederationKeys,
  addresses: Addresses,
  calibration: Calibration,
  now: Date,
): Promise<Directory> {
  const trust = ensureTrust(home, keys);
  const current = await readDirectory(home, trust);
  const wanted = directoryOf(keys, addresses, calibration, current?.directory, now);
  if (current) {
    const {
      kind: _kind,
      epoch: _epoch,
      issuedAt: _issuedAt,
      previous: _previous,
      ...agreed
    } = current.directory;
    if (isDeepStrictEqual(agreed, wanted)) return current.directory;
  }
  const next: Directory = {
    kind: 'weft.directory.v2',
    epoch: (current?.directory.epoch ?? 0) + 1,
    issuedAt: now.toISOString(),
    previous: current?.digest ?? null,
    ...wanted,
  };
  const document = `${JSON.stringify(await signDirectory(next, [...keys.founders.values()]))}\n`;
  writeWhole(join(home.federation.epochs, `${next.epoch}.json`), document);
  writeWhole(home.federation.directory, document);
  return next;
}

function ensureTrust(home: WeftHome, keys: FederationKeys): Trust {
  const there = readJsonIfThere(home.federation.trust, trustSchema);
  if (there) return there;
  const trust: Trust = {
    kind: 'weft.trust.v1',
    threshold: Math.ceil(keys.founders.size * THRESHOLD_SHARE),
    founders: [...keys.founders].map(([province, key]) => ({ province, key: publicKeyOf(key) })),
  };
  writeWhole(home.federation.trust, `${JSON.stringify(trust, null, 2)}\n`);
  return trust;
}

async function readDirectory(home: WeftHome, trust: Trust): Promise<InForce | undefined> {
  const document = readJsonIfThere(home.federation.directory, signedDirectorySchema);
  if (document === undefined) return undefined;
  try {
    const directory = await verifyDirectory(document, trust);
    return { directory, digest: directoryDigest(nodeLogCrypto.sha256, document) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Problem(
      home.federation.directory,
      problem,
      'restore federation/ and founder.jwk files from a backup; in development remove directory.json and trust.json',
      { cause: error },
    );
  }
}

function directoryOf(
  keys: FederationKeys,
  addresses: Addresses,
  calibration: Calibration,
  current: Directory | undefined,
  now: Date,
): Omit<Directory, 'kind' | 'epoch' | 'issuedAt' | 'previous'> {
  const entered = new Map(
    (current ? partiesOf(current) : []).map(({ party, keys: theirs }) => [party, theirs]),
  );
  return {
    members: [...keys.nodes].map(([province, own]) => ({
      province,
      address: addresses.nodes.get(province) ?? '',
      ...alsoAt(addresses.secondNodes?.get(province)),
      tlsName: provinceSubject(province).dnsName,
      keys: keysOfParty(own, entered.get(province) ?? [], now),
    })),
    coordinator: {
      address: addresses.coordinator,
      ...alsoAt(addresses.secondCoordinator),
      tlsName: coordinatorSubject().dnsName,
      keys: keysOfParty(keys.coordinator, entered.get('coordinator') ?? [], now),
    },
    calibration,
    ...(current?.witnesses ? { witnesses: current.witnesses } : {}),
  };
}

function alsoAt(address: string | undefined): { readonly alsoAt?: string[] } {
  return address === undefined ? {} : { alsoAt: [address] };
}

/** What was entered stays, for what it signed; a key that was not, or without its use and validity, is entered anew. */
function keysOfParty(own: KeysByUse, entered: readonly PartyKey[], now: Date): PartyKey[] {
  const validity = {
    notBefore: new Date(now.getTime() - 5 * 60_000).toISOString(),
    notAfter: new Date(now.getTime() + KEY_DAYS * DAY_MS).toISOString(),
  };
  const kept = entered.map((key): PartyKey =>
    isUnderstood(key) ? { use: 'statement', ...validity, ...key } : key,
  );
  const known = new Set(kept.map(({ kid }) => kid));
  const added = [...own]
    .filter(([, { kid }]) => !known.has(kid))
    .map(([use, key]) => ({ use, ...publicKeyOf(key), ...validity }));
  return [...kept, ...added];
}
