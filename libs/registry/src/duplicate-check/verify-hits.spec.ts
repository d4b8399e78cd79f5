import { describe, expect, it } from '@jest/globals';
import type { IndexHit } from '../similarity.js';
import { verifyHits, type CandidateVerifier, type Verification } from './verify-hits.js';

const QUERY = { fingerprint: Uint8Array.of(0), modelDigest: `sha256:${'0'.repeat(64)}` };
const DEADLINE = new Date();

const hitOf = (id: string, score: number): IndexHit => ({
  registrationId: id,
  patternId: `pattern of ${id}`,
  state: 'registered',
  score,
});
const found = (score: number): Verification => ({
  score,
  transform: null,
  matchedShare: { query: 0, candidate: 0 },
});

/** A fingerprint is one byte, and its verified score that byte in hundredths; 255 is not reached in time. */
const verifier: CandidateVerifier = {
  verify: async (_query, candidates) =>
    candidates.map(({ fingerprint: [byte = 0] }) => (byte === 255 ? null : found(byte / 100))),
};

/** @param stored bytes by registration id; a registration without has lost its fingerprint */
function verify(hits: readonly IndexHit[], stored: Readonly<Record<string, number>>) {
  const bytes = new Map(
    Object.entries(stored).map(([id, byte]) => [`pattern of ${id}`, Uint8Array.of(byte)]),
  );
  return verifyHits({ verifier, fingerprints: { fingerprintsOf: async () => bytes } }, QUERY, hits, DEADLINE);
}

describe('verifying hits', () => {
  it('ranks by what was found, then by cosine, then by id', async () => {
    const hits = [hitOf('a', 0.9), hitOf('c', 0.7), hitOf('b', 0.7), hitOf('d', 0.8)];
    const verified = await verify(hits, { a: 10, b: 50, c: 50, d: 50 });
    expect(verified.hits.map(({ registrationId }) => registrationId)).toEqual(['d', 'b', 'c', 'a']);
    expect(verified.hits[0]).toEqual({ ...hitOf('d', 0.8), verified: found(0.5) });
    expect(verified.complete).toBe(true);
  });

  it('is not complete when one was not reached or has lost its fingerprint, and these come last', async () => {
    const hits = [hitOf('a', 0.99), hitOf('b', 0.98), hitOf('c', 0.2)];
    const verified = await verify(hits, { a: 255, c: 0 });
    expect(verified.hits.map(({ registrationId }) => registrationId)).toEqual(['c', 'a', 'b']);
    expect(verified.hits.map((hit) => hit.verified?.score)).toEqual([0, undefined, undefined]);
    expect(verified.complete).toBe(false);
  });

  it('is complete when there is nothing to verify', async () => {
    expect(await verify([], {})).toEqual({ hits: [], complete: true });
  });

  it('gives each of two registrations of one picture what was found of it', async () => {
    const [one, two] = [hitOf('a', 0.9), { ...hitOf('b', 0.9), patternId: 'pattern of a' }];
    const verified = await verify([one, two], { a: 40 });
    expect(verified.hits.map((hit) => hit.verified?.score)).toEqual([0.4, 0.4]);
  });
});
