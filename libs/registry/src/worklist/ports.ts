import type { AuditEvent } from '../audit.js';
import type { KeptSalt } from '../registration/ports.js';
import type { WorklistItem, WorklistState, WorklistStep } from './worklist-item.js';

/** Which items: those of the highest score first, then by id. */
export interface WorklistFilter {
  readonly state?: WorklistState;
  /** 1 to 200. */
  readonly limit: number;
  /** The last of the page before; an unknown one gives an empty page. */
  readonly after?: string;
}

/** What was found in a comparison, before anybody worked on it. */
export type FoundItem = Omit<WorklistItem, 'steps'>;

/** The worklist of a node; no item is ever removed. */
export interface Worklist {
  find(itemId: string): Promise<WorklistItem | undefined>;
  list(filter: WorklistFilter): Promise<WorklistItem[]>;
  /** How many items are in each state. */
  counts(): Promise<Readonly<Record<WorklistState, number>>>;
  /**
   * Adds what is not there yet, whatever state that is in, and its entry of the log: all or nothing.
   * @param entry of how many were added
   * @returns that number
   */
  fill(items: readonly FoundItem[], entry: (added: number) => AuditEvent): Promise<number>;
  /**
   * Adds a step; two at once come one after the other.
   * @param before the latest step that whoever took this one had seen; null for none
   * @param salt of what the entry commits to; null for nothing
   * @throws RegistryError NOT_FOUND, field "itemId"; CONFLICT, field "before", if there is a later one; TOO_MANY
   */
  add(
    itemId: string,
    before: string | null,
    step: WorklistStep,
    terms: { readonly entry: AuditEvent; readonly salt: KeptSalt | null },
  ): Promise<void>;
}
