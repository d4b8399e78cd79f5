import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAULTS, formatBundle, type Bundle, type Fault } from '#libs/audit';
import { AuditedFederation, record } from './federation.js';
import { writeFiles } from './write-example.js';

let folder: string;
let federation: AuditedFederation;
let check: Awaited<ReturnType<AuditedFederation['check']>>;
const at = (name: string) => join(folder, name);

/** Runs the built command as an auditor does. */
function weft(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile('node', ['apps/cli/bin/weft.mjs', 'audit', ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(process.env.WEFT_AUDIT_EXAMPLE ?? tmpdir(), 'weft-audit-'));
  federation = await AuditedFederation.create();
  check = await federation.check();
  await writeFile(at('directory.json'), JSON.stringify(await federation.signedDirectory()));
  await writeFile(at('trust.json'), JSON.stringify(federation.policyFile.trust));
  await writeFile(at('check.json'), check.file);
  for (const [party, files] of check.logs) await writeFiles(at(party), files);
  const large = Array.from({ length: 700 }, (_, index) =>
    record('zhejiang', 'person.added', `p${index}`, {}),
  );
  await writeFiles(at('large'), await federation.log('zhejiang', large));
});
afterAll(async () => {
  if (!process.env.WEFT_AUDIT_EXAMPLE) await rm(folder, { recursive: true });
});

/** What an auditor is given: one fault of each class, as files. */
const CASES: readonly [Fault, () => Promise<readonly string[]>][] = [
  ['NOT_A_BUNDLE', async () => [await bundle({ checkId: randomUUID() })]],
  [
    'FORKED_LOG',
    async () => {
      const first = [...(check.entries.get('coordinator') ?? [])];
      const second = [record('coordinator', 'node.started', null, {}), ...first.slice(1)];
      return [at('check.json'), await log('coordinator', second)];
    },
  ],
  [
    'STALE_DIRECTORY',
    async () => [
      await bundle({ directory: await federation.signedDirectory({ ...federation.directory, epoch: 2 }) }),
    ],
  ],
  ['BAD_SIGNATURE', async () => [await bundle({ result: (await federation.check()).bundle.result })]],
  ['UNKNOWN_KEY', async () => [await bundle({ question: await federation.sign('jiangsu', check.question) })]],
  [
    'ALTERED_ENTRY',
    async () => {
      const folder = await log('zhejiang', [record('zhejiang', 'person.added', 'li', {})]);
      const path = join(folder, 'tile/entries/000.p/1');
      await writeFile(path, (await readFile(path, 'latin1')).replace('"li"', '"lu"'), 'latin1');
      return [folder];
    },
  ],
  ['MISSING_ENTRY', async () => [await bundle({ receipts: check.bundle.receipts.slice(1) })]],
  ['MEMBER_MISSING', async () => [await bundle({ answers: check.bundle.answers.slice(1) })]],
  [
    'VERDICT_CONTRADICTS',
    async () => [await bundle({ judgement: { ...check.bundle.judgement, verdict: 'DUPLICATE' } })],
  ],
  [
    'NO_CLEAR_TOKEN',
    async () => [await log('zhejiang', [record('zhejiang', 'registry.registered', randomUUID(), {})])],
  ],
  [
    'BELOW_QUORUM',
    async () => [await log('zhejiang', [record('zhejiang', 'person.added', 'li', {})], ['jiangsu'])],
  ],
];
const CODES: Readonly<Record<Fault, number>> = {
  ...{
    NOT_A_BUNDLE: 30,
    FORKED_LOG: 31,
    STALE_DIRECTORY: 32,
    BAD_SIGNATURE: 33,
    UNKNOWN_KEY: 34,
    ALTERED_ENTRY: 35,
  },
  ...{ MISSING_ENTRY: 36, MEMBER_MISSING: 37, VERDICT_CONTRADICTS: 38, NO_CLEAR_TOKEN: 39, BELOW_QUORUM: 40 },
};

async function bundle(change: Partial<Bundle>): Promise<string> {
  const file = at(`${randomUUID()}.json`);
  await writeFile(file, formatBundle({ ...check.bundle, ...change }));
  return file;
}

async function log(party: string, entries: readonly Uint8Array[], cosigners?: string[]): Promise<string> {
  const folder = at(randomUUID());
  await writeFiles(folder, await federation.log(party, entries, cosigners));
  return folder;
}

describe('weft audit verify', () => {
  beforeAll(() => writeFile(at('own-policy.json'), JSON.stringify(federation.policyFile)));

  it('has a case of every class here, and of no other', () => {
    expect(CASES.map(([fault]) => fault)).toEqual([...FAULTS]);
    expect(new Set(Object.values(CODES)).size).toBe(FAULTS.length);
  });

  it.each(CASES)('ends with the code of %s, which it names', async (fault, files) => {
    const args = ['--json', 'verify', ...(await files()), '--policy', at('own-policy.json')];
    const { code, output } = await weft(...args);
    expect([fault, code]).toEqual([fault, CODES[fault]]);
    expect(output).toContain(`"fault": "${fault}"`);
  });

  it('and fsck do not differ on a log; diff tells copies that part, and one that is cut short', async () => {
    const person = (name: string) => record('zhejiang', 'person.added', name, {});
    const copy = await log('zhejiang', [person('li'), person('wang')]);
    const policy = ['--policy', at('own-policy.json')];
    expect((await weft('fsck', await log('zhejiang', [person('li')], ['jiangsu']), ...policy)).code).toBe(40);
    expect((await weft('diff', copy, await log('zhejiang', [person('li'), person('zhao')]))).code).toBe(31);
    expect((await weft('diff', copy, await log('zhejiang', [person('li')]))).code).toBe(0);
    expect((await weft('diff', copy, folder)).code).toBe(30);
  });
});

describe('weft audit', () => {
  it('proves a dispute from the policy on, and tells each class by its exit code', async () => {
    const policy = await weft('policy', '--directory', at('directory.json'), '--trust', at('trust.json'));
    expect(policy.code).toBe(0);
    await writeFile(at('policy.json'), policy.output);
    expect(JSON.parse(policy.output)).toEqual(federation.policyFile);
    const logs = ['coordinator', 'zhejiang', 'shandong'].map(at);
    const whole = await weft('verify', at('check.json'), ...logs, '--policy', at('policy.json'));
    expect(whole.output).toMatch(/结论是 无重复（CLEAR）/);
    expect(whole).toMatchObject({ code: 0, output: expect.stringMatching(/recomputed.*CLEAR/i) });

    const clear = {
      ...check.bundle,
      judgement: { ...check.bundle.judgement, verdict: 'DUPLICATE' as const },
    };
    await writeFile(at('edited.json'), formatBundle(clear));
    expect(await weft('verify', at('edited.json'), '--policy', at('policy.json'))).toMatchObject({
      code: 38,
    });

    expect(await weft('fsck', at('shandong'), '--policy', at('policy.json'))).toMatchObject({ code: 0 });
    const path = join(at('shandong'), 'tile/entries/000.p/1');
    const entry = await readFile(path, 'latin1');
    await writeFile(path, entry.replace('member.answered', 'member.answeree'), 'latin1');
    const changed = await weft('--json', 'fsck', at('shandong'), '--policy', at('policy.json'));
    expect(changed.code).toBe(35);
    expect(JSON.parse(changed.output)).toMatchObject({ ok: false });
    const hashes = await weft('fsck', '--hash-only', at('shandong'), '--policy', at('policy.json'));
    expect(hashes.code).toBe(35);
    await writeFile(path, entry, 'latin1');
    const alone = await weft('fsck', '--hash-only', at('shandong'), '--policy', at('policy.json'));
    expect(alone).toMatchObject({ code: 0, output: expect.stringMatching(/只核对了哈希[^]*was not read/) });

    expect(await weft('diff', at('shandong'), at('shandong'))).toMatchObject({ code: 0 });
    expect(await weft('diff', at('shandong'), at('zhejiang'))).toMatchObject({ code: 30 });
    expect(await weft('verify', at('nothing'), '--policy', at('policy.json'))).toMatchObject({ code: 1 });
    expect(await weft('verify', at('check.json'), '--policy', at('trust.json'))).toMatchObject({ code: 1 });
    expect(await weft('verify', at('trust.json'), '--policy', at('policy.json'))).toMatchObject({ code: 30 });
  });
});
