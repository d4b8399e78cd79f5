import { readPicture } from '../dataset-files.js';
import { type Ranked } from '../measures.js';
import { Progress } from '../progress.js';
import { differingBits } from './bits.js';
import { rankAll, type Peer } from './peer.js';

/** The hashes of a picture in its eight orientations, the upright one first; all of the same number of bits. */
export type HashOrientations = (file: Uint8Array) => Promise<readonly Uint32Array[]>;

/** Ranks by the share of equal bits, the query in its best orientation. */
export function hashPeer(name: string, hash: HashOrientations): Peer {
  return async ({ files: { references, queries }, depth, say }) => {
    const progress = new Progress(name, references.size + queries.size, say);
    const upright = new Map<string, Uint32Array>();
    for (const [id, path] of references) {
      const [own] = await hash(readPicture(path));
      if (own) upright.set(id, own);
      progress.advance();
    }
    const answers: Ranked[] = [];
    for (const [id, path] of queries) {
      const turned = await hash(readPicture(path));
      const score = (reference: Uint32Array) =>
        1 - Math.min(...turned.map((own) => differingBits(own, reference))) / (reference.length * 32);
      answers.push(...rankAll(id, upright, score, depth));
      progress.advance();
    }
    return answers;
  };
}
