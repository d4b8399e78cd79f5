import {
  createTreeHasher,
  readTilePath,
  sameBytes,
  tilePath,
  type Checkpoint,
  type LogCrypto,
  type TileId,
} from '#libs/federation-log';
import { checkCheckpoint } from './check-checkpoint.js';
import { Findings, type Finding, type Words } from './finding.js';
import type { OpenPolicy } from './policy.js';
import { RecordRules, type ToldByLog } from './record-rules.js';
import { walkLog, type LogFiles } from './walk-log.js';

/** What an audit of one log, or of one bundle, came to. */
export interface AuditReport {
  readonly kind: 'log' | 'bundle' | 'card' | 'entry';
  /** Origin of the log, id of the check or of the registration, name of the entry; "" if that could not be read. */
  readonly subject: string;
  readonly findings: readonly Finding[];
  /** What was proved; empty where nothing was. */
  readonly proved: readonly Words[];
}

/** The report of a log, and what it tells of others. */
export interface LogReport extends AuditReport {
  readonly kind: 'log';
  readonly size: number;
  readonly told: ToldByLog | null;
}

/** A checkpoint of the log that is known from elsewhere: of a receipt, or kept from before. */
export interface KnownHead extends Checkpoint {
  /** Where it was seen. */
  readonly from: string;
}

/** How far a log is verified. */
export interface LogTerms {
  /** Heads of this log that it must contain. */
  readonly known: readonly KnownHead[];
  /** Whether every other file of the layout is held against the tree too (`weft audit fsck`). */
  readonly everyFile: boolean;
  /** Whether entries are hashed and not read: what they say is then not checked, and nothing is told of it. */
  readonly hashOnly?: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Text of a file; null if it is not UTF-8. */
export function readText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Verifies a whole log by its files: the checkpoint and its signatures, every entry and tile against it, the heads that are
 * known of it, and what its entries say.
 */
export async function verifyLog(
  crypto: LogCrypto,
  policy: OpenPolicy,
  files: LogFiles,
  { known, everyFile, hashOnly = false }: LogTerms,
): Promise<LogReport> {
  const findings = new Findings();
  const report = (subject: string, size: number, told: ToldByLog | null, proved: Words[]): LogReport => ({
    kind: 'log',
    subject,
    size,
    told,
    findings: findings.list,
    proved: findings.list.length > 0 ? [] : proved,
  });
  const note = readText((await files.read('checkpoint')) ?? new Uint8Array(0));
  const { checked, findings: ofCheckpoint } = checkCheckpoint(policy, note ?? '\0', 'checkpoint');
  findings.addAll(ofCheckpoint);
  if (checked === null) return report('', 0, null, []);

  const { checkpoint, cosigners } = checked;
  const { origin, size } = checkpoint;
  const rules = new RecordRules(origin, findings);
  const hasher = createTreeHasher(crypto.sha256);
  const heads = known.filter((head) => head.origin === origin);
  const { root } = await walkLog(hasher, origin, size, files, findings, {
    entry: (index, entry) => {
      if (!hashOnly) rules.accept(index, entry);
    },
    wanted: new Set(heads.map((head) => head.size)),
    root: (at, actual) => holdAgainst(heads, at, actual, findings),
  });
  if (root !== null && !sameBytes(root, checkpoint.root) && !findings.has('ALTERED_ENTRY')) {
    findings.add('ALTERED_ENTRY', origin, 'the entries and tiles give another root than the log signed');
  }
  if (!findings.has('ALTERED_ENTRY')) findings.addAll(rules.unfit);
  for (const head of heads) {
    if (head.size > size) {
      findings.add(
        'MISSING_ENTRY',
        origin,
        `ends at ${size} entries; ${head.from} shows that it had ${head.size}`,
      );
    }
  }
  if (everyFile) await checkOtherFiles(origin, size, files, findings);
  return report(origin, size, hashOnly ? null : rules.told, provedOf(origin, size, cosigners, hashOnly));
}

function holdAgainst(
  heads: readonly KnownHead[],
  size: number,
  actual: Uint8Array,
  findings: Findings,
): void {
  for (const head of heads) {
    if (head.size !== size || sameBytes(head.root, actual)) continue;
    findings.add('FORKED_LOG', head.origin, `has another root at ${size} entries than ${head.from} shows`);
  }
}

/** Partial tiles that a log kept must be beginnings of what the tree has now. */
async function checkOtherFiles(
  origin: string,
  size: number,
  files: LogFiles,
  findings: Findings,
): Promise<void> {
  for (const path of await files.list()) {
    if (path === 'checkpoint') continue;
    const tile = readTilePath(path);
    const wide = tile === null ? 0 : widthInTree(tile, size);
    if (tile === null || wide < tile.width) {
      findings.add('NOT_A_BUNDLE', `${origin} ${path}`, `is no file of a log of ${size} entries`);
      continue;
    }
    if (tile.width === wide) continue;
    const older = await files.read(path);
    const now = await files.read(tilePath({ ...tile, width: wide }));
    if (older && now && !sameBytes(older, now.subarray(0, older.length))) {
      findings.add('ALTERED_ENTRY', `${origin} ${path}`, 'is no beginning of the tile that it became');
    }
  }
}

/** How wide the tile is in the tree; 0 if the tree has none there. */
function widthInTree({ level, index }: TileId, size: number): number {
  const inLevel = level === 'entries' ? size : Math.floor(size / 256 ** level);
  return Math.max(0, Math.min(256, inLevel - index * 256));
}

function provedOf(origin: string, size: number, cosigners: readonly string[], hashOnly: boolean): Words[] {
  const names = cosigners.join(', ') || '-';
  return [
    {
      zh: `日志 ${origin} 的全部 ${size} 条记录与其签名的检查点一致，没有缺失，没有改动。`,
      en: `All ${size} entries of the log ${origin} are those of the checkpoint that it signed: none is missing, none was altered.`,
    },
    {
      zh: `该检查点由 ${cosigners.length} 个见证方联署：${names}。`,
      en: `That checkpoint was cosigned by ${cosigners.length} witnesses: ${names}.`,
    },
    hashOnly
      ? {
          zh: '只核对了哈希：没有读记录的内容，没有查结论之前是否有提问、登记是否写明放行凭证，也没有与其他日志对照。',
          en: 'Hashes alone were checked: what the entries say was not read, not whether verdicts have their questions and registrations their clear tokens, nor was it held against other logs.',
        }
      : {
          zh: '每个结论之前都有其提问；每次登记都写明了查重放行凭证。',
          en: 'Every verdict has its question before it; every registration names its clear token.',
        },
  ];
}
