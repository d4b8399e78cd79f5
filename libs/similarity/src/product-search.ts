import { InferenceSession, Tensor } from 'onnxruntime-node';
import { productModel } from './product-model.js';
import type { Candidates } from './quantised-rows.js';
import { siftKernel, type Sift } from './sift-kernel.js';
import { BLOCK_ROWS } from './stored-entries.js';

/** Queries of one product at most. */
export const PRODUCT_QUERIES = 256;
/** Candidates of a query at a time; where more reach the threshold, the query is left to the scan. */
const ROOM = 1024;
const PAGE_BYTES = 65_536;
/** The square of a vector's length is at most 1.001. */
const SQUARE = 1.001;

/** One query of a product. */
export interface ProductQuery {
  readonly vector: Float32Array;
  /** A slot that is no candidate; -1 if there is none. */
  readonly excluded: number;
}

/**
 * Many queries at once by blocks of the f32 matrix product of ONNX Runtime. It only proposes: each query gets the rows that may be among its
 * nearest, with upper bounds of their scores.
 *
 * The bound: an f32 sum of n products in any order, fused or not, is within n u / (1 - n u) |q| |x| of the true one, u = 2^-24 (Higham,
 * Accuracy and Stability of Numerical Algorithms, 3.1). A row whose product is more than twice that below the k-th largest
 * product scores below k others.
 */
export class ProductSearch {
  private readonly memory: WebAssembly.Memory;
  private readonly sift: Sift;
  private readonly places: Places;
  private readonly queries: Float32Array<ArrayBuffer>;

  private constructor(
    private readonly session: InferenceSession,
    private readonly dimension: number,
    limit: number,
  ) {
    this.places = placesFor(limit);
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(this.places.end / PAGE_BYTES) });
    this.sift = siftKernel(this.memory);
    this.queries = new Float32Array(PRODUCT_QUERIES * dimension);
  }

  /** @param threads of the product @param limit largest number of hits */
  static async open(dimension: number, threads: number, limit: number): Promise<ProductSearch> {
    const session = await InferenceSession.create(productModel(dimension), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Threads that spin between two blocks would take the processors from everything else.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new ProductSearch(session, dimension, limit);
  }

  /** How far an f32 product may be from the score. */
  get slack(): number {
    const units = (this.dimension + 2) * 2 ** -24;
    return (units / (1 - units)) * SQUARE + 2 ** -22;
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /**
   * @param queries 1 to PRODUCT_QUERIES
   * @param limit hits wanted of each
   * @param blocks of BLOCK_ROWS rows each, the last one partly used
   * @param rows used in all
   * @returns for each query its candidates, the highest bound first; undefined where too many are nearly equal
   */
  async candidates(
    queries: readonly ProductQuery[],
    limit: number,
    blocks: readonly Float32Array[],
    rows: number,
  ): Promise<(Candidates | undefined)[]> {
    const width = Math.ceil(queries.length / 16) * 16;
    this.begin(queries, limit, width);
    const wanted = new Tensor('float32', this.queries.subarray(0, width * this.dimension), [
      width,
      this.dimension,
    ]);
    const { places } = this;
    await this.multiplied(wanted, width, blocks, rows, (first, used) =>
      this.sift(
        places.scores,
        used,
        width,
        first,
        places.thresholds,
        places.counts,
        places.excluded,
        places.lists,
        ROOM,
        places.heaps,
        limit,
        this.slack,
      ),
    );
    return queries.map((_, query) => this.kept(query));
  }

  /** The same products of `queries` vectors, and nothing done with them: what a batch is measured against. */
  async multiplyOnly(queries: number, blocks: readonly Float32Array[], rows: number): Promise<void> {
    const vectors = new Float32Array(queries * this.dimension).fill(this.dimension ** -0.5);
    const wanted = new Tensor('float32', vectors, [queries, this.dimension]);
    await this.multiplied(wanted, queries, blocks, rows, () => undefined);
  }

  /** Multiplies block by block. @param each is given the first row of a block and how many it has; the products stand at `places.scores` */
  private async multiplied(
    wanted: Tensor,
    width: number,
    blocks: readonly Float32Array[],
    rows: number,
    each: (first: number, used: number) => unknown,
  ): Promise<void> {
    const { places, memory, session, dimension } = this;
    for (const [block, vectors] of blocks.entries()) {
      const first = block * BLOCK_ROWS;
      const used = Math.min(BLOCK_ROWS, rows - first);
      if (used <= 0) break;
      const some = new Tensor('float32', vectors.subarray(0, used * dimension), [used, dimension]);
      const scores = new Float32Array(memory.buffer, places.scores, used * width);
      const target = new Tensor('float32', scores, [used, width]);
      await session.run({ rows: some, queries: wanted }, { scores: target });
      each(first, used);
    }
  }

  private begin(queries: readonly ProductQuery[], limit: number, width: number): void {
    const { buffer } = this.memory;
    const { places, dimension } = this;
    this.queries.fill(0);
    queries.forEach(({ vector }, at) => this.queries.set(vector, at * dimension));
    // What fills up the last sixteen has no candidates.
    new Float32Array(buffer, places.thresholds, width)
      .fill(-Infinity, 0, queries.length)
      .fill(Infinity, queries.length);
    new Int32Array(buffer, places.counts, width).fill(0);
    new Int32Array(buffer, places.excluded, width).set(queries.map(({ excluded }) => excluded));
    new Float32Array(buffer, places.heaps, width * limit).fill(-Infinity);
  }

  private kept(query: number): Candidates | undefined {
    const { buffer } = this.memory;
    const { places, slack } = this;
    const count = new Int32Array(buffer, places.counts, PRODUCT_QUERIES)[query] ?? 0;
    if (count < 0) return undefined;
    const threshold = new Float32Array(buffer, places.thresholds, PRODUCT_QUERIES)[query] ?? 0;
    const start = places.lists + query * ROOM * 8;
    const slots = new Int32Array(buffer, start, 2 * count);
    const products = new Float32Array(buffer, start, 2 * count);
    const order: number[] = [];
    for (let at = 0; at < 2 * count; at += 2) if ((products[at + 1] ?? 0) >= threshold) order.push(at);
    order.sort((a, b) => (products[b + 1] ?? 0) - (products[a + 1] ?? 0));
    return {
      slots: order.map((at) => slots[at] ?? 0),
      bounds: order.map((at) => Math.max(-1, (products[at + 1] ?? 0) + slack)),
    };
  }
}

/** Where everything lies in the memory that products are sifted in; bytes. */
interface Places {
  readonly scores: number;
  readonly thresholds: number;
  readonly counts: number;
  readonly excluded: number;
  readonly heaps: number;
  readonly lists: number;
  readonly end: number;
}

function placesFor(limit: number): Places {
  const scores = 0;
  const thresholds = scores + 4 * BLOCK_ROWS * PRODUCT_QUERIES;
  const counts = thresholds + 4 * PRODUCT_QUERIES;
  const excluded = counts + 4 * PRODUCT_QUERIES;
  const heaps = excluded + 4 * PRODUCT_QUERIES;
  const lists = heaps + 4 * PRODUCT_QUERIES * limit;
  return { scores, thresholds, counts, excluded, heaps, lists, end: lists + 8 * PRODUCT_QUERIES * ROOM };
}
