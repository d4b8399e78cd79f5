import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatBundle } from '#libs/audit';
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
