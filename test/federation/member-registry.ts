import { randomUUID } from 'node:crypto';
import { decodeEmbedding, encodeFingerprint, EMBEDDING_DIMENSION } from '#libs/fingerprint';
import {
  emptyFeatures,
  FRAME,
  type FingerprintedPicture,
  type Fingerprinter,
  type Pattern,
  type Registration,
  type SearchableRegistration,
} from '#libs/registry';
import { FakeLog, MODEL, digest, storedFingerprints } from '../fakes/federation.js';
import { createFakeVerifier } from '../fakes/verifier.js';

/** The version that the directory names beside the one in force. */
export const NEXT_MODEL = digest('the next model of the tests');

/** A fingerprint whose embedding points along these numbers; the rest are 0. */
export function fingerprintAlong(numbers: readonly number[], modelDigest = MODEL): Uint8Array {
  const length = Math.hypot(...numbers);
  const embedding = new Float32Array(EMBEDDING_DIMENSION);
  embedding.set(numbers.map((number) => number / length));
  return encodeFingerprint({ modelDigest, embedding, features: emptyFeatures(FRAME, FRAME), repeat: null });
}

/** What a picture that looks like these numbers becomes. */
export function pictureLike(numbers: readonly number[], modelDigest = MODEL): FingerprintedPicture {
  const bytes = fingerprintAlong(numbers, modelDigest);
  return {
    pattern: { pictureDigest: digest(bytes), mediaType: 'image/png', width: 100, height: 100 },
    fingerprint: { modelDigest, bytes },
  };
}

/** Takes the numbers of a picture from its bytes as JSON. */
export function fingerprinterOf(modelDigest: string): Fingerprinter {
  return {
    modelDigest,
    fingerprint: async (picture) =>
      pictureLike(JSON.parse(Buffer.from(picture).toString()) as number[], modelDigest),
  };
}

/** One province's registry in memory: what gRPC reads of it. */
export class MemberRegistry {
  readonly log = new FakeLog();
  readonly candidateVerifier = createFakeVerifier(decodeEmbedding);
  private readonly rows: (Omit<SearchableRegistration, 'fingerprint'> & {
    readonly registration: Registration;
    readonly numbers: readonly number[];
    /** Versions of which it has a fingerprint. */
    readonly versions: Set<string>;
  })[] = [];

  constructor(private readonly province: string) {}

  /** @param versions of which it has a fingerprint */
  file(numbers: readonly number[], title: string, versions: readonly string[] = [MODEL]): string {
    const registrationId = randomUUID();
    const patternId = randomUUID();
    const registration: Registration = {
      registrationId,
      patternId,
      province: this.province,
      title,
      category: 'F',
      owner: '某某纺织有限公司',
      completedOn: '2026-01-02',
      firstPublishedOn: null,
      centre: '',
      registrationNumber: null,
      state: 'applied',
      registeredOn: null,
      filedAt: '2026-01-03T00:00:00.000Z',
      reason: '',
    };
    const position = this.rows.length + 1;
    this.rows.push({
      registrationId,
      patternId,
      state: 'applied',
      position,
      registration,
      numbers,
      versions: new Set(versions),
    });
    return registrationId;
  }

  async head(): Promise<{ position: number; searchable: number }> {
    return { position: this.rows.length, searchable: this.rows.length };
  }

  async changesSince(position: number, model: string, limit: number): Promise<SearchableRegistration[]> {
    return this.rowsIn(model)
      .filter((row) => row.position > position)
      .slice(0, limit);
  }

  /** Gives all that is there a fingerprint of this version, before any index of that version is opened. */
  refingerprint(version: string): void {
    for (const { versions } of this.rows) versions.add(version);
  }

  async fingerprintsOf(
    patternIds: readonly string[],
    model: string,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    return storedFingerprints(this.rowsIn(model), patternIds);
  }

  private rowsIn(model: string): SearchableRegistration[] {
    return this.rows.map(({ numbers, versions, ...row }) => ({
      ...row,
      fingerprint: versions.has(model) ? fingerprintAlong(numbers, model) : null,
    }));
  }

  async find(id: string): Promise<Registration | undefined> {
    return this.rows.find((row) => row.registrationId === id)?.registration;
  }

  async findPattern(patternId: string): Promise<Pattern | undefined> {
    const row = this.rows.find((one) => one.patternId === patternId);
    return row && { patternId, ...pictureLike(row.numbers).pattern };
  }

  async findMany(ids: readonly string[]): Promise<Registration[]> {
    return (await Promise.all(ids.map((id) => this.find(id)))).flatMap((found) => found ?? []);
  }
}
