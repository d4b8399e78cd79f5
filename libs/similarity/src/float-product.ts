import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sessionOptions } from './integer-product.js';
import { floatProductModel } from './product-model.js';

/** Queries of one product: with 1,024 rows the products are 1 MB, which stays in a processor's cache. */
const QUERIES = 256;

/** The bare f32 matrix product of ONNX Runtime: what batches are measured against. */
export class FloatProduct {
  private constructor(
    private readonly session: InferenceSession,
    private readonly dimension: number,
  ) {}

  static async open(dimension: number, threads: number): Promise<FloatProduct> {
    const session = await InferenceSession.create(floatProductModel(dimension), sessionOptions(threads));
    return new FloatProduct(session, dimension);
  }

  /** Multiplies blocks of vectors with so many queries, 256 at a time. @param rows of all blocks, the last one partly used */
  async multiply(queries: number, blocks: readonly Float32Array[], rows: number): Promise<void> {
    const { dimension } = this;
    for (let left = queries; left > 0; left -= QUERIES) {
      const asked = Math.min(left, QUERIES);
      const vectors = new Float32Array(asked * dimension).fill(dimension ** -0.5);
      const wanted = new Tensor('float32', vectors, [asked, dimension]);
      const dots = new Float32Array(((blocks[0]?.length ?? 0) / dimension) * asked);
      for (let [block, first] = [0, 0]; first < rows; block += 1) {
        const some = blocks[block] ?? new Float32Array();
        const used = Math.min(some.length / dimension, rows - first);
        await this.session.run(
          {
            rows: new Tensor('float32', some.subarray(0, used * dimension), [used, dimension]),
            queries: wanted,
          },
          { dots: new Tensor('float32', dots.subarray(0, used * asked), [used, asked]) },
        );
        first += used;
      }
    }
  }

  close(): Promise<void> {
    return this.session.release();
  }
}
