import { ROUNDING } from './chunk-scan.js';
import { IntegerProduct } from './integer-product.js';
import type { Candidates, QuantisedRows } from './quantised-rows.js';
import { writeQueryCodes } from './query-codes.js';
import { CHUNK_ROWS } from './scan-plan.js';
import { siftKernel, type SiftKernel } from './sift-kernel.js';

/** Queries of one product at most: with the rows of a chunk the products are 1 MB, which stays in a processor's cache until it is sifted. */
export const PRODUCT_QUERIES = 256;
/** Chunks of one product at most, where the queries are few. */
const PRODUCT_CHUNKS = 4;
/** Candidates of a query at a time; where more reach what is wanted, the query is left to the scan. */
const ROOM = 1024;
const PAGE_BYTES = 65_536;
/** Bytes of one number of each query; their arrays, in the order of sift-kernel.wat. */
const STRIDE = 4 * PRODUCT_QUERIES;
const OF_QUERY = { wanted: 1, scale: 2, norm: 3, slack: 4, count: 5, excluded: 6, arrays: 7 } as const;

/** One query of a product. */
export interface ProductQuery {
  readonly vector: Float32Array;
  /** A slot that is no candidate; -1 if there is none. */
  readonly excluded: number;
}

/**
 * Many queries at once by matrix products of the rows' 8-bit codes and the queries'. They only propose: each query gets the rows that may be
 * among its nearest, with upper bounds of their scores, by the bound of `QuantisedRows`; the query's own codes are 8 bits here, so
 * that it is about twice as wide as a scan's.
 */
export class ProductSearch {
  private readonly memory: WebAssembly.Memory;
  private readonly kernel: SiftKernel;
  private readonly places: Places;
  private readonly queries: Int8Array<ArrayBuffer>;

  private constructor(
    private readonly product: IntegerProduct,
    private readonly width: number,
    chunkBytes: number,
    limit: number,
  ) {
    this.places = placesFor(width, chunkBytes, limit);
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(this.places.end / PAGE_BYTES) });
    this.kernel = siftKernel(this.memory);
    this.queries = new Int8Array(PRODUCT_QUERIES * width);
  }

  /**
   * @param threads of the product
   * @param limit largest number of hits
   * @param codeMaxima see IntegerProduct
   * @returns undefined on a processor that gives no exact products
   */
  static async open(
    { width, chunkBytes }: Pick<QuantisedRows, 'width' | 'chunkBytes'>,
    threads: number,
    limit: number,
    codeMaxima?: readonly number[],
  ): Promise<ProductSearch | undefined> {
    const product = await IntegerProduct.open(width, threads, codeMaxima);
    return product && new ProductSearch(product, width, chunkBytes, limit);
  }

  close(): Promise<void> {
    return this.product.close();
  }

  /**
   * @param queries 1 to PRODUCT_QUERIES
   * @param limit hits wanted of each
   * @param among all rows that there are
   * @param rows how many
   * @returns for each query its candidates, the highest bound first; undefined where too many are nearly equal
   */
  async candidates(
    queries: readonly ProductQuery[],
    limit: number,
    among: QuantisedRows,
    rows: number,
  ): Promise<(Candidates | undefined)[]> {
    const asked = Math.ceil(queries.length / 16) * 16;
    this.begin(queries, asked, limit, among.longest);
    const chunks = Math.min(PRODUCT_CHUNKS, Math.floor(PRODUCT_QUERIES / asked));
    for (let first = 0; first < rows; first += chunks * CHUNK_ROWS)
      await this.takeChunks(among, first, Math.min(rows, first + chunks * CHUNK_ROWS), asked, limit);
    return queries.map((_, query) => this.kept(query));
  }

  /** Multiplies and sifts some chunks. @param from a chunk's first row @param to behind the last */
  private async takeChunks(
    among: QuantisedRows,
    from: number,
    to: number,
    asked: number,
    limit: number,
  ): Promise<void> {
    const { places, width, kernel } = this;
    const { buffer } = this.memory;
    const chunkBytes = places.rows - places.chunk;
    const factors: number[] = [];
    for (let first = from; first < to; first += CHUNK_ROWS) {
      const start = places.rows + (first - from) * width;
      new Uint8Array(buffer, places.chunk, chunkBytes).set(among.chunk(first / CHUNK_ROWS));
      kernel.spread(places.chunk, Math.ceil(Math.min(CHUNK_ROWS, to - first) / 4), width, start);
      // Scales and residuals stand behind a chunk's codes.
      const factor = places.factors + factors.length * 8 * CHUNK_ROWS;
      new Uint8Array(buffer).copyWithin(factor, places.chunk + CHUNK_ROWS * width, places.rows);
      factors.push(factor);
    }
    const rows = to - from;
    await this.product.multiply(
      new Uint8Array(buffer, places.rows, rows * width),
      this.queries.subarray(0, width * asked),
      new Int32Array(buffer, places.dots, rows * asked),
    );
    for (const [at, factor] of factors.entries())
      kernel.sift(
        places.dots + at * CHUNK_ROWS * asked * 4,
        Math.min(CHUNK_ROWS, rows - at * CHUNK_ROWS),
        asked,
        from + at * CHUNK_ROWS,
        factor,
        factor + 4 * CHUNK_ROWS,
        places.queries,
        STRIDE,
        places.lists,
        ROOM,
        places.heaps,
        limit,
        ROUNDING,
      );
  }

  private begin(queries: readonly ProductQuery[], asked: number, limit: number, longest: number): void {
    const { codeMax } = this.product;
    this.queries.fill(0);
    // What fills up the last sixteen has no candidates.
    this.numbers(OF_QUERY.wanted).fill(Infinity).fill(-Infinity, 0, queries.length);
    this.numbers(OF_QUERY.scale).fill(1);
    this.numbers(OF_QUERY.norm).fill(0);
    this.numbers(OF_QUERY.slack).fill(0);
    this.wholes(OF_QUERY.count).fill(0);
    for (const [at, { vector, excluded }] of queries.entries()) {
      const { scale, norm, left } = writeQueryCodes(vector, codeMax, this.queries, at, asked);
      this.numbers(OF_QUERY.scale)[at] = scale;
      this.numbers(OF_QUERY.norm)[at] = norm;
      this.numbers(OF_QUERY.slack)[at] = left * longest + ROUNDING;
      this.wholes(OF_QUERY.excluded)[at] = excluded;
    }
    new Float32Array(this.memory.buffer, this.places.heaps, asked * limit).fill(-Infinity);
  }

  private kept(query: number): Candidates | undefined {
    const count = this.wholes(OF_QUERY.count)[query] ?? 0;
    if (count < 0) return undefined;
    const wanted = this.numbers(OF_QUERY.wanted)[query] ?? 0;
    const start = this.places.lists + query * ROOM * 8;
    const slots = new Int32Array(this.memory.buffer, start, 2 * count);
    const bounds = new Float32Array(this.memory.buffer, start, 2 * count);
    const order: number[] = [];
    for (let at = 0; at < 2 * count; at += 2) if ((bounds[at + 1] ?? 0) >= wanted) order.push(at);
    order.sort((a, b) => (bounds[b + 1] ?? 0) - (bounds[a + 1] ?? 0));
    return {
      slots: order.map((at) => slots[at] ?? 0),
      bounds: order.map((at) => Math.max(-1, bounds[at + 1] ?? 0)),
    };
  }

  private numbers(array: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, this.places.queries + array * STRIDE, PRODUCT_QUERIES);
  }

  private wholes(array: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer, this.places.queries + array * STRIDE, PRODUCT_QUERIES);
  }
}

/** Where everything lies in the memory that products are sifted in; bytes. */
interface Places {
  /** One chunk as the scan has it: codes, scales, residuals. */
  readonly chunk: number;
  /** The codes of a product's chunks, row by row. */
  readonly rows: number;
  /** Scales and residuals of each of them. */
  readonly factors: number;
  readonly dots: number;
  readonly queries: number;
  readonly heaps: number;
  readonly lists: number;
  readonly end: number;
}

function placesFor(width: number, chunkBytes: number, limit: number): Places {
  const chunk = 0;
  const rows = chunk + chunkBytes;
  const factors = rows + PRODUCT_CHUNKS * CHUNK_ROWS * width;
  const dots = factors + PRODUCT_CHUNKS * 8 * CHUNK_ROWS;
  const queries = dots + 4 * CHUNK_ROWS * PRODUCT_QUERIES;
  const heaps = queries + OF_QUERY.arrays * STRIDE;
  const lists = heaps + 4 * PRODUCT_QUERIES * limit;
  return { chunk, rows, factors, dots, queries, heaps, lists, end: lists + 8 * PRODUCT_QUERIES * ROOM };
}
