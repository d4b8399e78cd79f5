import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeFingerprint, encodeFingerprint, EMBEDDING_DIMENSION, MODEL_DIGEST } from '#libs/fingerprint';
import {
  DESCRIPTOR_LENGTH,
  FRAME,
  MAX_FEATURES,
  RegistryError,
  type LocalFeatures,
  type VerifiableCandidate,
} from '#libs/registry';
import { createCandidateVerifier } from '#libs/similarity';
import { createVerifierPool, type VerifierPool } from './verifier-pool.js';

/** Seeded numbers of 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function features(next: () => number): LocalFeatures {
  const count = MAX_FEATURES;
  const values = (most: number) => Float32Array.from({ length: count }, () => next() * most);
  const places = {
    width: FRAME,
    height: FRAME,
    count,
    x: values(FRAME),
    y: values(FRAME),
    scale: values(4).map((value) => value + 1),
    angle: values(3),
    descriptors: Uint8Array.from({ length: count * DESCRIPTOR_LENGTH }, () => next() * 16),
    colours: Uint8Array.from({ length: 3 * count }, () => next() * 256),
  };
  return places;
}

function fingerprint(seed: number, modelDigest = MODEL_DIGEST): Uint8Array {
  const next = numbers(seed);
  const raw = Float32Array.from({ length: EMBEDDING_DIMENSION }, () => next() - 0.3);
  const length = Math.hypot(...raw);
  const embedding = raw.map((value) => value / length);
  return encodeFingerprint({ modelDigest, embedding, features: features(next), repeat: null });
}

const candidate = (bytes: Uint8Array): VerifiableCandidate => ({ score: 0, fingerprint: bytes });
const candidates = Array.from({ length: 34 }, (_, seed) => candidate(fingerprint(seed + 2)));
const query = fingerprint(1);
const soon = () => new Date(Date.now() + 30_000);

describe('a pool of verifying threads', () => {
  let pool: VerifierPool;
  const problems: string[] = [];
  beforeAll(async () => {
    pool = await createVerifierPool({ threads: 2, report: (problem) => problems.push(problem) });
  });
  beforeEach(() => {
    problems.length = 0;
  });
  afterAll(() => pool.close());

  it('finds what the verifier in the process finds, in the order given', async () => {
    const here = createCandidateVerifier(decodeFingerprint, () => undefined);
    const own = [candidate(query), ...candidates];
    const found = await pool.verify(query, own, soon());
    expect(found).toEqual(await here.verify(query, own, soon()));
    expect(found).toHaveLength(35);
    expect(found.every((one) => one !== null)).toBe(true);
    expect(new Set(found.map((one) => one?.score)).size).toBeGreaterThan(30);
    expect(problems).toEqual([]);
  });

  it('answers many questions at once, each with its own', async () => {
    const queries = Array.from({ length: 12 }, (_, seed) => fingerprint(seed + 100));
    const alone = [];
    for (const one of queries) alone.push(await pool.verify(one, candidates, soon()));
    expect(await Promise.all(queries.map((one) => pool.verify(one, candidates, soon())))).toEqual(alone);
  });

  it('lets what the deadline did not leave time for be null, and is back soon after it', async () => {
    const much = Array.from(
      { length: 400 },
      (_, place) => candidates[place % candidates.length] ?? candidate(query),
    );
    const begun = performance.now();
    const questions = Array.from({ length: 20 }, () => pool.verify(query, much, new Date(Date.now() + 25)));
    const all = await Promise.all(questions);
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(all.every((found) => found.length === 400)).toBe(true);
    expect(all.flat().filter((one) => one === null).length).toBeGreaterThan(0);
    expect(await pool.verify(query, candidates, new Date(Date.now() - 1))).toEqual(
      candidates.map(() => null),
    );
  });

  it('lets questions that come together take turns: none waits for another to be finished', async () => {
    const finished: string[] = [];
    const long = Array.from(
      { length: 2_000 },
      (_, place) => candidates[place % candidates.length] ?? candidate(query),
    );
    await Promise.all([
      pool.verify(query, long, soon()).then(() => finished.push('long')),
      pool.verify(query, candidates, soon()).then(() => finished.push('short')),
    ]);
    expect(finished).toEqual(['short', 'long']);
  });

  it('says which stored fingerprints cannot be compared, and compares the others', async () => {
    const damaged = Uint8Array.from(fingerprint(3)).fill(0, 2_000, 2_100);
    const foreign = fingerprint(4, `sha256:${'0'.repeat(64)}`);
    const found = await pool.verify(query, [damaged, fingerprint(5), foreign].map(candidate), soon());
    expect(found.map((one) => one === null)).toEqual([true, false, true]);
    expect(problems).toEqual([
      expect.stringContaining('a stored fingerprint cannot be read: its checksum is wrong'),
      expect.stringContaining('a stored fingerprint is of model sha256:0000'),
    ]);
  });

  it('refuses a query that is no fingerprint, and goes on', async () => {
    const refusal = pool.verify(Buffer.from('nothing'), candidates, soon());
    await expect(refusal).rejects.toBeInstanceOf(RegistryError);
    await expect(refusal).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'fingerprint' });
    await expect(pool.verify(query, candidates.slice(0, 1), soon())).resolves.toHaveLength(1);
  });

  it('finishes what is under way when it is closed, and takes no more', async () => {
    const other = await createVerifierPool({ threads: 1, report: () => undefined });
    const running = other.verify(query, candidates, soon());
    await Promise.all([other.close(), running]);
    expect((await running).every((one) => one !== null)).toBe(true);
    await expect(other.verify(query, candidates, soon())).rejects.toThrow('closed');
  });
});
