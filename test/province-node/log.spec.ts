import { integrate, openCheckpoint, readEntryBundle } from '#libs/federation-log';
import { startFakeNode, type FakeNode } from '../fakes/node.js';
import { signingDeps } from '../log/signing.js';

let node: FakeNode;

beforeAll(async () => {
  node = await startFakeNode();
});
afterAll(async () => node?.close());

async function read(path: string, role?: 'examiner' | 'auditor' | 'operator'): Promise<Response> {
  const headers = role ? { authorization: `Bearer ${await node.token(role)}` } : {};
  return fetch(`${node.origin}/log/${path}`, { headers });
}

describe("a node's log over its HTTP API", () => {
  it('is for auditors and operators of the province, and kept by no cache between', async () => {
    for (let n = 0; n < 300; n += 1) await node.logStore.append(Buffer.from(`entry ${n}`));
    const deps = await signingDeps(node.logStore);
    await integrate(deps);

    expect([(await read('checkpoint')).status, (await read('checkpoint', 'examiner')).status]).toEqual([
      401, 403,
    ]);
    for (const role of ['auditor', 'operator'] as const) {
      const checkpoint = await read('checkpoint', role);
      expect([checkpoint.status, checkpoint.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(openCheckpoint(await checkpoint.text(), deps.origin, deps.keys).size).toBe(300);
    }
    const bundle = await read('tile/entries/001.p/44', 'auditor');
    expect(bundle.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    const bytes = new Uint8Array(await bundle.arrayBuffer());
    expect(readEntryBundle(bytes, { level: 'entries', index: 1, width: 44 })).toHaveLength(44);
    const missing = await read('tile/0/002', 'auditor');
    expect([missing.status, await missing.json()]).toEqual([
      404,
      { error: expect.objectContaining({ field: 'path' }) as unknown },
    ]);
  });

  it('tells health how far it is signed, and that the node is not ready when it is damaged', async () => {
    node.signedLog.state = { size: 300, phase: 'signing' };
    const { status, body } = await node.send('GET', '/health/ready');
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ log: { size: 300, phase: 'signing', witnesses: 'witnessed' } }),
    ]);
    node.signedLog.state = { size: 300, phase: 'damaged' };
    const damaged = await node.send('GET', '/health/ready');
    expect([damaged.status, damaged.body]).toEqual([
      503,
      expect.objectContaining({ reasons: ['the log is not what was signed'] }),
    ]);
  });
});
