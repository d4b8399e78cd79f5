/** A sentence in both languages of the federation. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/**
 * What an auditor may find, gravest first: the exit code of `weft audit` is that of the first class there is. What makes
 * others meaningless stands before them.
 */
export const FAULTS = [
  'NOT_A_BUNDLE',
  'FORKED_LOG',
  'STALE_DIRECTORY',
  'BAD_SIGNATURE',
  'UNKNOWN_KEY',
  'ALTERED_ENTRY',
  'MISSING_ENTRY',
  'MEMBER_MISSING',
  'VERDICT_CONTRADICTS',
  'NO_CLEAR_TOKEN',
  'BELOW_QUORUM',
] as const;

export type Fault = (typeof FAULTS)[number];

/** One thing that is wrong. */
export interface Finding {
  readonly fault: Fault;
  /** File, entry or part that it is about: "weft/zhejiang entry 12". */
  readonly where: string;
  /** Precise, in English. */
  readonly detail: string;
}

/** Each class in words. */
export const FAULT_WORDS: Readonly<Record<Fault, Words>> = {
  NOT_A_BUNDLE: { zh: '不是证据包或日志', en: 'not a bundle or log' },
  FORKED_LOG: { zh: '日志分叉', en: 'forked log' },
  STALE_DIRECTORY: { zh: '成员名录过期', en: 'stale directory' },
  BAD_SIGNATURE: { zh: '签名无效', en: 'bad signature' },
  UNKNOWN_KEY: { zh: '未知密钥', en: 'unknown key' },
  ALTERED_ENTRY: { zh: '记录被改动', en: 'altered entry' },
  MISSING_ENTRY: { zh: '记录缺失', en: 'missing entry' },
  MEMBER_MISSING: { zh: '缺少成员', en: 'member missing' },
  VERDICT_CONTRADICTS: { zh: '结论与回答不符', en: 'verdict contradicts the answers' },
  NO_CLEAR_TOKEN: { zh: '登记没有查重放行凭证', en: 'registration without a clear token' },
  BELOW_QUORUM: { zh: '见证不足', en: 'below the quorum of witnesses' },
};

/** The gravest class among findings; null if there is none. */
export function gravestFault(findings: readonly Finding[]): Fault | null {
  return FAULTS.find((fault) => findings.some((finding) => finding.fault === fault)) ?? null;
}

/** Most findings of one class that are kept: of a log that was rewritten every entry is wrong. */
const MAX_OF_A_CLASS = 100;

/** Findings as they are made. */
export class Findings {
  private readonly kept: Finding[] = [];
  private readonly counts = new Map<Fault, number>();

  add(fault: Fault, where: string, detail: string): void {
    const count = (this.counts.get(fault) ?? 0) + 1;
    this.counts.set(fault, count);
    if (count <= MAX_OF_A_CLASS) this.kept.push({ fault, where, detail });
  }

  addAll(findings: readonly Finding[]): void {
    for (const { fault, where, detail } of findings) this.add(fault, where, detail);
  }

  has(fault: Fault): boolean {
    return this.counts.has(fault);
  }

  /** In the order they were made, at most 100 of each class. */
  get list(): readonly Finding[] {
    return this.kept;
  }
}
