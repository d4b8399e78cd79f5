import { randomUUID } from 'node:crypto';
import { evidenceSchema } from '#libs/evidence';
import { createFingerprinter } from '#libs/fingerprint';
import type { Fingerprinter } from '#libs/registry';
import sharp from 'sharp';
import { z } from 'zod';
import {
  createEvidencePool,
  type EvidencePool,
} from '../../apps/province-node/src/comparisons/evidence-pool.js';
import { type FakeNode, startFakeNode } from '../fakes/node.js';
import { drawnPicture, mirrored } from '../pictures.js';

const comparisonSchema = z.strictObject({
  evidence: evidenceSchema,
  pictures: z.record(z.string(), z.base64()),
});

let fingerprinter: Fingerprinter;
let pattern: Uint8Array;
let copy: Uint8Array;
let other: Uint8Array;
beforeAll(async () => {
  fingerprinter = await createFingerprinter();
  pattern = await drawnPicture(8);
  copy = await mirrored(pattern);
  other = await drawnPicture(41);
});

let node: FakeNode;
let pool: EvidencePool;
let token: string;
beforeEach(async () => {
  node = await startFakeNode();
  pool = createEvidencePool({
    ...node.parts.directory.calibration,
    modelDigest: fingerprinter.modelDigest,
  });
  Object.assign(node.parts.comparisonDesk, { fingerprinter, draw: pool.draw });
  token = await node.token('examiner');
});
afterEach(async () => {
  await node.close();
  await pool.close();
});

type Form = Readonly<Record<string, Uint8Array | string>>;

function formOf(fields: Form): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === 'string' ? value : new Blob([value]));
  return form;
}

const compare = (fields: Form) => node.send('POST', '/api/v1/comparisons', { token, body: formOf(fields) });

/** A registration of this province with this deposit copy. */
async function file(picture: Uint8Array): Promise<string> {
  const form = formOf({ picture, title: '青花', category: 'F', owner: '演示纺织有限公司' });
  const { body } = await node.send('POST', '/api/v1/applications', { token, body: form });
  return z.object({ registrationId: z.uuid() }).parse(body).registrationId;
}

const comparisonsLogged = () => node.desk.registry.entries.filter(({ type }) => type === 'pictures.compared');

describe('comparing two pictures', () => {
  it('gives evidence with every picture that it lists, and records who compared what', async () => {
    const { status, body } = await compare({ picture: copy, other: pattern });
    expect(status).toBe(200);
    const { evidence, pictures } = comparisonSchema.parse(body);
    expect(Object.keys(pictures)).toEqual(evidence.pictures.map(({ name }) => name));
    for (const { name, width, height } of evidence.pictures) {
      const png = await sharp(Buffer.from(pictures[name] ?? '', 'base64')).metadata();
      expect([name, png.format, png.width, png.height]).toEqual([name, 'png', width, height]);
    }
    expect(JSON.stringify(body).length).toBeLessThan(8_000_000);
    const unrelated = comparisonSchema.parse((await compare({ picture: copy, other })).body);
    expect(unrelated.evidence.score).toBeLessThan(evidence.score);
    expect(comparisonsLogged()).toMatchObject([
      {
        type: 'pictures.compared',
        outcome: 'success',
        actor: { kind: 'person', name: 'examiner' },
        details: {
          candidateRegistration: null,
          score: evidence.score,
        },
      },
      { type: 'pictures.compared', outcome: 'success' },
    ]);
  });

  it('takes the deposit copies of this province, and only those', async () => {
    const [one, two] = [await file(copy), await file(pattern)];
    const uploaded = comparisonSchema.parse((await compare({ picture: copy, other: pattern })).body);
    for (const fields of [
      { registrationId: one, otherRegistrationId: two },
      { picture: copy, otherRegistrationId: two },
    ]) {
      const { body } = await compare(fields);
      expect(comparisonSchema.parse(body)).toEqual(uploaded);
    }
    const abroad = await compare({ picture: copy, otherRegistrationId: randomUUID() });
    expect([abroad.status, abroad.body]).toMatchObject([404, { error: { field: 'otherRegistrationId' } }]);
    expect(JSON.stringify(abroad.body)).toContain('by a finding');
  });

  it.each<[string, () => Form, number, string]>([
    ['only one picture', () => ({ picture: pattern }), 400, 'other'],
    ['no picture', () => ({}), 400, 'picture'],
    [
      'a picture and a registration for one side',
      () => ({ picture: pattern, other: pattern, otherRegistrationId: randomUUID() }),
      400,
      'other',
    ],
    ['what is no picture', () => ({ picture: pattern, other: Buffer.from('none') }), 400, 'other'],
    [
      'an id that is none',
      () => ({ picture: pattern, otherRegistrationId: '7' }),
      400,
      'otherRegistrationId',
    ],
    ['a field that nobody knows', () => ({ picture: pattern, other: pattern, limit: '1' }), 400, 'limit'],
    ['a third file', () => ({ picture: pattern, other: pattern, scan: pattern }), 400, 'body'],
  ])('refuses %s', async (_, fields, status, field) => {
    const answer = await compare(fields());
    expect([answer.status, answer.body]).toMatchObject([status, { error: { field } }]);
  });

  it('refuses a flat picture, naming the side, and records that it was tried', async () => {
    const flat = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#0000' } })
      .png()
      .toBuffer();
    const answer = await compare({ picture: flat, other: pattern });
    expect([answer.status, answer.body]).toMatchObject([422, { error: { field: 'picture' } }]);
    expect(comparisonsLogged()).toMatchObject([
      { type: 'pictures.compared', outcome: 'failure', details: { field: 'picture' } },
    ]);
  });

  it('compares at most four at once, and answers others meanwhile', async () => {
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => compare({ picture: copy, other: pattern })),
      node.send('GET', '/api/v1/members', { token }),
    ]);
    const states = answers.map(({ status }) => status);
    expect(states.at(-1)).toBe(200);
    expect(new Set(states)).toEqual(new Set([200, 429]));
    expect(states.filter((status) => status === 429).length).toBeLessThanOrEqual(4);
    expect((await compare({ picture: copy, other: pattern })).status).toBe(200);
  });
});
