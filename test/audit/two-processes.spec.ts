import { beforeAll, describe, expect, it } from '@jest/globals';
import { compareLogs, Findings, gravestFault, verifyLog } from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { AuditedFederation, digest, filesOf, record } from './federation.js';

let federation: AuditedFederation;
let check: Awaited<ReturnType<AuditedFederation['check']>>;

beforeAll(async () => {
  federation = await AuditedFederation.create();
  check = await federation.check();
});

/** The gravest fault of Shandong's log with these entries, held against the coordinator's. */
async function faultOf(entries: readonly Uint8Array[]) {
  const findings = new Findings();
  const told = async (party: string, list: readonly Uint8Array[]) => {
    const files = filesOf(await federation.log(party, list));
    const report = await verifyLog(nodeLogCrypto, federation.policy, files, { known: [], everyFile: true });
    if (!report.told) throw new Error('the log must be read');
    return [report.subject, report.told] as const;
  };
  const coordinator = await told('coordinator', check.entries.get('coordinator') ?? []);
  compareLogs(new Map([coordinator, await told('shandong', entries)]), findings);
  return gravestFault(findings.list);
}

describe('the log of a member of which two processes answered one question', () => {
  it('holds both answers, and the one that counts must be there', async () => {
    const counts = check.entries.get('shandong') ?? [];
    const other = record('shandong', 'member.answered', check.question.checkId, {
      answerDigest: digest('the answer of its other process'),
    });
    expect(await faultOf([...counts, other])).toBeNull();
    expect(await faultOf([other, ...counts])).toBeNull();
    expect(await faultOf([other, other])).toBe('ALTERED_ENTRY');
  });
});
