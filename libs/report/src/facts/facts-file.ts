import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/federation-log';
import type { BatchFacts } from './batch-facts.js';
import type { CheckFacts, EntryFacts } from './check-facts.js';

/** The facts of a report and their digest. */
export interface FactsFile<Facts> {
  /** SHA-256 over the RFC 8785 form of `facts`; the QR code of the printed report holds it. */
  readonly digest: string;
  readonly facts: Facts;
}

/** The report as JSON. */
export function factsFile<Facts extends CheckFacts | BatchFacts>(facts: Facts): FactsFile<Facts> {
  return { digest: digestOf(canonicalJson(facts)), facts };
}

/** "sha256:" and 64 hex digits. */
export function digestOf(data: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/**
 * What the QR code of a report says, in ASCII: "weft-report/1", the check or the batch, the digest of the facts, and where the
 * asker's log holds the judgement (log, entry, tree size, root; "pending" while there is no receipt).
 */
export function reportCode(subject: string, digest: string, entry: EntryFacts | null): string {
  const receipt = entry ? `${entry.log} ${entry.index} ${entry.size} ${entry.root}` : 'pending';
  return `weft-report/1\n${subject}\n${digest}\n${receipt}`;
}

/** The entry that a check's report names first: the asker's own judgement. */
export function judgementEntry({ receipts }: Pick<CheckFacts, 'receipts'>): EntryFacts | null {
  return receipts.find(({ about }) => about === 'judgement')?.entry ?? null;
}
