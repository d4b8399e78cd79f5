import type { RegistryHead, RegistryReader, SearchableRegistration } from '../registration/ports.js';
import type { IndexEntry, IndexQuery, IndexResult, SimilarityIndex } from '../similarity.js';

/** Reads the embedding out of a received fingerprint, or the head of a stored one. @throws RegistryError INVALID_INPUT */
export type EmbeddingOf = (fingerprint: Uint8Array) => {
  readonly modelDigest: string;
  readonly embedding: Float32Array;
};

/** Tells the operator of a registration whose fingerprint is there and cannot be used, and why. */
export type ReportUnusable = (registrationId: string, problem: string) => void;

/** How far the index of one version is; a version is a model digest. */
export interface ServedVersion {
  readonly modelDigest: string;
  /** Registrations in its index. */
  readonly searched: number;
  /** Registrations that the registry counts as searchable. */
  readonly declared: number;
}

/** The same, and where index and registry stand. */
export interface IndexState extends ServedVersion {
  /** The change that the index has reached. */
  readonly position: number;
  readonly registryPosition: number;
}

/** A search over the registry as it stood when the search began. */
export interface CurrentSearch {
  readonly head: RegistryHead;
  /** The change that the index had reached; below `head.position` only if it could not be brought up. */
  readonly position: number;
  /** Registrations in the index. */
  readonly size: number;
  readonly results: readonly IndexResult[];
}

const PAGE = 1_000;
const MAX_ROUNDS = 10_000;

/**
 * The index, brought up to the registry before every search, so that what any process of the province has committed is
 * found. Searches that arrive while one runs are answered together by the next: one look at the registry for all.
 */
export class CurrentIndex {
  private waiting: {
    queries: readonly IndexQuery[];
    done: (search: CurrentSearch) => void;
    failed: (e: unknown) => void;
  }[] = [];
  private busy = false;

  constructor(
    private readonly registry: Pick<RegistryReader, 'head' | 'changesSince'>,
    private readonly index: SimilarityIndex,
    private readonly embeddingOf: EmbeddingOf,
    private readonly report: ReportUnusable,
  ) {}

  get modelDigest(): string {
    return this.index.modelDigest;
  }

  /** Registrations in it now, without a look at the registry. */
  get size(): number {
    return this.index.size;
  }

  /** Catches up and tells how far it is. */
  async state(): Promise<IndexState> {
    const { head, position, size } = await this.search([]);
    const { modelDigest } = this;
    return {
      modelDigest,
      searched: size,
      declared: head.searchable,
      position,
      registryPosition: head.position,
    };
  }

  /** Searches after catching up. */
  search(queries: readonly IndexQuery[]): Promise<CurrentSearch> {
    return new Promise((done, failed) => {
      this.waiting.push({ queries, done, failed });
      if (!this.busy) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        const head = await this.catchUp();
        const results = await this.index.search(group.flatMap(({ queries }) => queries));
        let from = 0;
        for (const { queries, done } of group)
          done({
            head,
            position: this.index.position,
            size: this.index.size,
            results: results.slice(from, (from += queries.length)),
          });
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    this.busy = false;
  }

  /** Ends when index and registry stand at the same change; gives up chasing a registry that never rests. */
  private async catchUp(): Promise<RegistryHead> {
    let head = await this.registry.head();
    let read: Promise<SearchableRegistration[]> | undefined;
    for (let round = 0; this.index.position < head.position && round < MAX_ROUNDS; round += 1) {
      const changes = await (read ?? this.changesSince(this.index.position));
      const position = changes.at(-1)?.position ?? head.position;
      // The next page is read while this one is applied.
      read = changes.length === PAGE ? this.changesSince(position) : undefined;
      read?.catch(() => undefined);
      await this.index.apply(
        changes.flatMap((change) => this.entryOf(change)),
        position,
      );
      if (changes.length < PAGE) head = await this.registry.head();
    }
    if (this.index.position > head.position)
      throw new Error(
        `the index is at change ${this.index.position}, the registry at ${head.position}: restart the node`,
      );
    return head;
  }

  private changesSince(position: number): Promise<SearchableRegistration[]> {
    return this.registry.changesSince(position, this.index.modelDigest, PAGE);
  }

  /**
   * A registration whose fingerprint is missing or damaged is left out: fewer searched than declared says so. One that is
   * missing is still to be made (`refingerprint`), or will never be of a version that is on its way out.
   */
  private entryOf({ registrationId, patternId, state, fingerprint }: SearchableRegistration): IndexEntry[] {
    const leftOut = (problem: string): IndexEntry[] => {
      this.report(registrationId, problem);
      return [];
    };
    if (!fingerprint) return [];
    try {
      const { modelDigest, embedding } = this.embeddingOf(fingerprint);
      if (modelDigest !== this.index.modelDigest)
        return leftOut(`the fingerprint is of model ${modelDigest}`);
      return [{ registrationId, patternId, state, vector: embedding }];
    } catch (error) {
      return leftOut(error instanceof Error ? error.message : 'the fingerprint is damaged');
    }
  }
}
