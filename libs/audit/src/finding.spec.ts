import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#libs/federation-log';
import { entryOf } from '#libs/registry';
import { AuditError } from './audit-error.js';
import { claimedPayload } from './claimed-payload.js';
import { FAULTS, FAULT_WORDS, Findings, gravestFault } from './finding.js';
import { readLogRecord } from './log-record.js';

describe('findings', () => {
  it('are told by the gravest class, which the exit code is of', () => {
    const finding = (fault: (typeof FAULTS)[number]) => ({ fault, where: 'log', detail: 'it' });
    expect(gravestFault([])).toBeNull();
    for (const [place, fault] of FAULTS.entries()) {
      expect(gravestFault(FAULTS.slice(place).reverse().map(finding))).toBe(fault);
      expect(FAULT_WORDS[fault]).toEqual({ zh: expect.any(String), en: expect.any(String) });
    }
  });

  it('are kept in the order they were made, the first 100 of each class, and every class is remembered', () => {
    const findings = new Findings();
    expect([findings.list, findings.has('ALTERED_ENTRY')]).toEqual([[], false]);
    for (let entry = 0; entry < 150; entry += 1) findings.add('ALTERED_ENTRY', `entry ${entry}`, 'it');
    findings.addAll([
      { fault: 'FORKED_LOG', where: 'log', detail: 'two roots' },
      { fault: 'ALTERED_ENTRY', where: 'entry 150', detail: 'it' },
    ]);
    expect(findings.list.map(({ where }) => where)).toEqual([
      ...Array.from({ length: 100 }, (_, entry) => `entry ${entry}`),
      'log',
    ]);
    expect(findings.list.at(-1)).toEqual({ fault: 'FORKED_LOG', where: 'log', detail: 'two roots' });
    expect(
      ['ALTERED_ENTRY', 'FORKED_LOG', 'UNKNOWN_KEY'].map(
        (fault) => FAULTS.filter((one) => one === fault && findings.has(one)).length,
      ),
    ).toEqual([1, 1, 0]);
  });
});

describe('what an audit reads', () => {
  it('is a payload that nobody has verified, or null', () => {
    const jws = (payload: Uint8Array) => `header.${Buffer.from(payload).toString('base64url')}.signature`;
    // Its base64 has both characters that base64url writes otherwise.
    const said = { a: '缠枝莲>>>???~~~', b: 'ÿÿÿ~~' };
    const text = Buffer.from(JSON.stringify(said));
    expect(text.toString('base64')).toMatch(/[+/].*[+/]/);
    expect(claimedPayload(jws(text))).toEqual(said);
    for (const none of ['', 'header', 'header..signature', 'header.!!!.signature', jws(Buffer.from('{'))])
      expect(claimedPayload(none)).toBeNull();
    expect(claimedPayload(jws(Uint8Array.of(0x22, 0xff, 0x22)))).toBeNull();
  });

  it('is a record of the catalogue in its canonical bytes, or why it is none', () => {
    const bytes = (record: object) => Buffer.from(canonicalJson(record));
    const refused = entryOf('zhejiang', {
      ...{ type: 'registry.erased', outcome: 'failure', subject: null, at: '2026-03-05T12:00:00.000Z' },
      actor: { kind: 'program', name: 'weft erase' },
      details: { code: 'NOT_FOUND', field: 'registrationId' },
    });
    expect(readLogRecord(bytes(refused))).toEqual(refused);
    expect(readLogRecord(Buffer.from('{'))).toEqual(expect.stringMatching(/\S/));
    expect(readLogRecord(Buffer.from('{"b":1,"a":2}'))).toEqual(expect.stringMatching(/RFC 8785/));
    expect(readLogRecord(bytes({ kind: 'weft.log-entry.v1' }))).toEqual(expect.any(String));
    expect(readLogRecord(bytes({ ...refused, type: 'never.heard-of' }))).toEqual(expect.any(String));
  });

  it('names the field, the problem and what to do where it cannot begin', () => {
    const cause = new Error('cause');
    const error = new AuditError('policy', 'is not JSON', 'give the policy file', { cause });
    expect(error).toMatchObject({
      ...{ name: 'AuditError', code: 'INVALID_INPUT', field: 'policy', problem: 'is not JSON' },
      ...{ remedy: 'give the policy file', message: 'policy: is not JSON; give the policy file', cause },
    });
  });
});
