import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createFingerprinter,
  decodeEmbedding,
  DEFAULT_CALIBRATION,
  EMBEDDING_DIMENSION,
  MODEL_DIGEST,
} from '#libs/fingerprint';
import {
  CurrentIndex,
  MAX_VERIFIED,
  mergeAnswers,
  verdictOf,
  verifyHits,
  type CoverageRow,
  type FingerprintReader,
  type Fingerprinter,
  type JudgedReply,
  type SearchableRegistration,
} from '#libs/registry';
import { z } from 'zod';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import { ExactIndex } from '#libs/similarity';
import { drawnPictures, type BenchPicture } from '../bench-pictures.js';
import { projectRoot } from '../../home/project-root.js';
import { FAMILIES } from '../copying/families.js';
import { makeDataset } from '../dataset/make-dataset.js';
import { answerAll } from './answer-all.js';
import { benchAccuracy, type AccuracyRequest } from './bench-accuracy.js';
import { openDataset } from './dataset-files.js';
import { PEER_NAMES } from './peers/peers.js';
import { isHardNegative } from './truth.js';
import { createVerifierPool } from './verifier-pool.js';

let folder: string;
const pictures: BenchPicture[] = [];
const request = { pictures, seed: 5, references: 4, distractorQueries: 2, copies: 1, hardNegatives: 0 };
const setAt = (name: string): string => join(folder, name);
const accuracyOf = (name: string, request: Partial<AccuracyRequest>) =>
  benchAccuracy(
    {
      dataset: setAt(name),
      results: undefined,
      peers: [],
      imagenetModel: undefined,
      heldOut: [],
      worst: undefined,
      ...request,
    },
    () => undefined,
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'accuracy-'));
  for (let seed = 1; seed <= 6; seed++) {
    const picture = await drawPattern(composeDesign(seed), { width: 128, height: 128 });
    pictures.push({ name: `drawn-${seed}.jpg`, load: async () => picture });
  }
  await makeDataset({ ...request, out: setAt('set') });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('a data set', () => {
  it('is the same for the same seed', async () => {
    await makeDataset({ ...request, out: setAt('again') });
    for (const file of ['truth.csv', 'sources.csv', 'queries/q00007.jpg', 'references/r00002.jpg'])
      expect(readFileSync(join(setAt('again'), file))).toEqual(readFileSync(join(setAt('set'), file)));
  }, 120_000);

  it('has every family and severity, and queries that match nothing', () => {
    const { rows } = openDataset(setAt('set')).truth;
    const matched = rows.filter(({ reference }) => reference !== null);
    expect(new Set(matched.map(({ family, severity }) => `${family} ${severity}`)).size).toBe(
      FAMILIES.size * 3,
    );
    expect(rows).toHaveLength(FAMILIES.size * 3 + 2);
  });

  it('of drawn patterns has hard negatives of every kind, which the truth tells apart', async () => {
    const lookingAlike = drawnPictures(6).map(({ lookAlikes }, i) => {
      const small = pictures[i] ?? { name: '', load: async () => new Uint8Array() };
      return { ...small, lookAlikes: new Map([...lookAlikes.keys()].map((kind) => [kind, small.load])) };
    });
    const drawn = { ...request, pictures: lookingAlike, hardNegatives: 2, out: setAt('drawn') };
    const summary = await makeDataset(drawn);
    const { rows } = openDataset(setAt('drawn')).truth;
    const hard = rows.filter(isHardNegative).map(({ family }) => family);
    expect(new Set(hard)).toEqual(
      new Set(['hard-negative:redrawn', 'hard-negative:same-lattice', 'hard-negative:same-palette']),
    );
    expect(summary).toMatchObject({ copies: 33, distractorQueries: 2, hardNegatives: hard.length });
  }, 120_000);

  it('is not made of too few pictures, of one that cannot be read, or over another', async () => {
    const more = { ...request, references: 5, out: setAt('few') };
    await expect(makeDataset(more)).rejects.toThrow('there are 6 pictures, 7 are needed');
    const broken = [{ name: 'broken.png', load: async () => Buffer.from('no picture') }];
    const unreadable = { ...request, pictures: broken, references: 1, distractorQueries: 0 };
    await expect(makeDataset({ ...unreadable, out: setAt('broken') })).rejects.toMatchObject({
      field: 'broken.png',
    });
    await expect(makeDataset({ ...request, out: setAt('set') })).rejects.toThrow('is not empty');
  });
});

describe('accuracy of a data set', () => {
  it('is measured over all queries and families, beside peers', async () => {
    const results = join(folder, 'results.csv');
    const heldOut = ['crop', 'mirror-turn'];
    const worst = { count: 3, out: join(folder, 'worst') };
    // Any model from pixels to one vector does in place of a plain one.
    const imagenetModel = join(projectRoot(), 'libs', 'fingerprint', 'model', 'embedding.onnx');
    const peers = [...PEER_NAMES];
    const report = await accuracyOf('set', { results, peers, imagenetModel, heldOut, worst });
    expect(report).toMatchObject({ references: 4, queries: 35, withoutMatch: 2, unfit: [], unverified: [] });
    expect(report.alone.pictures).toBe(4);
    expect(report.alone.embedding.medianMs).toBeGreaterThan(0);
    expect(report.alone.embedding.medianMs).toBeLessThan(report.alone.fingerprint.medianMs);
    const methods = report.methods.map(({ method }) => method);
    expect(methods).toEqual(['embedding', 'verified', 'phash', 'pdq', 'orb', 'imagenet']);
    for (const { measures } of report.methods) {
      const turned = measures?.families.find(({ family }) => family === 'mirror-turn');
      expect(turned?.recallAt1).toMatchObject({ hits: 3, of: 3 });
      expect(measures?.heldOut?.recallAt1.of).toBe(6);
    }
    const lines = readFileSync(results, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('query,rank,reference,score,verdict');
    expect(lines).toHaveLength(1 + 35 * 4);
    const listed = z
      .array(z.object({ query: z.string() }))
      .parse(JSON.parse(readFileSync(join(worst.out, 'worst.json'), 'utf8')));
    expect(readdirSync(worst.out).sort()).toEqual(
      [...listed.map(({ query }) => `${query}.jpg`), 'worst.json'].sort(),
    );
  }, 120_000);

  it.each([undefined, '/nowhere/model.onnx'])(
    'by a peer is refused without its model',
    async (imagenetModel) => {
      await expect(accuracyOf('set', { peers: ['imagenet'], imagenetModel })).rejects.toMatchObject({
        field: imagenetModel ?? '--imagenet-model',
      });
    },
  );

  it('refuses a held-out family that no query is of, naming those there are', async () => {
    await expect(accuracyOf('set', { heldOut: ['crop', 'knitting'] })).rejects.toMatchObject({
      field: '--held-out',
      problem: 'no query is of family "knitting"',
    });
  });

  it('says before the work that the answers have nowhere to go, and makes the folder that is missing', async () => {
    const taken = join(folder, 'taken.csv');
    mkdirSync(taken);
    await expect(accuracyOf('set', { results: taken })).rejects.toMatchObject({ field: taken });
    const worst = { count: 1, out: join(folder, 'a-file') };
    writeFileSync(worst.out, '');
    const results = join(folder, 'new', 'results.csv');
    await expect(accuracyOf('set', { results, worst })).rejects.toMatchObject({ field: worst.out });
    expect(readdirSync(join(folder, 'new'))).toEqual([]);
  });

  it.each([
    ['blank', false],
    ['missing', true],
  ])(
    'is left out, with the same answers written, when the truth is %s',
    async (name, missing) => {
      await makeDataset({ ...request, out: setAt(name) });
      const truth = join(setAt(name), 'truth.csv');
      const queries = readFileSync(truth, 'utf8').trim().split('\n').slice(1);
      if (missing) rmSync(truth);
      else writeFileSync(truth, ['query', ...queries.map((line) => line.split(',')[0])].join('\n'));
      const results = join(folder, `${name}.csv`);
      const report = await accuracyOf(name, { results });
      expect(report.truthMissing).toBe(missing);
      expect(report.methods.map(({ measures }) => measures)).toEqual([null, null]);
      expect(readFileSync(results, 'utf8').trim().split('\n')).toHaveLength(1 + 35 * 4);
    },
    120_000,
  );

  it('ranks, scores and judges as a check over two provinces does', async () => {
    const files = openDataset(setAt('set'));
    const fingerprinter = await createFingerprinter();
    const say = () => undefined;
    const verifier = await createVerifierPool(1, say);
    const calibration = DEFAULT_CALIBRATION;
    const found = await answerAll(files, { fingerprinter, verifier, calibration, threads: 1, say });
    const provinces = await splitGallery(files.references, fingerprinter);
    for (const [query, path] of [...files.queries].slice(0, 8)) {
      const { bytes } = (await fingerprinter.fingerprint(readFileSync(path))).fingerprint;
      const asked = { fingerprint: bytes, modelDigest: MODEL_DIGEST };
      const vector = decodeEmbedding(bytes).embedding;
      const replies = await Promise.all(
        [...provinces].map(async ([province, { index, fingerprints }]): Promise<JudgedReply> => {
          const { results } = await index.search([{ vector, limit: MAX_VERIFIED }]);
          const hits = results[0]?.hits ?? [];
          const verified = await verifyHits({ verifier, fingerprints }, asked, hits, new Date(8e15));
          return { row: answered(province), hits: verified.hits.slice(0, 20) };
        }),
      );
      const directory = { epoch: 1, members: [...provinces.keys()], calibration };
      const check = mergeAnswers(directory, replies, 20, '');
      const own = found.verified.filter((answer) => answer.query === query);
      expect(own.map(({ reference, score }) => [reference, score])).toEqual(
        check.candidates.map(({ registrationId, verified }) => [registrationId, verified?.score]),
      );
      expect(own[0]?.verdict).toBe(check.verdict);
      expect(own[0]?.verdict).toBe(verdictOf(check.candidates, true, calibration));
      const alone = found.embedding.filter((answer) => answer.query === query);
      const byCosine = check.candidates.map(({ score }) => score).sort((a, b) => b - a);
      expect(alone.map(({ score }) => score)).toEqual(byCosine);
    }
    await verifier.close();
  }, 120_000);
});

async function splitGallery(
  references: ReadonlyMap<string, string>,
  fingerprinter: Fingerprinter,
): Promise<Map<string, { index: CurrentIndex; fingerprints: FingerprintReader }>> {
  const shares: SearchableRegistration[][] = [[], []];
  for (const [place, [id, path]] of [...references].entries()) {
    const { fingerprint } = await fingerprinter.fingerprint(readFileSync(path));
    const share = shares[place % 2] ?? [];
    const position = share.length + 1;
    const state = 'registered' as const;
    share.push({ registrationId: id, patternId: id, state, fingerprint: fingerprint.bytes, position });
  }
  return new Map(
    shares.map((rows, place) => {
      const registry = {
        head: async () => ({ position: rows.length, searchable: rows.length }),
        changesSince: async (position: number) => rows.filter((row) => row.position > position),
      };
      const index = new ExactIndex(MODEL_DIGEST, EMBEDDING_DIMENSION);
      const current = new CurrentIndex(registry, index, decodeEmbedding, () => undefined);
      const stored = new Map(rows.map(({ patternId, fingerprint }) => [patternId, fingerprint]));
      const fingerprintsOf = async (ids: readonly string[]) =>
        new Map(
          ids.flatMap((id) => {
            const fingerprint = stored.get(id);
            return fingerprint ? [[id, fingerprint] as const] : [];
          }),
        );
      return [`province-${place}`, { index: current, fingerprints: { fingerprintsOf } }];
    }),
  );
}

function answered(province: string): CoverageRow {
  const unknown = { declared: null, position: null, modelDigest: null, receivedAt: null, answeredAt: null };
  const rest = { searched: null, arrivedAt: null, answerDigest: null, detail: '', askedAt: '' };
  return { province, outcome: 'ANSWERED', ...unknown, ...rest };
}
