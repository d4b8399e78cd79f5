import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import openWabt from 'wabt';
import { SCAN_KERNEL_CODE } from './scan-kernel-code.js';
import { SIFT_KERNEL_CODE } from './sift-kernel-code.js';

describe('the kernels', () => {
  it.each([
    ['scan-kernel.wat', SCAN_KERNEL_CODE],
    ['sift-kernel.wat', SIFT_KERNEL_CODE],
  ])('are what their readable sources assemble to: %s', async (file, code) => {
    const wabt = await openWabt();
    const source = await readFile(join(process.cwd(), 'libs/similarity/src', file), 'utf8');
    const { buffer } = wabt.parseWat(file, source, { simd: true, threads: true }).toBinary({});
    expect(code).toBe(Buffer.from(buffer).toString('base64'));
  });
});
