import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { createTreeHasher, verifyConsistency } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { z } from 'zod';

const hash = z.base64().transform((text) => Buffer.from(text, 'base64'));
const vector = z.object({ size1: z.int(), size2: z.int(), root1: hash, root2: hash, proof: z.array(hash) });

describe('published consistency data', () => {
  it('is proved, and with the changes that its authors refuse is refused', async () => {
    const file = await readFile('test/vectors/merkle/consistency-6-8.json', 'utf8');
    const { size1, size2, root1, root2, proof } = vector.parse(JSON.parse(file));
    const hasher = createTreeHasher(nodeLogCrypto.sha256);
    const claim = { from: size1, to: size2, fromRoot: root1, toRoot: root2, proof };
    verifyConsistency(hasher, claim);
    const refused = [
      { ...claim, proof: [] },
      { ...claim, proof: [...proof, Buffer.alloc(32)] },
      { ...claim, proof: [root1, ...proof] },
      { ...claim, proof: proof.slice(0, -1) },
      { ...claim, from: size1 - 1 },
      { ...claim, from: size1 + 1 },
      { ...claim, from: size1 ^ 2 },
      { ...claim, to: size2 * 2 },
      { ...claim, to: size2 / 2 },
      { ...claim, fromRoot: root2, toRoot: root1 },
      { ...claim, fromRoot: Buffer.from('WrongRoot'.padEnd(32)) },
    ];
    for (const one of refused) expect(() => verifyConsistency(hasher, one)).toThrow();
  });
});
