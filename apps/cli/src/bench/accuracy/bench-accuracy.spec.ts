import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  mergeAnswers,
  verdictOf,
  type CoverageRow,
  type Fingerprinter,
  type JudgedReply,
  type SearchableRegistration,
} from '#libs/registry';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import { ExactIndex } from '#libs/similarity';
import { type BenchPicture } from '../bench-pictures.js';
import { FAMILIES } from '../copying/families.js';
import { makeDataset } from '../dataset/make-dataset.js';
import { answerAll, benchAccuracy } from './bench-accuracy.js';
import { openDataset } from './dataset-files.js';

let folder: string;
const pictures: BenchPicture[] = [];
const request = { pictures, seed: 5, references: 4, distractorQueries: 2, copies: 1 };
const setAt = (name: string): string => join(folder, name);

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

  it('is not made of too few pictures, of one that cannot be read, or over another', async () => {
    const more = { ...request, references: 5, out: setAt('few') };
    await expect(makeDataset(more)).rejects.toThrow('has 6 pictures, 7 are needed');
    const broken = [{ name: 'broken.png', load: async () => Buffer.from('no picture') }];
    const unreadable = { ...request, pictures: broken, references: 1, distractorQueries: 0 };
    await expect(makeDataset({ ...unreadable, out: setAt('broken') })).rejects.toMatchObject({
      field: 'broken.png',
    });
    await expect(makeDataset({ ...request, out: setAt('set') })).rejects.toThrow('is not empty');
  });
});

describe('accuracy of a data set', () => {
  it('is measured over all queries and families, beside a peer', async () => {
    const results = join(folder, 'results.csv');
    const report = await benchAccuracy({ dataset: setAt('set'), results, peers: ['phash'] });
    expect(report).toMatchObject({ references: 4, queries: 35, withoutMatch: 2, unfit: [] });
    expect(report.methods.map(({ method }) => method)).toEqual(['weft', 'phash']);
    const turned = report.methods[0]?.measures?.families.find(({ family }) => family === 'mirror-turn');
    expect(turned?.recallAt1).toMatchObject({ hits: 3, of: 3 });
    const peer = report.methods[1]?.measures?.families.find(({ family }) => family === 'mirror-turn');
    expect(peer?.recallAt1).toMatchObject({ hits: 3, of: 3 });
    const lines = readFileSync(results, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('query,rank,reference,score,verdict');
    expect(lines).toHaveLength(1 + 35 * 4);
  }, 120_000);

  it('is left out, with the same answers written, when the truth is blank', async () => {
    const out = setAt('blank');
    await makeDataset({ ...request, out });
    const lines = readFileSync(join(out, 'truth.csv'), 'utf8').trim().split('\n').slice(1);
    writeFileSync(join(out, 'truth.csv'), ['query', ...lines.map((line) => line.split(',')[0])].join('\n'));
    const results = join(folder, 'blank.csv');
    const report = await benchAccuracy({ dataset: out, results, peers: [] });
    expect(report.methods).toEqual([{ method: 'weft', measures: null }]);
    expect(readFileSync(results, 'utf8').trim().split('\n')).toHaveLength(1 + 35 * 4);
  }, 120_000);

  it('ranks, scores and judges as a check over two provinces does', async () => {
    const files = openDataset(setAt('set'));
    const fingerprinter = await createFingerprinter();
    const { answers } = await answerAll(files, fingerprinter, 1);
    const provinces = await splitGallery(files.references, fingerprinter);
    for (const [query, path] of [...files.queries].slice(0, 8)) {
      const { bytes } = (await fingerprinter.fingerprint(readFileSync(path))).fingerprint;
      const vector = decodeEmbedding(bytes).embedding;
      const replies = await Promise.all(
        [...provinces].map(async ([province, index]): Promise<JudgedReply> => {
          const { results } = await index.search([{ vector, limit: 20 }]);
          return { row: answered(province), hits: results[0]?.hits ?? [] };
        }),
      );
      const directory = { epoch: 1, members: [...provinces.keys()], calibration: DEFAULT_CALIBRATION };
      const check = mergeAnswers(directory, replies, 20, '');
      const own = answers.filter((answer) => answer.query === query);
      expect(own.map(({ reference, score }) => [reference, score])).toEqual(
        check.candidates.map(({ registrationId, score }) => [registrationId, score]),
      );
      expect(own[0]?.verdict).toBe(check.verdict);
      expect(own[0]?.verdict).toBe(verdictOf(check.candidates, true, DEFAULT_CALIBRATION));
    }
  }, 120_000);
});

async function splitGallery(
  references: ReadonlyMap<string, string>,
  fingerprinter: Fingerprinter,
): Promise<Map<string, CurrentIndex>> {
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
      return [`province-${place}`, new CurrentIndex(registry, index, decodeEmbedding, () => undefined)];
    }),
  );
}

function answered(province: string): CoverageRow {
  const unknown = { declared: null, position: null, modelDigest: null, receivedAt: null, answeredAt: null };
  const rest = { searched: null, arrivedAt: null, answerDigest: null, detail: '', askedAt: '' };
  return { province, outcome: 'ANSWERED', ...unknown, ...rest };
}
