import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gravestFault, verifyBundle } from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { dueFault, regionsOf, type Region } from './bundle-regions.js';
import { AuditedFederation } from './federation.js';

/** Changes of every byte there is, in place of some of each kind of region. */
const EVERY_BYTE = process.env.WEFT_EVERY_BYTE === 'on';
const TIMEOUT_MS = EVERY_BYTE ? 7_200_000 : 60_000;
const OF_A_KIND = 12;

let federation: AuditedFederation;
let file: Buffer;
let regions: Region[];
/** Those of every answer, of every receipt, and so on, together. */
const byKind = new Map<string, Region[]>();
beforeAll(async () => {
  federation = await AuditedFederation.create();
  const check = await federation.check();
  file = Buffer.from(check.file);
  regions = regionsOf(file, check.bundle);
  for (const region of regions) {
    const kind = region.name.replace(/ of \w+| \d+/g, '');
    byKind.set(kind, [...(byKind.get(kind) ?? []), region]);
  }
});

async function assertRefused(at: number, value: number): Promise<void> {
  const region = regions.find(({ from, to }) => from <= at && at < to);
  if (region === undefined || value === file[at]) return;
  const changed = Buffer.from(file);
  changed[at] = value;
  const { findings } = await verifyBundle(nodeLogCrypto, federation.policy, changed);
  const where = `${region.name}, byte ${at} made ${value}`;
  expect([where, gravestFault(findings)]).toEqual([where, dueFault(region, changed)]);
}

describe('a bundle with one byte changed', () => {
  it('has a region for every statement, signature, proof and word of it', () => {
    expect(regions.every(({ from, to }) => 0 <= from && from < to && to <= file.length)).toBe(true);
    expect([...byKind.keys()].sort()).toEqual([
      'all else',
      'answer dots',
      'answer header',
      'answer payload',
      'answer signature',
      'directory',
      'directory payload',
      'directory signature',
      'directory signature header',
      'judgement',
      'question dots',
      'question header',
      'question payload',
      'question signature',
      'receipt entry',
      'receipt form',
      'receipt index',
      'receipt origin',
      'receipt proof',
      'receipt root',
      'receipt signature',
      'receipt signer',
      'receipt size',
      'result dots',
      'result header',
      'result payload',
      'result signature',
    ]);
  });

  it(
    'is refused by the class of its region, wherever the byte is and whatever it becomes',
    async () => {
      if (EVERY_BYTE) {
        for (let at = 0; at < file.length; at += 1) {
          for (const bit of [0, 4]) await assertRefused(at, (file[at] ?? 0) ^ (1 << bit));
        }
        return;
      }
      // Another character of the same alphabet is what a forger would try, and what still is a bundle.
      const letters = fc.constantFrom(...Buffer.from('ABCabcxyz0129-_+/='));
      for (const alike of byKind.values()) {
        const anywhere = fc
          .constantFrom(...alike)
          .chain(({ from, to }) =>
            fc.tuple(fc.integer({ min: from, max: to - 1 }), fc.oneof(letters, fc.nat(255))),
          );
        await fc.assert(
          fc.asyncProperty(anywhere, ([at, value]) => assertRefused(at, value)),
          { numRuns: OF_A_KIND },
        );
      }
    },
    TIMEOUT_MS,
  );
});
