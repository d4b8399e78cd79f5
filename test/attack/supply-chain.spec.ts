import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { licenceFaults } from '../../tools/check-licences.mjs';
import { lockFaults } from '../../tools/check-lock.mjs';

const GOOD = { version: '1.0.0', license: 'MIT', integrity: `sha512-${'A'.repeat(88)}` };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-lock-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A lock file with one package beside a good one. */
function lockWith(name: string, entry: object): URL {
  const file = join(folder, 'package-lock.json');
  const packages = { '': {}, 'node_modules/good': GOOD, [`node_modules/${name}`]: { ...GOOD, ...entry } };
  writeFileSync(file, JSON.stringify({ packages }));
  return pathToFileURL(file);
}

describe('the lock file', () => {
  it('is without fault', () => {
    expect([...lockFaults(), ...licenceFaults()]).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ['comes from an address', { resolved: 'https://elsewhere.example/bad.tgz' }, /has a "resolved" address/],
    ['has no digest', { integrity: undefined }, /no SHA-512 digest/],
    ['has a weak digest', { integrity: 'sha1-AAAA' }, /no SHA-512 digest/],
    ['runs a script of its own', { hasInstallScript: true }, /runs a script/],
    [
      'is for some machines alone and missing',
      { optionalDependencies: { gone: '1.0.0' } },
      /optional gone is missing/,
    ],
  ])('takes no package that %s', (_name, entry, fault) => {
    expect(lockFaults(lockWith('bad', entry))).toEqual([expect.stringMatching(fault)]);
  });

  it.each<[string, string | undefined, boolean]>([
    ['good', 'MIT', true],
    ['good', '(MIT OR GPL-3.0-only)', true],
    ['good', 'Apache-2.0 AND BSD-3-Clause', true],
    ['bad', 'MIT AND GPL-3.0-only', false],
    ['bad', 'AGPL-3.0-only', false],
    ['bad', 'LGPL-3.0-or-later', false],
    ['@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later', true],
    ['bad', undefined, false],
    ['busboy', undefined, true],
  ])('has %s in production under %s: %s', (name, license, allowed) => {
    expect(licenceFaults(lockWith(name, { license }))).toHaveLength(allowed ? 0 : 1);
    expect(licenceFaults(lockWith(name, { license, dev: true }))).toEqual([]);
  });
});

describe('the bill of materials', () => {
  it('names every package that is installed in production, with its version and digest', () => {
    const bom = z
      .object({
        bomFormat: z.literal('CycloneDX'),
        components: z.array(
          z.object({ name: z.string(), version: z.string(), hashes: z.array(z.unknown()).optional() }),
        ),
      })
      .parse(
        JSON.parse(
          execFileSync('npm', ['run', '--silent', 'sbom'], { maxBuffer: 64 * 1024 * 1024 }).toString(),
        ),
      );
    const names = new Set(bom.components.map(({ name }) => name));
    for (const name of ['@grpc/grpc-js', 'jose', 'sharp', 'pg', 'busboy']) expect(names).toContain(name);
    expect(names).not.toContain('jest');
    expect(bom.components.filter(({ hashes }) => !hashes?.length)).toEqual([]);
  });
});
