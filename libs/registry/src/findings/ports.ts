import type { AuditEvent } from '../audit.js';
import type { SignedStep } from './finding-statements.js';

/** A statement of a finding as it is kept. */
export interface KeptStep extends SignedStep {
  /** As it was signed. */
  readonly jws: string;
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

/** The findings of a node, its own and those of others; no statement is ever changed or removed. */
export interface FindingStore {
  /** The statements of a finding that are here, in the order in which they came; at most 64. */
  ofFinding(findingId: string): Promise<KeptStep[]>;
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
  /** The other province has it, or refused it for good. */
  delivered(digest: string): Promise<void>;
  /** It did not come through. @param nextAt when to try again */
  postpone(digest: string, nextAt: Date): Promise<void>;
}
