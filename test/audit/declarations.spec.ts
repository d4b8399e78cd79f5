import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatBundle, gravestFault, verifyBundle, verifyLog, type Bundle } from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { commitTo } from '#libs/registry';
import { AuditedFederation, digest, filesOf, record } from './federation.js';

const [CHECK, ONE, TWO] = [randomUUID(), randomUUID(), randomUUID()];
let federation: AuditedFederation;
beforeAll(async () => {
  federation = await AuditedFederation.create();
});

const faultOfBundle = async (bundle: Bundle) => {
  const bytes = Buffer.from(formatBundle(bundle));
  return gravestFault((await verifyBundle(nodeLogCrypto, federation.policy, bytes)).findings);
};
const faultOfLog = async (files: ReadonlyMap<string, Uint8Array>) => {
  const terms = { known: [], everyFile: true };
  return gravestFault((await verifyLog(nodeLogCrypto, federation.policy, filesOf(files), terms)).findings);
};

describe('a log', () => {
  it('tells after every change how much the registry holds, and no answer declares less', async () => {
    const at = (minute: number) => `2026-11-02T08:${String(minute).padStart(2, '0')}:00.000Z`;
    const filed = (searchable: number, minute = 0) => {
      const pictureCommitment = `commitment:${'0'.repeat(64)}`;
      const details = { patternId: TWO, category: 'F', pictureCommitment, position: searchable, searchable };
      return record('zhejiang', 'registry.filed', ONE, details, at(minute));
    };
    const answered = (declared: number, declaredAt: number | null, cosigned = 0, minute = 1) =>
      record('zhejiang', 'member.answered', CHECK, { declared, declaredAt, cosigned }, at(minute));
    const fault = async (...all: Uint8Array[]) => faultOfLog(await federation.log('zhejiang', all));
    expect(
      await fault(answered(0, null), filed(1), filed(2), answered(2, 2, 2), answered(1, 1, 2)),
    ).toBeNull();
    expect(await fault(filed(7), filed(8))).toBeNull();
    expect(await fault(filed(1), filed(3))).toBe('MISSING_ENTRY');
    expect(await fault(filed(2), filed(1))).toBe('MISSING_ENTRY');
    // Not what the entry says; an entry that tells none; one that comes later.
    expect(await fault(filed(1), answered(2, 0))).toBe('VERDICT_CONTRADICTS');
    expect(await fault(filed(1), answered(1, 1))).toBe('VERDICT_CONTRADICTS');
    expect(await fault(answered(1, 1), filed(1))).toBe('VERDICT_CONTRADICTS');
    // Less than was cosigned, and less than was there before the question could be asked.
    expect(await fault(filed(1), filed(2), answered(1, 0, 2))).toBe('VERDICT_CONTRADICTS');
    expect(await fault(filed(1), filed(2), answered(1, 0, 0, 4))).toBeNull();
    expect(await fault(filed(1), filed(2), answered(1, 0, 0, 6))).toBe('VERDICT_CONTRADICTS');
    expect(await fault(filed(1), answered(0, null, 0, 6))).toBe('VERDICT_CONTRADICTS');
    expect(await fault(filed(1), answered(1, null, 0, 6))).toBe('VERDICT_CONTRADICTS');
    expect(await fault(filed(1), answered(1, null, 0, 1))).toBeNull();
    // By more than there was.
    expect(await fault(filed(1), answered(1, 0, 1))).toBeNull();
    expect(await fault(filed(1), answered(1, 0, 2))).toBe('VERDICT_CONTRADICTS');
  });
});

describe('a bundle', () => {
  it('opens what its entries commit to, and nothing else', async () => {
    const opening = { of: 'picture' as const, salt: 'a'.repeat(64), value: digest('picture') };
    const committed = await federation.check({ pictureCommitment: commitTo(digest, opening) });
    const report = await verifyBundle(
      nodeLogCrypto,
      federation.policy,
      Buffer.from(formatBundle({ ...committed.bundle, openings: [opening] })),
    );
    expect(report.findings).toEqual([]);
    expect(report.proved.map(({ en }) => en).join('\n')).toContain(
      `commits to the picture ${digest('picture')}`,
    );
    for (const wrong of [{ salt: 'b'.repeat(64) }, { value: digest('another') }, { of: 'reason' as const }]) {
      const openings = [{ ...opening, ...wrong }];
      expect(await faultOfBundle({ ...committed.bundle, openings })).toBe('ALTERED_ENTRY');
    }
  });

  it('whose answers declare other than their entries say is refused as that', async () => {
    const index = { position: 4, registryPosition: 4, searched: 2, declared: 2 };
    const says = async (log: { entry: number; cosigned: number } | undefined, entryOfAnswer: object) => {
      const answer = { index: { ...index, ...(log ? { log } : {}) } };
      return faultOfBundle((await federation.check({ answer, entryOfAnswer, before: 3 })).bundle);
    };
    const log = { entry: 2, cosigned: 3 };
    expect(await says(log, {})).toBeNull();
    expect(await says(undefined, {})).toBeNull();
    for (const other of [
      { searched: 1 },
      { declared: 1 },
      { declaredAt: 1 },
      { declaredAt: null },
      { cosigned: 2 },
    ])
      expect([other, await says(log, other)]).toEqual([other, 'VERDICT_CONTRADICTS']);
    expect(await says(undefined, { declaredAt: 2 })).toBe('VERDICT_CONTRADICTS');
    expect(await says(log, { answerDigest: digest('another answer') })).toBe('ALTERED_ENTRY');
    // The answer is entry 3, or 4 of the asker: what it goes by must stand before it.
    expect(await says({ entry: 4, cosigned: 0 }, {})).toBe('VERDICT_CONTRADICTS');
    expect(await says({ entry: 3, cosigned: 0 }, {})).toBe('VERDICT_CONTRADICTS');
    // Each by its own: the others declare other counts.
    const answerOf = { jiangsu: { index: { ...index, searched: 7, declared: 7 } } };
    expect(await faultOfBundle((await federation.check({ answerOf })).bundle)).toBeNull();
    expect(await says({ entry: 0, cosigned: 5 }, {})).toBe('VERDICT_CONTRADICTS');
  });
});
