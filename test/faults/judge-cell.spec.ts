import { type Outcome } from '#libs/registry';
import { type SeenCheck } from './fault-stand.js';
import { drawCells } from './draw-cells.js';
import { FAULTS, type Cell } from './faults.js';
import { problemsOf } from './judge-cell.js';
import { type LogEntry } from './log-copy.js';
import { type SeenCell } from './run-cell.js';

const PROVINCES = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];
const PLANTED = '00000000-0000-4000-8000-000000000001';
const AT = '2026-11-25T00:00:00.000Z';
const DIGEST = `sha256:${'a'.repeat(64)}`;

const cell = (name: string): Cell => {
  const fault = FAULTS.find((one) => one.name === name);
  if (!fault) throw new Error(`no fault ${name}`);
  return { fault, phase: 'connect', province: 'jiangsu' };
};

/** A check in which jiangsu came to this outcome, as an honest asker would tell it. */
function check(picture: SeenCheck['picture'], outcome: Outcome, number: number): SeenCheck {
  const complete = outcome === 'ANSWERED';
  const finds = complete && picture === 'planted';
  const row = (province: string, its: Outcome): SeenCheck['report']['coverage'][number] => ({
    province,
    outcome: its,
    detail: its === 'ANSWERED' ? '' : 'why',
    searched: null,
    declared: null,
    position: null,
    modelDigest: null,
    askedAt: AT,
    receivedAt: null,
    answeredAt: null,
    arrivedAt: null,
    answerDigest: its === 'ANSWERED' ? DIGEST : null,
  });
  return {
    picture,
    lateMs: -100,
    report: {
      checkId: `00000000-0000-4000-8000-00000000010${number}`,
      asker: 'zhejiang',
      registrationId: null,
      supersedes: null,
      limit: 10,
      askedAt: AT,
      finishedAt: AT,
      picture: { digest: DIGEST, width: 1, height: 1 },
      verdict: finds ? 'DUPLICATE' : complete ? 'CLEAR' : 'INCOMPLETE',
      complete,
      candidates: finds ? [candidate] : [],
      coverage: PROVINCES.map((province) => row(province, province === 'jiangsu' ? outcome : 'ANSWERED')),
      coordinator: 'AGREES',
      calibration: null,
      epoch: 1,
    },
  };
}

const candidate: SeenCheck['report']['candidates'][number] = {
  registrationId: PLANTED,
  patternId: PLANTED,
  state: 'applied',
  score: 1,
  province: 'jiangsu',
  title: null,
  category: null,
  centre: null,
  pictures: null,
  owner: null,
  registrationNumber: null,
  registeredOn: null,
  verdict: 'DUPLICATE',
  rarity: null,
  transformWords: null,
};

function seen(name: string, during: readonly SeenCheck[]): SeenCell {
  return {
    cell: cell(name),
    during,
    after: check('planted', 'ANSWERED', 9),
    cleanMs: 100,
    opened: null,
  };
}

/** What an honest log has of these checks. */
function logOf(during: readonly SeenCheck[]): Map<string, LogEntry[]> {
  return new Map(
    during.map(({ report }) => {
      const { checkId, verdict, complete } = report;
      const coverage = report.coverage.map(
        (row) => `${row.province} ${row.outcome} ${row.answerDigest ?? '-'}`,
      );
      return [
        checkId,
        [
          { type: 'check.asked', subject: checkId, details: {} },
          { type: 'check.judged', subject: checkId, details: { verdict, complete, coverage } },
        ],
      ];
    }),
  );
}

const judge = (one: SeenCell, entries = logOf(one.during)): string[] => problemsOf(one, PLANTED, entries);
const timeouts = [check('planted', 'TIMEOUT', 1), check('new', 'BREAKER_OPEN', 2)];

describe('the judge of a cell', () => {
  it('finds nothing wrong with an outcome that names the fault, and with an answer where that does no harm', () => {
    expect(judge(seen('timeout', timeouts))).toEqual([]);
    const answered = [check('planted', 'ANSWERED', 1), check('new', 'ANSWERED', 2)];
    expect(judge(seen('latency', answered))).toEqual([]);
  });

  const altered = (change: Partial<SeenCheck['report']>, lateMs = -100): SeenCheck[] =>
    timeouts.map((one, place) =>
      place === 0 ? { ...one, lateMs, report: { ...one.report, ...change } } : one,
    );

  it.each([
    ['a false CLEAR', altered({ verdict: 'CLEAR' }), /false CLEAR/],
    ['a duplicate that it did not find', altered({ verdict: 'DUPLICATE' }), /did not find/],
    ['a fault that is not named', [check('planted', 'ANSWERED', 1)], /is ANSWERED, not TIMEOUT/],
    ['another fault', [check('planted', 'REFUSED', 1)], /is REFUSED, not TIMEOUT/],
    ['no row', altered({ coverage: timeouts[0]?.report.coverage.slice(0, 2) ?? [] }), /undefined/],
    ['a verdict long after its time', altered({}, 1_001), /1001 ms late/],
    ['a coordinator that says something else', altered({ coordinator: 'CONTRADICTS' }), /CONTRADICTS/],
  ])('finds %s', (_what, during, problem) => {
    expect(judge(seen('timeout', during))).toContainEqual(expect.stringMatching(problem));
  });

  it('finds a check that the log does not have, has twice, or has otherwise', () => {
    const one = seen('timeout', timeouts);
    const honest = logOf(timeouts);
    const id = timeouts[0]?.report.checkId ?? '';
    const entries = honest.get(id) ?? [];
    const wrong: LogEntry[][] = [
      [],
      [...entries, ...entries],
      [...entries].reverse(),
      entries.map((entry) => ({ ...entry, details: { ...entry.details, verdict: 'CLEAR' } })),
    ];
    for (const other of wrong)
      expect(judge(one, new Map(honest).set(id, other))).toContainEqual(expect.stringMatching(/^the log/));
  });

  it('finds that nothing is clean afterwards, and a breaker that stays shut', () => {
    const one = seen('timeout', timeouts);
    expect(judge({ ...one, cleanMs: null })).not.toEqual([]);
    expect(judge({ ...one, after: check('planted', 'TIMEOUT', 9) })).not.toEqual([]);
    expect(judge({ ...one, opened: false })).not.toEqual([]);
  });
});

describe('the share of the matrix that is drawn', () => {
  it('has each fault once, is the same for the same seed, and another for another', () => {
    const share = (seed: number) =>
      drawCells(PROVINCES, {
        WEFT_FAULT_CELLS: 15,
        WEFT_FAULT_SEED: seed,
        WEFT_FAULT_RESULTS: undefined,
      }).cells;
    expect(new Set(share(1).map(({ fault }) => fault.name)).size).toBe(15);
    expect(share(1)).toEqual(share(1));
    expect(share(2)).not.toEqual(share(1));
  });
});
