import {
  createCosigner,
  createTreeHasher,
  generateSigningKey,
  integrate,
  publicKeyOf,
  trustedLogs,
  witnessNameOf,
  type Directory,
  type NoteSigner,
  type SigningDeps,
  type SigningKey,
  type TrustedLog,
} from '#libs/federation-log';
import { nodeLogCrypto, signBytesBy } from '#libs/identity';
import { createFakeLogStore, type FakeLogStore } from '../fakes/log-store.js';
import { signingDeps } from './signing.js';

export const hasher = createTreeHasher(nodeLogCrypto.sha256);
export const MEMBERS = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'] as const;

/** Four members and a coordinator with keys that really sign. */
export interface Parties {
  readonly directory: Directory;
  readonly logs: ReadonlyMap<string, TrustedLog>;
  /** Of Zhejiang's log. */
  readonly logKey: SigningKey;
  log(party: string): TrustedLog;
  cosigner(province: string): NoteSigner;
}

/** @param outside witnesses that are no members */
export async function createParties(outside: NonNullable<Directory['witnesses']> = []): Promise<Parties> {
  const witnessKeys = new Map<string, SigningKey>();
  const members: Directory['members'] = [];
  const logKey = await generateSigningKey();
  for (const province of MEMBERS) {
    const [statement, log, witness] = [
      await generateSigningKey(),
      province === 'zhejiang' ? logKey : await generateSigningKey(),
      await generateSigningKey(),
    ];
    witnessKeys.set(province, witness);
    members.push({
      province,
      address: '127.0.0.1:1',
      tlsName: `${province}.node.weft`,
      keys: [
        publicKeyOf(statement),
        { ...publicKeyOf(log), use: 'log' },
        { ...publicKeyOf(witness), use: 'witness' },
      ],
    });
  }
  const coordinator = [await generateSigningKey(), await generateSigningKey()] as const;
  const directory: Directory = {
    kind: 'weft.directory.v1',
    epoch: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    members,
    coordinator: {
      address: '127.0.0.1:2',
      tlsName: 'coordinator.weft',
      keys: [publicKeyOf(coordinator[0]), { ...publicKeyOf(coordinator[1]), use: 'log' }],
    },
    calibration: {
      id: 'cal-test',
      modelDigest: `sha256:${'0'.repeat(64)}`,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 0,
      background: [],
    },
    witnesses: [...outside],
  };
  const logs = trustedLogs(directory, nodeLogCrypto);
  return {
    directory,
    logs,
    logKey,
    log(party) {
      const found = logs.get(`weft/${party}`);
      if (!found) throw new Error(`no log of ${party}`);
      return found;
    },
    cosigner(province) {
      const key = witnessKeys.get(province);
      if (!key) throw new Error(`no witness ${province}`);
      return createCosigner(
        nodeLogCrypto.sha256,
        witnessNameOf(province),
        Buffer.from(key.x, 'base64url'),
        signBytesBy(key),
        () => 1_772_000_000,
      );
    },
  };
}

/** Zhejiang's log in memory, really signed. */
export interface SignedLog {
  readonly store: FakeLogStore;
  readonly deps: SigningDeps;
  /** Appends entries and signs them. */
  grow(entries: readonly string[]): Promise<void>;
}

export async function signedLog({ logKey }: Pick<Parties, 'logKey'>): Promise<SignedLog> {
  const store = createFakeLogStore();
  const deps = await signingDeps(store, logKey);
  return {
    store,
    deps,
    async grow(entries) {
      for (const entry of entries) await store.append(Buffer.from(entry));
      while ((await integrate(deps)).then !== 'done');
    },
  };
}

/** So many entries that differ, each a record with a time. */
export function entriesOf(count: number, of = 'entry'): string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({ at: '2026-03-01T08:30:00.123Z', of: `${of} ${n}` }),
  );
}
