import type { SearchPeer } from './search-peer.js';

/** The exact search of usearch over f32, on all processors. */
export class Usearch implements SearchPeer {
  readonly name = 'usearch_exact_f32';
  readonly approximate = false;
  readonly mostVectors = Infinity;
  private vectors = new Float32Array();
  private dimension = 1;

  async available(): Promise<string> {
    try {
      await import('usearch');
      return '';
    } catch {
      return 'the npm package usearch is not installed, or has no binary for this machine';
    }
  }

  async load(vectors: Float32Array, dimension: number): Promise<void> {
    this.vectors = whole(vectors);
    this.dimension = dimension;
  }

  async search(query: Float32Array, k: number): Promise<readonly number[]> {
    const { exactSearch, MetricKind } = await import('usearch');
    const found = exactSearch(this.vectors, whole(query), this.dimension, k, MetricKind.IP);
    const { keys } = 'get' in found ? found.get(0) : found;
    return Array.from(keys, Number);
  }

  async close(): Promise<void> {
    this.vectors = new Float32Array();
  }
}

/** usearch reads a typed array's buffer from its first byte, wherever the array begins. */
function whole(vectors: Float32Array): Float32Array<ArrayBuffer> {
  const { buffer } = vectors;
  return buffer instanceof ArrayBuffer && buffer.byteLength === vectors.byteLength
    ? new Float32Array(buffer)
    : new Float32Array(vectors);
}
