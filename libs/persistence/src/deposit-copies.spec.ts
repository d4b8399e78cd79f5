import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DepositCopies } from '#libs/registry';
import { createDepositCopies } from './deposit-copies.js';

const PICTURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 255);
const DIGEST = `sha256:${createHash('sha256').update(PICTURE).digest('hex')}`;

describe('deposit copies', () => {
  let folder: string;
  let copies: DepositCopies;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-copies-'));
    copies = createDepositCopies(join(folder, 'deposit-copies'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('the same bytes twice, also at once, are one copy that only its owner reads', async () => {
    await Promise.all([copies.put(DIGEST, PICTURE), copies.put(DIGEST, PICTURE)]);
    await copies.put(DIGEST, PICTURE);
    expect(Uint8Array.from(await copies.get(DIGEST))).toEqual(PICTURE);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name)).toEqual([DIGEST.slice(7)]);
    expect((await stat(pathOf(folder))).mode & 0o777).toBe(0o600);
  });

  test('a copy that was changed is refused, and mended by the same picture', async () => {
    await copies.put(DIGEST, PICTURE);
    await chmod(pathOf(folder), 0o600);
    await writeFile(pathOf(folder), 'another picture');
    await expect(copies.get(DIGEST)).rejects.toMatchObject({ code: 'DAMAGED' });
    await copies.put(DIGEST, PICTURE);
    expect(Uint8Array.from(await copies.get(DIGEST))).toEqual(PICTURE);
  });

  test('bytes that are not those of the digest are not kept', async () => {
    const failing = copies.put(DIGEST, Uint8Array.of(1));
    await expect(failing).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'pictureDigest' });
    await expect(copies.get(DIGEST)).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'pictureDigest' });
  });

  test('only a digest leads to a file', async () => {
    for (const digest of [
      '../../etc/passwd',
      `sha256:${'A'.repeat(64)}`,
      `sha256:${'../'.repeat(21)}a`,
      '',
    ]) {
      await expect(copies.get(digest)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(copies.put(digest, PICTURE)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

function pathOf(folder: string): string {
  const hex = DIGEST.slice(7);
  return join(folder, 'deposit-copies', hex.slice(0, 2), hex);
}
