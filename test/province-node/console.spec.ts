import sharp from 'sharp';
import { z } from 'zod';
import { type FakeNode, pictureForm, startFakeNode } from '../fakes/node.js';
import { drawnPicture } from '../pictures.js';

let node: FakeNode;
beforeAll(async () => {
  node = await startFakeNode();
});
afterAll(() => node.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${node.origin}${path}`, { headers });

describe('the console', () => {
  it('is one page that runs nothing but its own files, with a nonce of this answer for its styles', async () => {
    const [one, other] = [await get('/'), await get('/')];
    const policy = one.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|http:|https:|\*/);
    expect(policy).not.toBe(other.headers.get('content-security-policy'));
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    const page = await one.text();
    expect(page).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
    expect(page).not.toContain('nonce-goes-here');
    expect(page).not.toMatch(/<script[^>]*>[^<]/);
    expect(page).not.toMatch(/<style|\sstyle=/);
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]*)"/g))
      expect(address).toMatch(/^\/assets\//);
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect(one.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  it('has files that a browser may keep for ever, and that are what they say', async () => {
    const page = await (await get('/')).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    for (const encoding of ['gzip', 'identity']) {
      const answer = await get(script, { 'accept-encoding': encoding });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect((await answer.text()).length).toBeGreaterThan(100_000);
    }
    expect((await get('/assets/..%2findex.html')).status).toBe(404);
    expect((await get('/assets/gone.js')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('the picture of a registration', () => {
  it('is shown upright, reduced, and without what stood in its file', async () => {
    const token = await node.token('examiner');
    const script = '<script>alert(1)</script>';
    const picture = await sharp(await drawnPicture(3))
      .resize(300, 200, { fit: 'fill' })
      .withExif({ IFD0: { Artist: script, ImageDescription: script } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const filed = await node.send('POST', '/api/v1/applications', {
      token,
      body: pictureForm(picture, { title: '青花', category: 'F', owner: '演示纺织有限公司' }),
    });
    const { registrationId } = z.object({ registrationId: z.string() }).parse(filed.body);
    const answer = await get(`/api/v1/registrations/${registrationId}/picture?side=100`, {
      authorization: `Bearer ${token}`,
    });
    expect(answer.headers.get('content-type')).toBe('image/webp');
    const shown = Buffer.from(await answer.arrayBuffer());
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'webp', width: 67, height: 100 });
    expect(shown.includes('script')).toBe(false);
    const detail = await node.send('GET', `/api/v1/registrations/${registrationId}`, { token });
    expect(detail.body).toMatchObject({ picture: { digest: expect.stringMatching(/^sha256:/) as string } });
    const refused = await get(`/api/v1/registrations/${registrationId}/picture?side=9000`, {
      authorization: `Bearer ${token}`,
    });
    expect(refused.status).toBe(400);
  });
});
