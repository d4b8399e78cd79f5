import { VectorSource } from '../bench-vectors.js';
import { searchPeers } from './search-peers.js';

const DIMENSION = 16;
const COUNT = 500;

describe('the peers of the exact index', () => {
  it.each(searchPeers().map((peer) => [peer.name, peer] as const))(
    '%s finds the nearest, whatever buffer the vectors lie in',
    async (_, peer) => {
      const missing = await peer.available();
      if (missing !== '') {
        console.warn(`${peer.name} is left out: ${missing}`);
        return;
      }
      const source = new VectorSource('isotropic', DIMENSION, COUNT, 1);
      const buffer = new Float32Array((COUNT + 2) * DIMENSION);
      for (let row = 0; row < COUNT + 2; row += 1) buffer.set(source.next(), row * DIMENSION);
      const vectors = buffer.subarray(DIMENSION, (COUNT + 1) * DIMENSION);
      const query = buffer.subarray((COUNT + 1) * DIMENSION);
      try {
        await peer.load(vectors, DIMENSION);
        const found = await peer.search(query, 10);
        const expected = nearest(vectors, query, 10);
        if (peer.approximate) expect(found[0]).toBe(expected[0]);
        else expect(found).toEqual(expected);
      } finally {
        await peer.close();
      }
    },
  );
});

function nearest(vectors: Float32Array, query: Float32Array, k: number): number[] {
  const scores = Array.from({ length: COUNT }, (_, id) =>
    query.reduce((sum, value, at) => sum + value * (vectors[id * DIMENSION + at] ?? 0), 0),
  );
  return scores
    .map((_, id) => id)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .slice(0, k);
}
