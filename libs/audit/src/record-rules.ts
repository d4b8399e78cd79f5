import { partyOfOrigin } from '#libs/federation-log';
import type { Finding, Findings } from './finding.js';
import { CountRules } from './count-rules.js';
import { readLogRecord, type LogRecord } from './log-record.js';
import { compareTokens, TokenRules, type MintedToken, type UsedToken } from './token-rules.js';

/** What other logs are held against. */
export interface ToldByLog {
  /** Checks of which this log says that they were asked. */
  readonly asked: ReadonlySet<string>;
  /** Check id -> digests of the answers that this log's member says it gave: one of each process that was asked. */
  readonly answered: ReadonlyMap<string, ReadonlySet<string>>;
  /** Answers of which the coordinator's log says that they came. */
  readonly relied: readonly {
    readonly checkId: string;
    readonly province: string;
    readonly answerDigest: string;
    readonly at: string;
  }[];
  /** Clear tokens that this log says were minted, by their digest. */
  readonly minted: ReadonlyMap<string, MintedToken>;
  /** Registrations of this log with the clear token that each names. */
  readonly used: readonly UsedToken[];
  /** Time of the last entry; "" if there is none. */
  readonly lastAt: string;
}

const MAX_UNFIT = 100;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** What the entries of one log must say, one after another. */
export class RecordRules {
  private readonly party: string | null;
  private readonly tokens: TokenRules;
  private readonly counts: CountRules;
  private readonly asked = new Set<string>();
  private readonly answered = new Map<string, Set<string>>();
  private readonly relied: ToldByLog['relied'][number][] = [];
  /** Entries that no log of ours holds: a fault of their own only if they are what the log signed. */
  readonly unfit: Finding[] = [];
  private lastAt = '';

  constructor(
    private readonly origin: string,
    private readonly findings: Findings,
  ) {
    this.party = partyOfOrigin(origin);
    this.tokens = new TokenRules(findings);
    this.counts = new CountRules(findings);
  }

  /** The next entry. */
  accept(index: number, bytes: Uint8Array): void {
    const where = `${this.origin} entry ${index}`;
    const record = readLogRecord(bytes);
    if (typeof record === 'string') {
      if (this.unfit.length < MAX_UNFIT) this.unfit.push({ fault: 'NOT_A_BUNDLE', where, detail: record });
      return;
    }
    if (record.origin !== this.party) {
      this.findings.add('ALTERED_ENTRY', where, `is of the log of ${record.origin}`);
    }
    this.lastAt = record.at;
    this.tokens.begin(record.at);
    if (record.outcome === 'success' || record.type === 'check.judged') this.judge(index, record, where);
  }

  /** What it told, for other logs to be held against. */
  get told(): ToldByLog {
    const { asked, answered, relied, lastAt } = this;
    const { minted, used } = this.tokens;
    return { asked, answered, relied, minted, used, lastAt };
  }

  private judge(index: number, record: LogRecord, where: string): void {
    this.tokens.accept(record, where);
    this.counts.accept(index, record, where);
    const { type, details, at } = record;
    // The catalogue has all of these about a check.
    const checkId = record.subject ?? '';
    switch (type) {
      case 'check.asked':
      case 'member.asked':
        this.asked.add(checkId);
        return;
      case 'member.answered': {
        const digests = this.answered.get(checkId) ?? new Set();
        this.answered.set(checkId, digests.add(String(details['answerDigest'])));
        return;
      }
      case 'check.judged':
        if (!this.asked.has(checkId)) {
          this.findings.add(
            'MISSING_ENTRY',
            where,
            `judges check ${checkId}, whose question is not in the log before it`,
          );
        }
        this.rely(checkId, details['coverage'], at);
        return;
      default:
    }
  }

  private rely(checkId: string, coverage: unknown, at: string): void {
    if (this.party !== 'coordinator' || !Array.isArray(coverage)) return;
    for (const line of coverage as readonly unknown[]) {
      const [province = '', , answerDigest = ''] = typeof line === 'string' ? line.split(' ') : [];
      if (DIGEST.test(answerDigest)) this.relied.push({ checkId, province, answerDigest, at });
    }
  }
}

/**
 * Holds logs against each other: an answer in a province's log must be to a question in the coordinator's; an answer that the
 * coordinator's log counts must be in that province's log, if this copy of it goes on to that time; and a registration's clear token
 * must have been minted for it.
 */
export function compareLogs(told: ReadonlyMap<string, ToldByLog>, findings: Findings): void {
  const coordinator = told.get('weft/coordinator');
  if (coordinator === undefined) return;
  for (const [origin, log] of told) {
    for (const checkId of log.answered.keys()) {
      if (!coordinator.asked.has(checkId)) {
        findings.add(
          'MISSING_ENTRY',
          'weft/coordinator',
          `has no question of check ${checkId}, which ${origin} answered`,
        );
      }
    }
    const party = partyOfOrigin(origin);
    compareTokens(origin, party ?? '', log, coordinator, findings);
    for (const { checkId, province, answerDigest, at } of coordinator.relied) {
      if (province !== party || at > log.lastAt || log.answered.get(checkId)?.has(answerDigest)) continue;
      const other = log.answered.has(checkId) ? 'has another answer to' : 'has no answer to';
      findings.add(
        log.answered.has(checkId) ? 'ALTERED_ENTRY' : 'MISSING_ENTRY',
        origin,
        `${other} check ${checkId} than the coordinator's log counts (${answerDigest})`,
      );
    }
  }
}
