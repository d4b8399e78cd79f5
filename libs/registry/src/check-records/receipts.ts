import type { Check } from '../duplicate-check/check.js';
import type { Digest } from '../duplicate-check/ports.js';
import type { RECEIPT_ABOUT, ReceiptState } from './receipt-states.js';

/** The proof that a party's log holds its entry about a check. */
export interface CheckReceipt {
  /** Province id, or "coordinator". */
  readonly party: string;
  readonly about: (typeof RECEIPT_ABOUT)[number];
  readonly state: ReceiptState;
  /** For people: why it is not WITNESSED; else empty. */
  readonly detail: string;
  /** c2sp.org/tlog-proof, the entry in its "extra" line; null while there is none. */
  readonly receipt: string | null;
}

/** A receipt that is still to be had. */
export interface DueReceipt extends Pick<CheckReceipt, 'party' | 'about'> {
  readonly checkId: string;
  /** Of the question, the answer or the result, which the entry names; empty for a judgement without a result. */
  readonly digest: string;
  /** How often it was asked for. */
  readonly attempts: number;
  /** When the check was kept; RFC 3339. */
  readonly since: string;
}

/** What asking for a receipt came to. */
export interface ReceiptOutcome extends Pick<CheckReceipt, 'state' | 'detail' | 'receipt'> {
  /** When to ask again; null for never. */
  readonly nextAt: Date | null;
}

/** A receipt that was asked for, and what came of it. */
export interface SettledReceipt {
  readonly due: DueReceipt;
  readonly outcome: ReceiptOutcome;
}

/** The receipts of a node's checks; those that are due are there from the moment when a check is kept. */
export interface ReceiptStore {
  /** By what they are about, then by party. */
  ofCheck(checkId: string): Promise<CheckReceipt[]>;
  /** Those of one party's log that are to be asked for now, the oldest first. @param limit 1 to 16 */
  due(party: string, limit: number, now: Date): Promise<DueReceipt[]>;
  /** All of these or none; a receipt that is WITNESSED or INVALID stays so. */
  settle(settled: readonly SettledReceipt[], now: Date): Promise<void>;
}

/** The receipts that a check is to have. */
export function receiptsDue(
  { coverage, asker, evidence }: Pick<Check, 'coverage' | 'asker' | 'evidence'>,
  digest: Digest,
): Pick<DueReceipt, 'party' | 'about' | 'digest'>[] {
  const result = evidence.resultJws === null ? '' : digest(evidence.resultJws);
  return [
    { party: asker, about: 'question', digest: digest(evidence.questionJws) },
    ...coverage.flatMap(({ province, answerDigest, outcome }) =>
      answerDigest === null || outcome === 'BAD_SIGNATURE'
        ? []
        : [{ party: province, about: 'answer' as const, digest: answerDigest }],
    ),
    ...(result === '' ? [] : [{ party: 'coordinator', about: 'result' as const, digest: result }]),
    { party: asker, about: 'judgement', digest: result },
  ];
}

/** Whether every entry about a check is proved to be in a log that enough witnesses cosigned. */
export function isWitnessed(receipts: readonly Pick<CheckReceipt, 'state'>[]): boolean {
  return receipts.length > 0 && receipts.every(({ state }) => state === 'WITNESSED');
}
