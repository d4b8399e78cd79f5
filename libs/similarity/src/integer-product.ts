import { InferenceSession, Tensor } from 'onnxruntime-node';
import { integerProductModel } from './product-model.js';

/**
 * Largest magnitudes of a query's codes, the finest first. Processors without instructions for dot products of bytes add pairs of byte
 * products in 16 bits, where 255 x 127 twice is cut off and 255 x 64 twice is not.
 */
const CODE_MAXIMA = [127, 64];
const PROBE_ROWS = [1, 7, 64];
const PROBE_QUERIES = 16;

/** Matrix products of bytes by ONNX Runtime, exact in 32 bits. */
export class IntegerProduct {
  private constructor(
    private readonly session: InferenceSession,
    private readonly width: number,
    /** The largest magnitude of a query's code for which products were seen to be exact. */
    readonly codeMax: number,
  ) {}

  /**
   * @param width codes in a row, a multiple of 16
   * @param threads of a product
   * @returns undefined on a processor whose products are not exact
   */
  static async open(
    width: number,
    threads: number,
    codeMaxima: readonly number[] = CODE_MAXIMA,
  ): Promise<IntegerProduct | undefined> {
    const session = await InferenceSession.create(integerProductModel(width), sessionOptions(threads));
    for (const codeMax of codeMaxima) {
      const product = new IntegerProduct(session, width, codeMax);
      if (await product.isExact()) return product;
    }
    await session.release();
    return undefined;
  }

  /**
   * @param rows [r, width], a code plus 128 each
   * @param queries [width, q], no magnitude above `codeMax`
   * @param dots [r, q], written
   */
  async multiply(rows: Uint8Array, queries: Int8Array, dots: Int32Array): Promise<void> {
    const count = rows.length / this.width;
    const asked = queries.length / this.width;
    await this.session.run(
      {
        rows: new Tensor('uint8', rows, [count, this.width]),
        queries: new Tensor('int8', queries, [this.width, asked]),
      },
      { dots: new Tensor('int32', dots, [count, asked]) },
    );
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** Whether the largest sums there can be come out right, for few rows and for many. */
  private async isExact(): Promise<boolean> {
    const { width, codeMax } = this;
    const queries = Int8Array.from({ length: width * PROBE_QUERIES }, (_, at) =>
      probeCode(codeMax, Math.floor(at / PROBE_QUERIES), at % PROBE_QUERIES),
    );
    for (const count of PROBE_ROWS) {
      const rows = Uint8Array.from(
        { length: count * width },
        (_, at) => probeRow(Math.floor(at / width), at % width) + 128,
      );
      const dots = new Int32Array(count * PROBE_QUERIES);
      await this.multiply(rows, queries, dots);
      for (const [at, dot] of dots.entries()) {
        let sum = 0;
        for (let code = 0; code < width; code += 1)
          sum +=
            probeRow(Math.floor(at / PROBE_QUERIES), code) * probeCode(codeMax, code, at % PROBE_QUERIES);
        if (dot !== sum) return false;
      }
    }
    return true;
  }
}

/** By query: all codes of one sign, or signs that alternate. */
function probeCode(codeMax: number, code: number, query: number): number {
  return (query + (query < PROBE_QUERIES / 2 ? 0 : code)) % 2 === 0 ? codeMax : -codeMax;
}

/** Codes of a row: all the largest, every third row with the least in between. */
function probeRow(row: number, code: number): number {
  return row % 3 === 2 && code % 2 === 1 ? -127 : 127;
}

/** @param threads of a product; those that spin between two blocks would take the processors from everything else */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}
