import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VERDICTS, type Verdict } from '#libs/registry';
import { z } from 'zod';
import { projectRoot } from '../home/project-root.js';

const at = '2026-01-01T00:00:00.000Z';
const modelDigest = `sha256:${'0'.repeat(64)}`;
const uuid = '00000000-0000-4000-8000-000000000000';

function checkOf(verdict: Verdict) {
  const row = {
    searched: 5,
    declared: 5,
    position: 5,
    modelDigest,
    askedAt: at,
    receivedAt: at,
    answeredAt: at,
    arrivedAt: at,
  };
  return {
    checkId: uuid,
    asker: 'zhejiang',
    askedAt: at,
    finishedAt: at,
    picture: { digest: modelDigest, width: 100, height: 100 },
    verdict,
    complete: verdict !== 'INCOMPLETE',
    candidates: [
      {
        province: 'jiangsu',
        registrationId: uuid,
        patternId: uuid,
        registrationNumber: '苏作登字-2021-F-00000001',
        title: '青花',
        category: 'F',
        registeredOn: '2021-01-01',
        centre: '',
        owner: null,
        pictures: null,
        state: 'registered',
        score: 0.5,
        verdict: verdict === 'DUPLICATE' || verdict === 'SUSPECTED' ? verdict : null,
        verified: {
          score: 0.75,
          transform: { mirrored: true, rotation: 90, scale: 0.7, offset: [0, 0], recoloured: true },
          matchedShare: { query: 0.62, candidate: 0.553 },
        },
        rarity: 3.5,
        transformWords: {
          zh: '镜像、旋转 90°、缩放 0.70、换色',
          en: 'mirrored, turned 90°, scaled x0.70, recoloured',
        },
      },
    ],
    coverage: [{ province: 'jiangsu', outcome: 'ANSWERED', detail: '', answerDigest: null, ...row }],
    coordinator: 'AGREES',
    calibration: {
      id: 'cal-test',
      modelDigest,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1_000,
      background: [],
    },
    epoch: 1,
  };
}

/** A node that reads the verdict off the picture's bytes; what is no verdict is no picture. */
class StubNode {
  readonly #batch = new Map<string, object>();
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  close(): void {
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [status, value] = this.#route(
      `${request.method} ${request.url}`,
      request.headers.authorization,
      body,
    );
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }

  #route(route: string, authorization: string | undefined, body: string): [number, object] {
    if (route === 'POST /api/v1/session') {
      const { password } = z.object({ password: z.string() }).parse(JSON.parse(body));
      if (password === 'right') return [200, { token: 'token', expiresAt: '2999-01-01T00:00:00.000Z' }];
      return [401, refusal('password', 'does not belong to this user name')];
    }
    if (authorization !== 'Bearer token') return [401, refusal('authorization', 'is missing')];
    const judged = judge(body);
    if (route === 'POST /api/v1/checks') return 'error' in judged ? [422, judged] : [200, judged.check];
    if (route === 'POST /api/v1/check-batches') return [201, { batchId: uuid }];
    const name = /^PUT .*\/pictures\/(.*)$/.exec(route)?.[1];
    if (name !== undefined) {
      const decoded = decodeURIComponent(name);
      this.#batch.set(decoded, { place: this.#batch.size, name: decoded, ...judged });
      return [200, {}];
    }
    const after = /after=(\d+)/.exec(route)?.[1];
    const items = [...this.#batch.values()];
    // Two items a page, so that a reader has to turn pages.
    const page = items.slice(after === undefined ? 0 : Number(after) + 1).slice(0, 2);
    return [200, { finished: items.length, items: page }];
  }
}

function judge(body: string): { check: ReturnType<typeof checkOf> } | ReturnType<typeof refusal> {
  const verdict = VERDICTS.find((name) => body.includes(name));
  return verdict ? { check: checkOf(verdict) } : refusal('picture', 'is no picture');
}

function refusal(field: string, problem: string) {
  return { error: { code: 'INVALID_INPUT', field, problem, remedy: 'mend it' } };
}

let folder: string;
let node: StubNode;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-check-'));
  writeFileSync(join(folder, 'password'), 'right\n');
  node = new StubNode();
  env = {
    PATH: process.env['PATH'],
    WEFT_NODE_URL: await node.open(),
    WEFT_USER: 'examiner',
    WEFT_PASSWORD_FILE: join(folder, 'password'),
  };
});
afterEach(() => {
  node.close();
  rmSync(folder, { recursive: true });
});

function weft(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(projectRoot(), 'apps', 'cli', 'bin', 'weft.mjs');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { env, timeout: 50_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function pictures(...contents: string[]): string[] {
  return contents.map((content, index) => {
    const path = join(folder, `${index}.jpg`);
    writeFileSync(path, content);
    return path;
  });
}

const errorReport = z.strictObject({
  error: z.strictObject({ code: z.string(), field: z.string(), problem: z.string(), remedy: z.string() }),
});

describe('weft check', () => {
  it.each([
    ['CLEAR', 0],
    ['DUPLICATE', 10],
    ['SUSPECTED', 11],
    ['INCOMPLETE', 20],
  ])('of one picture that is %s ends with %d, and shows candidates and coverage', async (verdict, code) => {
    const shown = await weft('check', ...pictures(verdict));
    expect([shown.code, shown.stderr]).toEqual([code, '']);
    for (const part of [
      verdict,
      '苏作登字-2021-F-00000001',
      '青花',
      '江苏 Jiangsu',
      'ANSWERED',
      '0.7500',
      '镜像、旋转 90°、缩放 0.70、换色 mirrored, turned 90°, scaled x0.70, recoloured',
      '送检图 query 62%, 登记图 registered 55%',
      '3.5 个达到此分 3.5 of 10,000 unrelated patterns score this high',
      `cal-test (以 1000 个花样计 stated for 1000 patterns), 模型 model ${modelDigest}`,
    ]) {
      expect(shown.stdout).toContain(part);
    }
  });

  it('gives one object for one picture and an array for several, and ends with the gravest', async () => {
    const one = await weft('check', '--json', ...pictures('CLEAR'));
    expect(JSON.parse(one.stdout)).toMatchObject({
      verdict: 'CLEAR',
      candidates: [
        { province: 'jiangsu', registrationNumber: '苏作登字-2021-F-00000001', patternId: uuid, score: 0.5 },
      ],
      coverage: [{ province: 'jiangsu', outcome: 'ANSWERED', searched: 5, declared: 5, modelDigest }],
    });
    const two = await weft('check', ...pictures('INCOMPLETE', 'SUSPECTED'), '--json');
    expect(two.code).toBe(11);
    expect(JSON.parse(two.stdout)).toMatchObject([{ verdict: 'INCOMPLETE' }, { verdict: 'SUSPECTED' }]);
  });

  it('sends many as a batch, in which a bad picture and a missing file are errors of their own', async () => {
    const files = pictures('CLEAR', 'DUPLICATE', 'nothing', 'INCOMPLETE', 'CLEAR');
    const shown = await weft('check', '--json', ...files, join(folder, 'missing.jpg'));
    expect(shown.code).toBe(1);
    expect(JSON.parse(shown.stdout)).toMatchObject([
      { file: files[0], verdict: 'CLEAR' },
      { verdict: 'DUPLICATE' },
      { file: files[2], error: { field: 'picture', problem: 'is no picture' } },
      { verdict: 'INCOMPLETE' },
      { verdict: 'CLEAR' },
      { error: { field: join(folder, 'missing.jpg'), problem: 'there is no such file or folder' } },
    ]);
  });

  it('tells an error in one line: the picture, the password, the node, the arguments', async () => {
    const bad = await weft('check', ...pictures('nothing'));
    expect([bad.code, bad.stderr]).toEqual([1, 'weft: picture: is no picture; mend it\n']);
    writeFileSync(join(folder, 'password'), 'a-wrong-secret');
    const refused = await weft('check', '--json', ...pictures('CLEAR'));
    expect(refused.code).toBe(1);
    expect(errorReport.parse(JSON.parse(refused.stderr)).error.field).toBe('password');
    expect(refused.stderr).not.toContain('a-wrong-secret');
    node.close();
    const unreachable = await weft('check', ...pictures('CLEAR'));
    expect(unreachable.stderr).toMatch(
      /^weft: http:\/\/127.0.0.1:\d+: cannot be reached \(.*ECONNREFUSED.*\); start it .*\n$/,
    );
    expect(await weft('check', '--colour')).toMatchObject({ code: 1, stdout: '' });
  });
});
