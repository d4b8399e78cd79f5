import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { generateSigningKey } from '#libs/federation-log';
import { loadLogIdentity } from '#libs/identity';
import { measureVerification } from './bench-log-verification.js';

it('measures over a log that its auditor accepts as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-bench-log-'));
  try {
    const keyFile = join(folder, 'log.jwk');
    writeFileSync(keyFile, JSON.stringify(await generateSigningKey()), { mode: 0o600 });
    const speed = await measureVerification(await loadLogIdentity({ province: 'zhejiang' }, keyFile), 600);
    for (const rate of Object.values(speed)) expect(rate).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
