import { createRequire } from 'node:module';
import PQueue from 'p-queue';
import { Problem } from '../../../problem.js';
import { startThreads } from '../bench-threads.js';
import { type Ranked } from '../measures.js';
import { Progress } from '../progress.js';
import { type OrbTask } from './orb-worker.js';
import { type Peer } from './peer.js';

/** Answers of the embedding that are ranked anew. */
const CANDIDATES = 10;

/**
 * ORB features and one homography by RANSAC, as a second stage: the ten best answers of the product's embedding, ranked by how many
 * places agree, the query also mirrored; answers with as many stay in the embedding's order. Its recall@20 is recall@10.
 */
export const orbPeer: Peer = async ({ files: { references, queries }, embedding, threads, say }) => {
  const idle = { query: '', references: [] };
  const pool = await startThreads<OrbTask, number[]>('peers/orb-worker.js', idle, threads);
  try {
    const progress = new Progress('orb', queries.size, say);
    const byQuery = new Map<string, Ranked[]>();
    for (const answer of embedding)
      if (answer.rank <= CANDIDATES)
        byQuery.set(answer.query, [...(byQuery.get(answer.query) ?? []), answer]);
    const answers = await new PQueue({ concurrency: threads }).addAll(
      [...byQuery].map(([query, candidates]) => async () => {
        const paths = candidates.map(({ reference }) => references.get(reference) ?? '');
        const counts = await pool.run({ query: queries.get(query) ?? '', references: paths });
        progress.advance();
        return candidates
          .map((answer, i) => ({ ...answer, score: counts[i] ?? 0 }))
          .sort((a, b) => b.score - a.score || a.rank - b.rank)
          .map(({ reference, score }, place) => ({ query, rank: place + 1, reference, score }));
      }),
    );
    return answers.flat();
  } finally {
    await pool.close();
  }
};

/** @throws Problem if OpenCV is not installed */
export function mustHaveOpenCv(): void {
  try {
    createRequire(import.meta.url).resolve('@techstark/opencv-js');
  } catch (cause) {
    throw new Problem(
      '--peers',
      'orb needs the package @techstark/opencv-js, which is not installed',
      'run "npm ci" without leaving out development packages, or leave orb out',
      { cause },
    );
  }
}
