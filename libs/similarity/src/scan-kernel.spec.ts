import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import openWabt from 'wabt';
import { SCAN_KERNEL_CODE } from './scan-kernel-code.js';

describe('the scan kernel', () => {
  it('is what its readable source assembles to', async () => {
    const wabt = await openWabt();
    const source = await readFile(join(process.cwd(), 'libs/similarity/src/scan-kernel.wat'), 'utf8');
    const { buffer } = wabt.parseWat('scan-kernel.wat', source, { simd: true }).toBinary({});
    expect(SCAN_KERNEL_CODE).toBe(Buffer.from(buffer).toString('base64'));
  });
});
