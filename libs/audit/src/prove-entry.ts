import {
  FederationLogError,
  createTreeHasher,
  nodesFromTiles,
  partyOfOrigin,
  proveInclusion,
  readEntryBundle,
  tilePath,
  TILE_WIDTH,
  verifyInclusion,
  type Checkpoint,
  type LogCrypto,
  type TileId,
} from '#libs/federation-log';
import { checkCheckpoint } from './check-checkpoint.js';
import { Findings, type Words } from './finding.js';
import { readLogRecord, type LogRecord } from './log-record.js';
import type { OpenPolicy } from './policy.js';
import { readText, type AuditReport } from './verify-log.js';
import type { LogFiles } from './walk-log.js';

/** The report of one entry, and what it says. */
export interface EntryReport extends AuditReport {
  readonly kind: 'entry';
  /** Null if there is no such entry, or it cannot be read. */
  readonly record: LogRecord | null;
}

/**
 * Proves one entry of a log by its files: the checkpoint under the log's and its witnesses' signatures, and that the entry
 * stands at its index under that checkpoint's root. Reads the entry's bundle and one tile of each level.
 * @param index from 0
 */
export async function proveEntry(
  crypto: LogCrypto,
  policy: OpenPolicy,
  files: LogFiles,
  index: number,
): Promise<EntryReport> {
  const findings = new Findings();
  const report = (subject: string, record: LogRecord | null, proved: Words[]): EntryReport => ({
    kind: 'entry',
    subject,
    record,
    findings: findings.list,
    proved: findings.list.length > 0 ? [] : proved,
  });
  const note = readText((await files.read('checkpoint')) ?? new Uint8Array(0));
  const { checked, findings: ofCheckpoint } = checkCheckpoint(policy, note ?? '\0', 'checkpoint');
  findings.addAll(ofCheckpoint);
  if (checked === null) return report('', null, []);
  const { checkpoint, cosigners } = checked;
  const where = `${checkpoint.origin} entry ${index}`;
  if (index >= checkpoint.size) {
    findings.add('MISSING_ENTRY', where, `the checkpoint ends at ${checkpoint.size} entries`);
    return report(where, null, []);
  }
  const entry = await readEntryAt(files, checkpoint.size, index, where, findings);
  if (entry === null) return report(where, null, []);
  await holdAgainstRoot(crypto, files, checkpoint, index, entry, where, findings);
  const record = readLogRecord(entry);
  if (typeof record === 'string') {
    findings.add('NOT_A_BUNDLE', where, record);
    return report(where, null, []);
  }
  if (record.origin !== partyOfOrigin(checkpoint.origin))
    findings.add('ALTERED_ENTRY', where, `is an entry of ${record.origin}`);
  return report(where, record, provedOf(checkpoint, index, cosigners));
}

/** The tile of entries that holds this one, as wide as the tree of `size` entries has it. */
export function entryTile(size: number, index: number): TileId {
  const place = Math.floor(index / TILE_WIDTH);
  return { level: 'entries', index: place, width: Math.min(TILE_WIDTH, size - place * TILE_WIDTH) };
}

async function readEntryAt(
  files: LogFiles,
  size: number,
  index: number,
  where: string,
  findings: Findings,
): Promise<Uint8Array | null> {
  const tile = entryTile(size, index);
  const bytes = await files.read(tilePath(tile));
  if (bytes === null) {
    findings.add('MISSING_ENTRY', where, `${tilePath(tile)} is missing`);
    return null;
  }
  try {
    return readEntryBundle(bytes, tile)[index % TILE_WIDTH] ?? null;
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    findings.add('ALTERED_ENTRY', where, error.message);
    return null;
  }
}

async function holdAgainstRoot(
  crypto: LogCrypto,
  files: LogFiles,
  { size, root }: Checkpoint,
  index: number,
  entry: Uint8Array,
  where: string,
  findings: Findings,
): Promise<void> {
  const hasher = createTreeHasher(crypto.sha256);
  const nodes = nodesFromTiles(hasher, size, async (tile) => {
    const bytes = await files.read(tilePath(tile));
    if (bytes === null) throw new FederationLogError('MALFORMED', `${tilePath(tile)}: is missing.`);
    return bytes;
  });
  try {
    const proof = await proveInclusion(hasher, index, size, nodes);
    verifyInclusion(hasher, { index, size, leafHash: hasher.leaf(entry), proof, root });
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    findings.add('ALTERED_ENTRY', where, error.message);
  }
}

function provedOf({ origin, size }: Checkpoint, index: number, cosigners: readonly string[]): Words[] {
  const names = cosigners.join(', ') || '-';
  return [
    {
      zh: `日志 ${origin} 第 ${index} 条就是这一条：由它的哈希算得出该日志签名的检查点（共 ${size} 条）。`,
      en: `This is entry ${index} of the log ${origin}: its hash leads to the checkpoint of ${size} entries that the log signed.`,
    },
    {
      zh: `该检查点由 ${cosigners.length} 个见证方联署：${names}。`,
      en: `That checkpoint was cosigned by ${cosigners.length} witnesses: ${names}.`,
    },
  ];
}
