import { describe, expect, it } from '@jest/globals';
import { CountRules } from './count-rules.js';
import { Findings } from './finding.js';
import type { LogRecord } from './log-record.js';

const T = Date.parse('2026-11-02T08:00:00.000Z');

/** A change of the registry, or an answer, at a time in milliseconds. */
type Said = Pick<LogRecord, 'type' | 'details'> & { readonly ms?: number };

/** What is found of entries; null is an entry that tells nothing of counts. */
function found(...all: readonly (Said | null)[]): string[] {
  const findings = new Findings();
  const rules = new CountRules(findings);
  all.forEach((one, index) => {
    const { type, details, ms = 0 } = one ?? { type: 'node.started', details: {} };
    const at = new Date(T + ms).toISOString();
    const actor = { kind: 'program', name: 'test' } as const;
    const record: LogRecord = {
      ...{ kind: 'weft.log-entry.v1', origin: 'zhejiang', type, outcome: 'success', actor, at },
      ...{ subject: null, details },
    };
    rules.accept(index, record, `entry ${index}`);
  });
  return findings.list.map(({ fault, where, detail }) => `${fault} ${where}: ${detail}`);
}

const filed = (searchable: number, ms = 0): Said => ({ type: 'registry.filed', details: { searchable }, ms });
const examined = (searchable: number): Said => ({ type: 'registry.examined', details: { searchable } });
const imported = (searchable: number, ids: readonly string[]): Said => ({
  type: 'registry.imported',
  details: { searchable, imported: ids },
});
const answer = (declared: number, declaredAt: number | null, cosigned = 0, ms = 0): Said => ({
  type: 'member.answered',
  details: { declared, declaredAt, cosigned },
  ms,
});
const contradicts = (index: number, declared: number, problem: string) => [
  `VERDICT_CONTRADICTS entry ${index}: declares ${declared} registrations, ${problem}`,
];

describe('the counts of a log', () => {
  it('go from one change to the next by what each adds', () => {
    expect(found(filed(1), examined(1), imported(3, ['a', 'b']), null, filed(4), imported(4, []))).toEqual(
      [],
    );
    // The first tells how much there was before the log began.
    expect(found(filed(106_000), filed(106_001))).toEqual([]);
    const lacks = (index: number, now: number, at: number, before: number) => [
      `MISSING_ENTRY entry ${index}: counts ${now} registrations, and entry ${at} counted ${before}: a change between them is not in the log`,
    ];
    expect(found(filed(1), null, filed(3))).toEqual(lacks(2, 3, 0, 1));
    expect(found(filed(2), filed(2))).toEqual(lacks(1, 2, 0, 2));
    expect(found(filed(2), examined(3))).toEqual(lacks(1, 3, 0, 2));
    expect(found(filed(2), imported(4, ['a']))).toEqual(lacks(1, 4, 0, 2));
  });

  it('are what an answer declares, by the entry that it names', () => {
    expect(found(filed(1), filed(2), answer(2, 1), answer(1, 0))).toEqual([]);
    expect(found(filed(1), answer(2, 0))).toEqual(contradicts(1, 2, 'and entry 0 says 1'));
    const none = (index: number) => `and entry ${index} is no change of the registry before it`;
    expect(found(null, filed(1), answer(1, 0))).toEqual(contradicts(2, 1, none(0)));
    expect(found(filed(1), answer(1, 1), filed(2))).toEqual(contradicts(1, 1, none(1)));
    expect(found(filed(1), null, answer(1, 1))).toEqual(contradicts(2, 1, none(1)));
  });

  it('are no less than what was cosigned, of no more entries than there were', () => {
    expect(found(filed(1), filed(2), answer(1, 0, 1))).toEqual([]);
    expect(found(filed(1), filed(2), answer(1, 0, 2))).toEqual(
      contradicts(2, 1, 'and entry 1 said 2 before'),
    );
    expect(found(filed(1), answer(1, 0, 1))).toEqual([]);
    expect(found(filed(1), answer(1, 0, 2))).toEqual(
      contradicts(1, 1, 'and that 2 entries were cosigned before it'),
    );
    expect(found(filed(0), answer(0, null, 1))).toEqual(
      contradicts(1, 0, 'without naming the entry that says so'),
    );
    expect(found(answer(0, null, 0))).toEqual([]);
  });

  it('are no less than what was there five minutes before', () => {
    const minutes = (count: number) => count * 60_000;
    const later = (ms: number) => found(filed(1), filed(2, 1), filed(3, minutes(9)), answer(1, 0, 0, ms));
    expect(later(minutes(5) + 1)).toEqual([]);
    expect(later(minutes(5) + 2)).toEqual(contradicts(3, 1, 'and entry 1 said 2 before'));
    expect(found(filed(1), answer(1, null, 0, minutes(5)))).toEqual([]);
    expect(found(filed(1), answer(1, null, 0, minutes(5) + 1))).toEqual(
      contradicts(1, 1, 'without naming the entry that says so'),
    );
    // What is settled stays so: a second answer is held against it too.
    const twice = found(filed(1), filed(2, 1), answer(2, 1, 0, minutes(6)), answer(1, 0, 0, minutes(7)));
    expect(twice).toEqual(contradicts(3, 1, 'and entry 1 said 2 before'));
  });

  it('are found wherever the entry stands among many', () => {
    const changes = Array.from({ length: 9 }, (_, n) => [filed(n + 1), null]).flat();
    for (let n = 0; n < 9; n += 1) {
      expect(found(...changes, answer(n + 1, 2 * n, 2 * n + 1))).toEqual([]);
      expect(found(...changes, answer(n + 1, 2 * n + 1))).toHaveLength(1);
      if (n > 0) expect(found(...changes, answer(n, 2 * n - 2, 2 * n + 1))).toHaveLength(1);
    }
  });
});
