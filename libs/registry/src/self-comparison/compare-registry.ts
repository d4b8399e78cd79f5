import type { CurrentIndex, EmbeddingOf } from '../duplicate-check/current-index.js';
import {
  verifyHits,
  type CandidateVerifier,
  type FingerprintReader,
  type Verification,
} from '../duplicate-check/verify-hits.js';
import type { RegistryReader, SearchableRegistration } from '../registration/ports.js';
import type { IndexHit, IndexQuery } from '../similarity.js';

/** Registrations searched together: what the index takes as one batch, and what is done again after a crash. */
const BLOCK = 64;
/** For verifying what was retrieved for one registration, milliseconds. */
const VERIFY_MS = 60_000;

/** What a registry is compared with itself by. */
export interface SelfComparisonDeps {
  readonly registry: Pick<RegistryReader, 'changesSince'>;
  readonly index: CurrentIndex;
  readonly embeddingOf: EmbeddingOf;
  readonly fingerprints: FingerprintReader;
  readonly verifier: CandidateVerifier;
  /** For the verifier's deadline. */
  readonly now: () => number;
}

/** What is compared, and what is told. */
export interface SelfComparisonTerms {
  /** Nearest registrations of each that are looked at, 1 to 99. */
  readonly nearest: number;
  /** Cosine of the embeddings from which two are compared geometrically, -1 to 1. */
  readonly retrieveAt: number;
  /** Verified score from which two are told, 0 to 1. */
  readonly reportAt: number;
}

/** Two registrations of one registry whose pictures are the same, or lie on each other. */
export interface DuplicatePair {
  /** Registration ids; `first` is the smaller. */
  readonly first: string;
  readonly second: string;
  /** Verified score; 1 for one picture registered twice. */
  readonly score: number;
  /** How the picture of `query` lies on the other's; null where both are one picture. */
  readonly transform: Verification['transform'];
  /** Which of the two was laid on the other. */
  readonly query: 'first' | 'second';
}

/** What came of some registrations, one behind the other. */
export interface ComparedBlock {
  /** The registry's change of the last of them: from here it goes on. */
  readonly position: number;
  /** Registrations of this block. */
  readonly registrations: number;
  readonly pairs: readonly DuplicatePair[];
  /** What else was compared, as `pairKey` names it. */
  readonly unlike: readonly string[];
  /** Registration ids that were not compared in full: no usable fingerprint, or not verified in time. */
  readonly incomplete: readonly string[];
}

/**
 * Compares every registration changed after `position` with the whole registry, in the order of its changes, and gives each block as it
 * is done. The same registry gives the same pairs. Stop between two blocks and go on from the last one's position.
 *
 * @param known pairs that earlier blocks compared, as `pairKey` names them; grows
 */
export async function* compareRegistry(
  deps: SelfComparisonDeps,
  terms: SelfComparisonTerms,
  position: number,
  known: Set<string>,
): AsyncGenerator<ComparedBlock> {
  for (let from = position; ;) {
    const block = await deps.registry.changesSince(from, deps.index.modelDigest, BLOCK);
    const last = block.at(-1);
    if (!last) return;
    from = last.position;
    const pairs: DuplicatePair[] = [];
    const unlike: string[] = [];
    const incomplete: string[] = [];
    for (const [registration, hits] of await retrieve(deps, terms, block)) {
      const found = hits && (await compare(deps, terms, registration, hits, known));
      pairs.push(...(found?.pairs ?? []));
      unlike.push(...(found?.unlike ?? []));
      if (!found?.complete) incomplete.push(registration.registrationId);
    }
    yield { position: from, registrations: block.length, pairs, unlike, incomplete };
  }
}

/** One name for two registrations, whichever comes first. */
export function pairKey(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** The nearest of each; undefined for one whose fingerprint cannot be used. */
async function retrieve(
  { index, embeddingOf }: SelfComparisonDeps,
  { nearest, retrieveAt }: SelfComparisonTerms,
  block: readonly SearchableRegistration[],
): Promise<ReadonlyMap<SearchableRegistration, readonly IndexHit[] | undefined>> {
  const queries = new Map<SearchableRegistration, IndexQuery>();
  for (const registration of block) {
    const vector = embedding(embeddingOf, registration);
    if (vector) queries.set(registration, { vector, limit: nearest, excluding: registration.registrationId });
  }
  const { results } = await index.search([...queries.values()]);
  const places = new Map([...queries.keys()].map((registration, place) => [registration, place]));
  return new Map(
    block.map((registration) => [
      registration,
      results[places.get(registration) ?? -1]?.hits.filter(({ score }) => score >= retrieveAt),
    ]),
  );
}

function embedding(
  embeddingOf: EmbeddingOf,
  { fingerprint }: SearchableRegistration,
): Float32Array | undefined {
  if (!fingerprint) return undefined;
  try {
    return embeddingOf(fingerprint).embedding;
  } catch {
    return undefined;
  }
}

interface Found {
  readonly pairs: readonly DuplicatePair[];
  readonly unlike: readonly string[];
  readonly complete: boolean;
}

async function compare(
  deps: SelfComparisonDeps,
  { reportAt }: SelfComparisonTerms,
  { registrationId, patternId }: SearchableRegistration,
  hits: readonly IndexHit[],
  known: Set<string>,
): Promise<Found> {
  const fresh = hits.filter((hit) => !known.has(pairKey(registrationId, hit.registrationId)));
  for (const hit of fresh) known.add(pairKey(registrationId, hit.registrationId));
  const pair = (other: string, score: number, transform: DuplicatePair['transform']): DuplicatePair =>
    registrationId < other
      ? { first: registrationId, second: other, score, transform, query: 'first' }
      : { first: other, second: registrationId, score, transform, query: 'second' };
  const same = fresh.filter((hit) => hit.patternId === patternId);
  const others = fresh.filter((hit) => hit.patternId !== patternId);
  const pairs = same.map((hit) => pair(hit.registrationId, 1, null));
  if (others.length === 0) return { pairs, unlike: [], complete: true };
  const { modelDigest } = deps.index;
  const own = (await deps.fingerprints.fingerprintsOf([patternId], modelDigest)).get(patternId);
  if (!own) return { pairs, unlike: [], complete: false };
  const until = new Date(deps.now() + VERIFY_MS);
  const verified = await verifyHits(deps, { fingerprint: own, modelDigest }, others, until);
  const unlike: string[] = [];
  for (const hit of verified.hits)
    if (hit.verified && hit.verified.score >= reportAt)
      pairs.push(pair(hit.registrationId, hit.verified.score, hit.verified.transform));
    else unlike.push(pairKey(registrationId, hit.registrationId));
  return { pairs, unlike, complete: verified.complete };
}
