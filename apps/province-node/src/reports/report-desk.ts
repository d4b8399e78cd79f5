import {
  RegistryError,
  type CheckReport,
  type CheckStore,
  type DecisionStore,
  type ReceiptStore,
  type RegistryReader,
} from '#libs/registry';
import {
  factsFile,
  gatherCheckFacts,
  type CheckFacts,
  type FactsFile,
  type Language,
  type ShownPictures,
} from '#libs/report';
import type { ReportPool } from './report-pool.js';
import { showPictures, type PictureDesk, type Shown } from './show-pictures.js';

/** What reports are put together from. */
export interface ReportDeskDeps extends PictureDesk {
  readonly checks: Pick<CheckStore, 'find'>;
  readonly receipts: Pick<ReceiptStore, 'ofCheck'>;
  readonly decisions: Pick<DecisionStore, 'ofCheck'>;
  readonly registry: Pick<RegistryReader, 'find' | 'findPattern' | 'findPatternByDigest'>;
  readonly pool: ReportPool;
}

/** Makes the reports of this node's checks. */
export class ReportDesk {
  constructor(private readonly deps: ReportDeskDeps) {}

  /**
   * The facts of a check's report with their digest.
   * @throws RegistryError NOT_FOUND; TOO_MANY while the node is busy with others
   */
  facts(checkId: string): Promise<FactsFile<CheckFacts>> {
    return this.deps.pool.admit(async () => factsFile((await this.gather(checkId)).facts));
  }

  /**
   * The report of a check as PDF.
   * @throws RegistryError NOT_FOUND; TOO_MANY while the node is busy with others
   */
  pdf(checkId: string, language: Language): Promise<Uint8Array> {
    const { pool } = this.deps;
    return pool.admit(async () => pool.write({ kind: 'check', language, ...(await this.gather(checkId)) }));
  }

  private async gather(checkId: string): Promise<{ facts: CheckFacts; pictures: ShownPictures }> {
    const check = await this.deps.checks.find(checkId);
    if (!check)
      throw new RegistryError('NOT_FOUND', 'checkId', 'names no check of this node', 'see the list');
    const { evidence: _signed, ...report } = check;
    const shown = await showPictures(this.deps, report, 'whole');
    return { facts: await factsOf(this.deps, report, shown), pictures: shown.pictures };
  }
}

/** The facts of a check with what is shown of it. */
export async function factsOf(
  { receipts, decisions, registry }: Pick<ReportDeskDeps, 'receipts' | 'decisions' | 'registry'>,
  check: CheckReport,
  { source, here, shown }: Omit<Shown, 'pictures'>,
): Promise<CheckFacts> {
  const [proofs, words, application] = await Promise.all([
    receipts.ofCheck(check.checkId),
    decisions.ofCheck(check.checkId),
    check.registrationId === null ? undefined : registry.find(check.registrationId),
  ]);
  return gatherCheckFacts({
    check,
    receipts: proofs,
    decisions: words,
    application: application ?? null,
    source,
    here,
    shown,
  });
}
