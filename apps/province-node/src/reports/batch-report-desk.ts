import { readBatch, RegistryError, type BatchItem, type BatchStore } from '#libs/registry';
import {
  factsFile,
  tallyOf,
  type BatchFacts,
  type BatchPictures,
  type FactsFile,
  type Language,
  type ShownPictures,
} from '#libs/report';
import { factsOf, type ReportDeskDeps } from './report-desk.js';
import { showPictures, type Shown } from './show-pictures.js';

/** Pictures of a batch whose report is printed, and of one whose facts are listed. */
const MOST = { printed: 200, listed: 1_000 };
/** Checks that are read from the database at once. */
const AT_ONCE = 4;
const WITHOUT_PICTURES: Omit<Shown, 'pictures'> = {
  source: 'not-kept',
  here: new Set(),
  shown: { query: null, candidate: null, evidence: [], absent: [] },
};

export interface BatchReportDeskDeps extends ReportDeskDeps {
  readonly batches: Pick<BatchStore, 'find' | 'items'>;
  /** Of this node. */
  readonly province: string;
}

/** Makes the reports of this node's batches. */
export class BatchReportDesk {
  constructor(private readonly deps: BatchReportDeskDeps) {}

  /**
   * The facts of a batch's report, at most 1,000 pictures; no picture is read.
   * @throws RegistryError NOT_FOUND; WRONG_STATE while it collects; INVALID_INPUT for a larger one; TOO_MANY
   */
  facts(batchId: string): Promise<FactsFile<BatchFacts>> {
    return this.deps.pool.admit(async () => factsFile((await this.gather(batchId, 'listed')).facts));
  }

  /** The list as XLSX. @throws RegistryError as `facts` */
  list(batchId: string): Promise<Uint8Array> {
    const { pool } = this.deps;
    return pool.admit(async () =>
      pool.write({ kind: 'list', facts: (await this.gather(batchId, 'listed')).facts }),
    );
  }

  /** The report as PDF, at most 200 pictures. @throws RegistryError as `facts` */
  pdf(batchId: string, language: Language): Promise<Uint8Array> {
    const { pool } = this.deps;
    return pool.admit(async () =>
      pool.write({ kind: 'batch', language, ...(await this.gather(batchId, 'printed')) }),
    );
  }

  private async gather(
    batchId: string,
    how: keyof typeof MOST,
  ): Promise<{ facts: BatchFacts; pictures: BatchPictures }> {
    const { batches, province } = this.deps;
    const batch = await readBatch(batches, batchId, MOST.listed);
    const { state, count, askedBy, openedAt } = batch;
    if (state === 'collecting')
      throw new RegistryError(
        'WRONG_STATE',
        'state',
        'is collecting: nothing is checked yet',
        'start it first',
      );
    if (count > MOST[how])
      throw new RegistryError(
        'INVALID_INPUT',
        'batchId',
        `names a batch of ${count} pictures, and this report takes at most ${MOST[how]}`,
        how === 'printed'
          ? 'take the list (report.xlsx), and the reports of single checks'
          : 'read the batch page by page',
      );
    const items: BatchFacts['items'] = [];
    const pictures = new Map<string, ShownPictures>();
    for (let from = 0; from < batch.items.length; from += AT_ONCE)
      items.push(
        ...(await Promise.all(
          batch.items.slice(from, from + AT_ONCE).map((item) => this.item(item, how, pictures)),
        )),
      );
    const facts = { batchId, province, openedAt, askedBy, state, count, tally: tallyOf(count, items), items };
    return { facts: { kind: 'weft.batch-report.v1', ...facts }, pictures };
  }

  private async item(
    { place, name, check, error }: BatchItem,
    how: keyof typeof MOST,
    pictures: Map<string, ShownPictures>,
  ): Promise<BatchFacts['items'][number]> {
    if (!check) return { place, name, check: null, error: error ?? null };
    const shown =
      how === 'printed'
        ? await showPictures(this.deps, check, 'small')
        : { ...WITHOUT_PICTURES, pictures: null };
    if (shown.pictures) pictures.set(check.checkId, shown.pictures);
    return { place, name, check: await factsOf(this.deps, check, shown), error: null };
  }
}
