import { randomBytes } from 'node:crypto';
import {
  Frontier,
  openCheckpoint,
  readEntryBundle,
  signCheckpoint,
  TILE_WIDTH,
  writeEntryBundle,
} from '#libs/federation-log';
import { type LogIdentity } from '#libs/identity';

const ENTRY_BYTES = 500;
const BUNDLES = 800;
const CHECKPOINTS = 200;
const ROUNDS = 20;

/** What an auditor's machine verifies in a second of one processor's time. */
export interface VerificationSpeed {
  /** Entries of 500 bytes: bundles parsed, every entry hashed, the root computed. */
  readonly entries_per_s: number;
  /** Checkpoints parsed and their signature verified. */
  readonly signatures_per_s: number;
}

/** Measures how fast a log is verified. */
export async function measureVerification(identity: LogIdentity): Promise<VerificationSpeed> {
  return {
    entries_per_s: measureHashing(identity),
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
  return perSecond(BUNDLES * TILE_WIDTH, begun);
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
  return perSecond(CHECKPOINTS * ROUNDS, begun);
}

function perSecond(count: number, begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return Math.round((count / (user + system)) * 1_000_000);
}
