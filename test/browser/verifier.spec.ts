import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyBundle, verifyLog } from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import type { Page } from 'playwright-core';
import { AuditedFederation, filesOf } from '../audit/federation.js';
import { browserMissing, browserRequired, TestBrowser } from './chromium.js';

if (browserMissing !== '') {
  it('is not tested in a browser where there is none', () => {
    console.warn(`The verifier is not tested in a browser: ${browserMissing}`);
    expect(browserRequired).toBe(false);
  });
} else {
  describe("the auditor's library in a worker of a browser", describeVerifier);
}

function describeVerifier(): void {
  let folder: string;
  let script: string;
  let server: Server;
  let browser: TestBrowser;
  let page: Page;
  let federation: AuditedFederation;
  let check: Awaited<ReturnType<AuditedFederation['check']>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weft-verifier-'));
    execFileSync(process.execPath, ['test/browser/bundle-verifier.mjs', folder], { stdio: 'pipe' });
    script = readFileSync(join(folder, 'worker.js'), 'utf8');
    server = createServer((request, response) => {
      const worker = request.url === '/worker.js';
      response.setHeader('Content-Type', worker ? 'text/javascript' : 'text/html; charset=utf-8');
      response.end(worker ? script : '<!doctype html><title>auditor</title>');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    [federation, browser] = await Promise.all([AuditedFederation.create(), TestBrowser.start()]);
    check = await federation.check();
    page = await browser.page();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }, 120_000);
  afterAll(async () => {
    await browser?.stop();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the worker reports of a bundle or a log. */
  const inBrowser = (what: { bundle: number[] } | { log: [string, number[]][] }): Promise<unknown> =>
    page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker('/worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(${JSON.stringify({ policy: federation.policyFile, ...what })});
    })`);
  const told = ({
    kind,
    subject,
    findings,
    proved,
  }: Awaited<ReturnType<typeof verifyLog>> | Awaited<ReturnType<typeof verifyBundle>>) => ({
    kind,
    subject,
    findings,
    proved,
  });
  const changed = (bytes: Uint8Array, at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };

  it('needs no module of Node.js', () => {
    const imports = /\bfrom\s*["']|\bimport\s*["'(]|\brequire\(|["']node:/.exec(script);
    expect(imports?.[0]).toBeUndefined();
  });

  it('proves a bundle, and refuses it changed, in the words of the command', async () => {
    const places = [0.3, 0.5, 0.7, 0.9].map((share) => Math.floor(check.file.length * share));
    for (const bytes of [check.file, ...places.map((at) => changed(check.file, at))]) {
      const here = told(await verifyBundle(nodeLogCrypto, federation.policy, bytes));
      expect(await inBrowser({ bundle: [...bytes] })).toEqual(here);
      expect(here.findings.length > 0).toBe(bytes !== check.file);
    }
  });

  it('proves a log, and finds a signature and an entry that were changed', async () => {
    const files = new Map(check.logs.get('zhejiang'));
    for (const path of [null, 'checkpoint', 'tile/entries/000.p/2']) {
      const log = new Map(files);
      const bytes = path === null ? undefined : log.get(path);
      if (path !== null) log.set(path, changed(bytes ?? Buffer.alloc(1), (bytes?.length ?? 1) - 20));
      const terms = { known: [], everyFile: true };
      const here = told(await verifyLog(nodeLogCrypto, federation.policy, filesOf(log), terms));
      expect(await inBrowser({ log: [...log].map(([name, content]) => [name, [...content]]) })).toEqual(here);
      expect(here.findings.length > 0).toBe(path !== null);
    }
  });
}
