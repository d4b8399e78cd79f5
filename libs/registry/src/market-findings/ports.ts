import type { AuditEvent } from '../audit.js';
import type { KeptSalt } from '../registration/ports.js';
import type { MarketFinding, MarketState, MarketStep } from './market-finding.js';

/** Which market findings; the latest first. */
export interface MarketFindingFilter {
  readonly state?: MarketState;
  /** Found by this check. */
  readonly checkId?: string;
  /** 1 to 200. */
  readonly limit: number;
  /** The last of the page before; an unknown one gives an empty page. */
  readonly after?: string;
}

/** What is kept together with a step, all or nothing. */
export interface MarketStepTerms {
  readonly entry: AuditEvent;
  /** Of what the entry commits to. */
  readonly salt: KeptSalt;
  /** The bundle that was handed on; null with every other step. */
  readonly evidence: Uint8Array | null;
}

/** The market findings of a node; none is ever removed. */
export interface MarketFindingStore {
  find(findingId: string): Promise<MarketFinding | undefined>;
  list(filter: MarketFindingFilter): Promise<MarketFinding[]>;
  /** The bundle that was handed on by this step, byte for byte. */
  evidenceOf(findingId: string, stepId: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps a finding with its first step.
   * @throws RegistryError CONFLICT, field "registrationId", if there is one of the same check and registration
   */
  open(finding: MarketFinding, terms: MarketStepTerms): Promise<void>;
  /**
   * Adds a step; two at once come one after the other.
   * @param before the latest step that whoever took this one had seen
   * @throws RegistryError NOT_FOUND, field "findingId"; CONFLICT, field "before", if there is a later one; TOO_MANY
   */
  add(findingId: string, before: string, step: MarketStep, terms: MarketStepTerms): Promise<void>;
}
