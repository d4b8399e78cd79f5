import { randomUUID } from 'node:crypto';
import { createFingerprinter } from '#libs/fingerprint';
import { batchFactsSchema, checkFactsSchema, factsFile } from '#libs/report';
import { pino } from 'pino';
import sharp from 'sharp';
import { z } from 'zod';
import { createEvidencePool } from '../../apps/province-node/src/comparisons/evidence-pool.js';
import { createPictureKeeper } from '../../apps/province-node/src/reports/keep-checked-picture.js';
import { createReportPool } from '../../apps/province-node/src/reports/report-pool.js';
import { showPictures } from '../../apps/province-node/src/reports/show-pictures.js';
import { type FakeNode, pictureForm, pictureOf, startFakeNode } from '../fakes/node.js';
import { digestOf } from '../fakes/registration-desk.js';
import { drawnPicture, mirrored } from '../pictures.js';
import { textOfPages } from '../report/read-pdf.js';
import { candidate, checkOf, factsOf } from '../report/samples.js';

let node: FakeNode;
let token: string;
beforeEach(async () => {
  node = await startFakeNode();
  token = await node.token('examiner');
});
afterEach(() => node.close());

const fileSchema = z.object({ digest: z.string(), facts: checkFactsSchema });

async function check(): Promise<string> {
  const body = pictureForm(pictureOf(1, 0, 0, 0));
  const made = await node.send('POST', '/api/v1/checks', { token, body });
  return z.object({ checkId: z.uuid() }).parse(made.body).checkId;
}

async function fetchFile(
  path: string,
  as = token,
): Promise<{ type: string; disposition: string; bytes: Buffer }> {
  const response = await fetch(`${node.origin}${path}`, { headers: { authorization: `Bearer ${as}` } });
  expect(response.status).toBe(200);
  return {
    type: response.headers.get('content-type') ?? '',
    disposition: response.headers.get('content-disposition') ?? '',
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

describe("a check's report over HTTP", () => {
  it('is a PDF in either language and JSON with the digest of its facts, for examiners and auditors', async () => {
    node.federation.member('guangdong').file([1, 0, 0, 0]);
    const checkId = await check();
    const auditor = await node.token('auditor');
    const { type, disposition, bytes } = await fetchFile(`/api/v1/checks/${checkId}/report.pdf`, auditor);
    expect([type, disposition]).toEqual([
      'application/pdf',
      `attachment; filename="weft-report-${checkId}.pdf"`,
    ]);
    const zh = (await textOfPages(bytes)).join('');
    expect(zh).toContain('结论：重复');
    const en = await fetchFile(`/api/v1/checks/${checkId}/report.pdf?lang=en`);
    expect((await textOfPages(en.bytes)).join('')).toContain('Verdict: DUPLICATE');
    const { body } = await node.send('GET', `/api/v1/checks/${checkId}/report.json`, { token });
    const file = fileSchema.parse(body);
    expect(file.digest).toBe(factsFile(file.facts).digest);
    expect(zh).toContain(file.digest);
    expect(file.facts).toMatchObject({
      checkId,
      picture: { source: 'not-kept' },
      decisions: [],
      witnessed: false,
    });
    expect(JSON.stringify(body)).not.toContain('questionJws');
  });

  it('holds the decision once there is one', async () => {
    const checkId = await check();
    const decision = { kind: 'needs-more', reason: '请补交底稿' };
    await node.send('POST', `/api/v1/checks/${checkId}/decisions`, { token, body: decision });
    const { body } = await node.send('GET', `/api/v1/checks/${checkId}/report.json`, { token });
    expect(fileSchema.parse(body).facts.decisions).toMatchObject([
      { ...decision, by: 'examiner', inForce: true },
    ]);
  });

  it('refuses a language that it does not know, and a check that is not here', async () => {
    const wrong = await node.send('GET', `/api/v1/checks/${await check()}/report.pdf?lang=fr`, { token });
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: { field: 'lang', problem: 'is not one of zh, en' } },
    });
    for (const file of ['report.pdf', 'report.json']) {
      const unknown = await node.send('GET', `/api/v1/checks/${randomUUID()}/${file}`, { token });
      expect(unknown).toMatchObject({ status: 404, body: { error: { field: 'checkId' } } });
    }
  });
});

describe("a batch's report over HTTP", () => {
  it('is a PDF, a list and JSON; a batch that collects has none', async () => {
    const open = await node.send('POST', '/api/v1/check-batches', { token, body: { count: 2 } });
    const { batchId } = z.object({ batchId: z.uuid() }).parse(open.body);
    const path = `/api/v1/check-batches/${batchId}`;
    const put = (name: string, body: Uint8Array) =>
      node.send('PUT', `${path}/pictures/${encodeURIComponent(name)}`, { token, body });
    await put('花样 1.jpg', pictureOf(1, 0, 0, 0));
    await put('=bad.jpg', Buffer.from('bad'));
    expect(await node.send('GET', `${path}/report.json`, { token })).toMatchObject({
      status: 409,
      body: { error: { code: 'WRONG_STATE' } },
    });
    await node.send('POST', `${path}/start`, { token });
    const factsSchema = z.object({ facts: batchFactsSchema });
    const facts = async () =>
      factsSchema.parse((await node.send('GET', `${path}/report.json`, { token })).body).facts;
    while ((await facts()).state !== 'finished') await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await facts()).tally).toMatchObject({ CLEAR: 1, unread: 1, waiting: 0 });
    const pdf = await fetchFile(`${path}/report.pdf`);
    expect((await textOfPages(pdf.bytes)).join('')).toMatch(/花样 1\.jpg.*=bad\.jpg/);
    const list = await fetchFile(`${path}/report.xlsx`);
    expect([list.type, list.bytes.subarray(0, 2).toString()]).toEqual([
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'PK',
    ]);
  });
});

describe('the pictures of a report', () => {
  it("are the examined one, a candidate's of this province, overlay and repeat units; written in a thread, well under 2 MB", async () => {
    const fingerprinter = await createFingerprinter();
    const evidence = createEvidencePool({
      ...node.parts.directory.calibration,
      modelDigest: fingerprinter.modelDigest,
    });
    const pool = createReportPool();
    try {
      const [picture, filed] = [await mirrored(await drawnPicture(8)), await drawnPicture(8)];
      const form = pictureForm(filed, { title: '青花', category: 'F', owner: '演示纺织有限公司' });
      const { body } = await node.send('POST', '/api/v1/applications', { token, body: form });
      const { registrationId } = z.object({ registrationId: z.uuid() }).parse(body);
      const kept = new Map<string, Uint8Array>();
      const files = { put: async (digest: string, copy: Uint8Array) => void kept.set(digest, copy) };
      const keeper = createPictureKeeper(node.desk.registry, files, pino({ level: 'silent' }));
      await keeper.keep(digestOf(picture), picture);
      await keeper.keep(digestOf(filed), filed);
      expect([...kept.keys()]).toEqual([digestOf(picture)]);
      const copy = await sharp(kept.get(digestOf(picture))).metadata();
      expect([copy.format, copy.width, copy.exif]).toEqual(['jpeg', 400, undefined]);
      const check = checkOf('DUPLICATE', {
        picture: { digest: digestOf(picture), width: 400, height: 400 },
        candidates: [candidate({ province: 'zhejiang', registrationId })],
      });
      const desk = {
        ...node.desk,
        fingerprinter,
        draw: evidence.draw,
        checkedPictures: { get: async (digest: string) => kept.get(digest) },
      };
      const { pictures, shown, source, here } = await showPictures(desk, check, 'whole');
      expect([source, [...here]]).toEqual(['checked-copy', [registrationId]]);
      expect([...shown.evidence, ...shown.absent].map(({ name }) => name).sort()).toEqual([
        'overlay.png',
        'repeat-candidate.png',
        'repeat-difference.png',
        'repeat-query.png',
      ]);
      const facts = factsOf({ check, shown, source, here });
      const pdf = await pool.write({ kind: 'check', facts, pictures, language: 'zh' });
      expect(pdf.length).toBeLessThan(2_000_000);
      expect((await textOfPages(pdf)).join('')).toContain('线条套印');
      const elsewhere = checkOf('DUPLICATE', { picture: check.picture });
      const none = await showPictures(desk, elsewhere, 'whole');
      expect(none).toMatchObject({ shown: { candidate: null, evidence: [] }, pictures: { candidate: null } });
    } finally {
      await Promise.all([evidence.close(), pool.close()]);
    }
  });

  it('are not kept where they cannot be, and the check does not fail for it', async () => {
    const full = { put: async () => Promise.reject(new Error('no space left')) };
    const keeper = createPictureKeeper(node.desk.registry, full, pino({ level: 'silent' }));
    const picture = await drawnPicture(3);
    await expect(keeper.keep(digestOf(picture), picture)).resolves.toBeUndefined();
  });

  it('makes four reports at once and refuses the fifth', async () => {
    const pool = createReportPool();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const four = Array.from({ length: 4 }, () => pool.admit(() => gate));
    await expect(pool.admit(async () => undefined)).rejects.toMatchObject({
      code: 'TOO_MANY',
      field: 'report',
    });
    release();
    await Promise.all(four);
    await expect(pool.admit(async () => 'done')).resolves.toBe('done');
    await pool.close();
  });
});

describe('statistics over HTTP', () => {
  it.each([
    ['from=2026-13&to=2026-12', 'from'],
    ['from=2026-03&to=2026-02', 'to'],
    ['from=2020-01&to=2026-02', 'to'],
    ['from=2026-03', 'to'],
  ])('refuse %s', async (query, field) => {
    const answer = await node.send('GET', `/api/v1/statistics?${query}`, { token });
    expect(answer).toMatchObject({ status: 400, body: { error: { field } } });
  });

  it('give nothing as a share of nothing, and a table of a month', async () => {
    const { body } = await node.send('GET', '/api/v1/statistics?from=2026-01&to=2026-12', { token });
    expect(body).toMatchObject({ shares: { duplicates: { count: 0, of: 0, share: null } } });
    const { disposition } = await fetchFile('/api/v1/statistics/monthly.xlsx?month=2026-03');
    expect(disposition).toContain('weft-monthly-2026-03.xlsx');
  });
});
