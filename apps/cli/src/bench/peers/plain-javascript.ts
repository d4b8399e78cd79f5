import type { SearchPeer } from './search-peer.js';

/** A loop over all numbers in plain JavaScript, with a bounded list of the best. */
export class PlainJavascript implements SearchPeer {
  readonly name = 'plain_javascript';
  readonly approximate = false;
  readonly mostVectors = Infinity;
  private vectors: Float32Array = new Float32Array();
  private dimension = 1;

  async available(): Promise<string> {
    return '';
  }

  async load(vectors: Float32Array, dimension: number): Promise<void> {
    this.vectors = vectors;
    this.dimension = dimension;
  }

  async search(query: Float32Array, k: number): Promise<readonly number[]> {
    const { vectors, dimension } = this;
    const best: { id: number; score: number }[] = [];
    for (let start = 0, id = 0; start < vectors.length; start += dimension, id += 1) {
      let score = 0;
      for (let at = 0; at < dimension; at += 1) score += (query[at] ?? 0) * (vectors[start + at] ?? 0);
      if (best.length === k && score <= (best[k - 1]?.score ?? 0)) continue;
      let place = best.length;
      while (place > 0 && (best[place - 1]?.score ?? 0) < score) place -= 1;
      best.splice(place, 0, { id, score });
      if (best.length > k) best.pop();
    }
    return best.map(({ id }) => id);
  }

  async close(): Promise<void> {
    this.vectors = new Float32Array();
  }
}
