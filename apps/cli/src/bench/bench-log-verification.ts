import { randomBytes, randomUUID } from 'node:crypto';
import { verifyLog, type LogFiles, type OpenPolicy } from '#libs/audit';
import {
  canonicalJson,
  Frontier,
  growTree,
  openCheckpoint,
  partyOfOrigin,
  readEntryBundle,
  signCheckpoint,
  tilePath,
  TILE_WIDTH,
  writeEntryBundle,
} from '#libs/federation-log';
import { nodeLogCrypto, type LogIdentity } from '#libs/identity';

const ENTRY_BYTES = 500;
const BUNDLES = 800;
const RECORDS = 51_200;
const CHECKPOINTS = 200;
const ROUNDS = 20;

/** What an auditor's machine verifies in a second of one processor's time. */
export interface VerificationSpeed {
  /** Entries of 500 bytes: bundles parsed, every entry hashed, the root computed. */
  readonly entries_per_s: number;
  /** Entries of a log in memory by `weft audit fsck`: hashed, every tile compared, read as the records that they must be. */
  readonly fsck_entries_per_s: number;
  /** The same by `weft audit fsck --hash-only`. */
  readonly fsck_hash_only_entries_per_s: number;
  /** Checkpoints parsed and their signature verified. */
  readonly signatures_per_s: number;
}

/** Measures how fast a log is verified. @param records of the log that `weft audit fsck` is measured on */
export async function measureVerification(
  identity: LogIdentity,
  records = RECORDS,
): Promise<VerificationSpeed> {
  const files = await logInMemory(identity, records);
  return {
    entries_per_s: measureHashing(identity),
    fsck_entries_per_s: perSecond(records, await fsckTime(identity, files, false)),
    fsck_hash_only_entries_per_s: perSecond(records, await fsckTime(identity, files, true)),
    signatures_per_s: await measureSignatures(identity),
  };
}

function measureHashing({ hasher }: LogIdentity): number {
  const bundle = writeEntryBundle(Array.from({ length: TILE_WIDTH }, () => randomBytes(ENTRY_BYTES)));
  const tree = Frontier.empty(hasher);
  const begun = process.cpuUsage();
  for (let index = 0; index < BUNDLES; index += 1) {
    for (const entry of readEntryBundle(bundle, { level: 'entries', index, width: TILE_WIDTH })) {
      tree.append(hasher.leaf(entry));
    }
  }
  tree.root();
  return perSecond(BUNDLES * TILE_WIDTH, process.cpuUsage(begun));
}

/** Processor time that a whole log takes. */
async function fsckTime(
  { origin, keys }: LogIdentity,
  files: LogFiles,
  hashOnly: boolean,
): Promise<NodeJS.CpuUsage> {
  const log = { origin, logKeys: keys, witnesses: [], quorum: 0, revoked: [] };
  const policy: OpenPolicy = {
    trust: { kind: 'weft.trust.v1', threshold: 1, founders: [] },
    directories: [],
    logs: new Map([[origin, log]]),
  };
  const begun = process.cpuUsage();
  const { findings } = await verifyLog(nodeLogCrypto, policy, files, {
    known: [],
    everyFile: true,
    hashOnly,
  });
  if (findings.length > 0) throw new Error(`the bench's own log is refused: ${findings[0]?.detail}`);
  return process.cpuUsage(begun);
}

/** A signed log of a member's answers, as its files. */
async function logInMemory({ hasher, origin, signer }: LogIdentity, records: number): Promise<LogFiles> {
  const entries = Array.from({ length: records }, (_, n) => answered(origin, n));
  const none = async (): Promise<never> => Promise.reject(new Error('nothing was there before'));
  const { root, size, tiles } = await growTree(hasher, 0, entries, none, none);
  const files = new Map(tiles.map(({ tile, bytes }) => [tilePath(tile), bytes]));
  files.set('checkpoint', Buffer.from(await signCheckpoint({ origin, size, root }, signer)));
  return {
    read: async (path) => files.get(path) ?? null,
    list: async () => [...files.keys()],
  };
}

/** The record of an answered question, about 550 bytes. */
function answered(origin: string, n: number): Uint8Array {
  const digest = () => `sha256:${randomBytes(32).toString('hex')}`;
  return Buffer.from(
    canonicalJson({
      kind: 'weft.log-entry.v1',
      origin: partyOfOrigin(origin),
      type: 'member.answered',
      outcome: 'success',
      actor: { kind: 'member', name: 'shandong' },
      at: new Date(1_780_000_000_000 + n).toISOString(),
      subject: randomUUID(),
      details: {
        questionDigest: digest(),
        answerDigest: digest(),
        searched: 106_000,
        declared: 106_000,
        declaredAt: null,
        cosigned: 0,
        verified: 100,
        complete: true,
      },
    }),
  );
}

async function measureSignatures({ origin, signer, keys }: LogIdentity): Promise<number> {
  const notes: string[] = [];
  for (let size = 1; size <= CHECKPOINTS; size += 1) {
    notes.push(await signCheckpoint({ origin, size, root: randomBytes(32) }, signer));
  }
  const begun = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const note of notes) openCheckpoint(note, origin, keys);
  }
  return perSecond(CHECKPOINTS * ROUNDS, process.cpuUsage(begun));
}

function perSecond(count: number, { user, system }: NodeJS.CpuUsage): number {
  return Math.round((count / (user + system)) * 1_000_000);
}
