import type { AuditEvent } from '../audit.js';
import type { CommittedReason, SignedStep } from './finding-statements.js';

/** A statement of a finding as it is kept. */
export interface KeptStep extends SignedStep {
  /** As it was signed. */
  readonly jws: string;
  /** What the statement commits to; null where it commits to nothing, and once it was erased. */
  readonly said: CommittedReason | null;
}

/**
 * "waiting" until the other province has it; "refused" if it refused it for good; "given-up" after the last attempt, until somebody has
 * it tried again.
 */
export const DELIVERY_STATES = ['waiting', 'delivered', 'refused', 'given-up'] as const;

/** What became of telling the other province. */
export interface Delivery {
  readonly state: (typeof DELIVERY_STATES)[number];
  /** How often it was sent in vain. */
  readonly attempts: number;
  /** When it is sent next, RFC 3339; null unless it waits. */
  readonly nextAt: string | null;
  /** What was said of the latest attempt in vain; empty if there was none. */
  readonly problem: string;
}

/** A finding with all that is here of it. */
export interface KeptFinding {
  readonly findingId: string;
  /** In the order in which they came; at most 64. */
  readonly steps: readonly KeptStep[];
  /** Of this province's own statements, by their digest. */
  readonly deliveries: ReadonlyMap<string, Delivery>;
}

/** A statement on its way to the other province. */
export interface DueDelivery {
  readonly step: KeptStep;
  readonly to: string;
  /** With the sending; null with every other step. */
  readonly evidence: Uint8Array | null;
  /** How often it was sent in vain. */
  readonly attempts: number;
}

/** Which findings; the latest that came or were sent first. */
export interface FindingFilter {
  /** Of this province's registrations, or found by it. */
  readonly direction: 'sent' | 'received';
  /** Found by this check. */
  readonly checkId?: string;
  /** 1 to 200. */
  readonly limit: number;
  /** The last of the page before; an unknown one gives an empty page. */
  readonly after?: string;
}

/** The findings of a node, its own and those of others; no statement is ever changed or removed. */
export interface FindingStore {
  /** Undefined if no statement of it is here. */
  find(findingId: string): Promise<KeptFinding | undefined>;
  /** Of the findings whose sending is here. */
  list(filter: FindingFilter): Promise<KeptFinding[]>;
  /** The bundle that came or went with the sending. */
  evidenceOf(findingId: string): Promise<Uint8Array | undefined>;
  /** How many findings a province has sent here that are neither upheld nor rejected. */
  openFrom(province: string): Promise<number>;
  /**
   * Keeps a statement with its entry of the log, and with `deliverTo` what is to be told to the other province: all of it or nothing.
   * Findings are kept one step after the other: `mayKeep` sees every statement that is there when this one is kept.
   * @returns false if it is there already; then nothing is written, and nothing logged
   * @throws what `mayKeep` throws
   */
  keep(
    step: KeptStep,
    terms: {
      readonly entry: AuditEvent;
      readonly evidence: Uint8Array | null;
      readonly deliverTo: string | null;
      readonly mayKeep: (there: readonly KeptStep[]) => void;
    },
  ): Promise<boolean>;
  /** Deliveries whose time has come, those that wait longest first. @param limit 1 to 100 */
  due(limit: number, now: Date): Promise<DueDelivery[]>;
  /** The other province has it, or refused it for good; with its entry of the log, both or nothing. @param problem null: it has it */
  settle(digest: string, problem: string | null, entry: AuditEvent): Promise<void>;
  /** It did not come through. @param nextAt when to try again; null for never */
  postpone(digest: string, problem: string, nextAt: Date | null): Promise<void>;
  /** Has a finding's statements that wait or were given up sent at once. */
  hasten(findingId: string, now: Date): Promise<void>;
}
