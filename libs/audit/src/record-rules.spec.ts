import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#libs/federation-log';
import { Findings } from './finding.js';
import { compareLogs, RecordRules, type ToldByLog } from './record-rules.js';

const [C1, C2, R1, R2] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string,
  string,
];
const T = '2026-11-02T08:15:30.120Z';
const hash = (letter: string) => `sha256:${letter.repeat(64)}`;
const standing = { position: 1, searchable: 1 };

interface Said {
  readonly type: string;
  readonly subject?: string | null;
  readonly details: object;
  readonly outcome?: 'success' | 'failure';
  readonly at?: string;
  readonly origin?: string;
}

/** What one log's entries are found to be, and tell. */
function read(party: string, ...all: readonly (Said | string)[]) {
  const findings = new Findings();
  const rules = new RecordRules(`weft/${party}`, findings);
  all.forEach((one, index) => {
    if (typeof one === 'string') return rules.accept(index, Buffer.from(one));
    const { type, subject = null, details, outcome = 'success', at = T, origin = party } = one;
    const actor = { kind: 'program', name: 'test' };
    const record = { kind: 'weft.log-entry.v1', origin, type, outcome, actor, at, subject, details };
    rules.accept(index, Buffer.from(canonicalJson(record)));
  });
  return { found: findings.list.map(lineOf), unfit: rules.unfit.map(lineOf), told: rules.told };
}

function lineOf({ fault, where, detail }: { fault: string; where: string; detail: string }): string {
  return `${fault} | ${where} | ${detail}`;
}

const asked = (subject = C1, at = T): Said => ({
  type: 'check.asked',
  subject,
  at,
  details: {
    questionDigest: hash('1'),
    modelDigest: hash('2'),
    epoch: 3,
    pictureCommitment: `commitment:${'0'.repeat(64)}`,
  },
});
const memberAsked = (subject = C1): Said => ({
  type: 'member.asked',
  subject,
  details: { questionDigest: hash('1'), members: ['zhejiang', 'shandong'] },
});
const judged = (coverage: readonly string[] = [], subject = C1, at = T): Said => ({
  type: 'check.judged',
  subject,
  at,
  details: { verdict: 'CLEAR', complete: true, resultDigest: null, coverage },
});
const answered = (answerDigest: string, subject = C1, at = T): Said => ({
  type: 'member.answered',
  subject,
  at,
  details: {
    ...{ questionDigest: hash('1'), answerDigest, searched: 0, declared: 0, declaredAt: null },
    ...{ cosigned: 0, verified: 0, complete: true },
  },
});
const other = (at = T): Said => ({ type: 'node.started', at, details: { epoch: 3, served: [] } });
const registered = (details: object, subject = R1, at = T): Said => ({
  type: 'registry.registered',
  subject,
  at,
  details: { from: 'examined', registrationNumber: '浙作登字-2026-F-00000001', ...standing, ...details },
});
const decided = (decision: string, subject = C1): Said => ({
  type: 'decision.made',
  subject,
  details: {
    ...{ decisionId: R2, decision, decidedBy: 'li', registrationId: null, supersedes: null },
    verdict: 'SUSPECTED',
  },
});
const imported = (exempt: readonly string[] | undefined, at = T): Said => ({
  type: 'registry.imported',
  at,
  details: {
    ...{ firstRow: 2, lastRow: 2, imported: [], updated: [], unchanged: 0, rejected: 0, pictures: [] },
    ...{ ...standing, ...(exempt ? { exempt } : {}) },
  },
});
const minted = (change: object = {}, at = T): Said => ({
  type: 'clear-token.minted',
  subject: C1,
  at,
  details: {
    ...{ tokenDigest: hash('7'), province: 'zhejiang', registrationId: R1, questionDigest: hash('1') },
    ...{ epoch: 3, ground: 'clear', decisionId: null, expiresAt: T, ...change },
  },
});
const refused = { code: 'WRONG_STATE', field: 'state' };

describe('the entries of one log', () => {
  it('are records of that log, in the one form; what is not is told apart, a hundred at most', () => {
    expect(read('zhejiang', other(), { ...other(), origin: 'jiangsu' }, '{}', 'x')).toMatchObject({
      found: ['ALTERED_ENTRY | weft/zhejiang entry 1 | is of the log of jiangsu'],
      unfit: [
        'NOT_A_BUNDLE | weft/zhejiang entry 2 | is not a log record',
        expect.stringMatching(/^NOT_A_BUNDLE \| weft\/zhejiang entry 3 \| ./),
      ],
    });
    expect(read('zhejiang', ...Array.from({ length: 101 }, () => '{}')).unfit).toHaveLength(100);
  });

  it('have every verdict after its question, whoever asked, also a verdict that failed', () => {
    expect(read('zhejiang', asked(), judged()).found).toEqual([]);
    expect(read('coordinator', memberAsked(), judged()).found).toEqual([]);
    const early = (index: number) =>
      `MISSING_ENTRY | weft/zhejiang entry ${index} | judges check ${C1}, whose question is not in the log before it`;
    expect(read('zhejiang', judged(), asked()).found).toEqual([early(0)]);
    expect(read('zhejiang', asked(C2), judged()).found).toEqual([early(1)]);
    expect(read('zhejiang', asked(C2), { ...judged(), outcome: 'failure' }).found).toEqual([early(1)]);
  });

  it('tell what was asked, answered and relied on, and until when', () => {
    const later = '2026-11-02T09:00:00.000Z';
    const line = `shandong ANSWERED ${hash('a')}`;
    const dash = 'jiangsu TIMEOUT -';
    const { told } = read('coordinator', memberAsked(), judged([line, dash]), other(later));
    expect([...told.asked]).toEqual([C1]);
    expect(told.relied).toEqual([{ checkId: C1, province: 'shandong', answerDigest: hash('a'), at: T }]);
    expect(told.lastAt).toBe(later);
    const own = read('zhejiang', asked(), judged([line]), answered(hash('b'), C2)).told;
    expect([[...own.asked], own.relied, [...own.answered]]).toEqual([[C1], [], [[C2, new Set([hash('b')])]]]);
    expect(read('zhejiang').told).toMatchObject({ lastAt: '', used: [] });
  });
});

describe('the registrations of one log', () => {
  const token = { clearToken: hash('7'), checkId: C1, ground: 'clear' };
  const found = (...all: Said[]) => read('zhejiang', ...all).found;
  const no = (index: number, problem: string, id = R1) =>
    `NO_CLEAR_TOKEN | weft/zhejiang entry ${index} | registration ${id} ${problem}`;

  it('name a clear token each, of a check that was judged before', () => {
    expect(found(asked(), judged(), registered(token))).toEqual([]);
    for (const lacking of [
      { checkId: C1, ground: 'clear' },
      { clearToken: hash('7'), ground: 'clear' },
    ])
      expect(found(asked(), judged(), registered(lacking))).toEqual([no(2, 'names no clear token')]);
    expect(found(asked(), judged(), registered(token), registered(token, R2))).toEqual([
      no(3, 'names a clear token that was used before', R2),
    ]);
    expect(found(asked(), registered(token), judged())).toEqual([
      no(1, `rests on check ${C1}, which was not judged before it`),
    ]);
    // What was refused is no registration.
    expect(found({ type: 'registry.registered', subject: R1, outcome: 'failure', details: refused })).toEqual(
      [],
    );
  });

  it('rest on no check that an examiner decided otherwise, by his last word', () => {
    const byDecision = registered({ ...token, ground: 'decision' });
    const wrong = (index: number, decision: string | null) => [
      no(index, `rests on check ${C1}, which was decided ${JSON.stringify(decision)}`),
    ];
    const after = (...decisions: string[]) => [asked(), judged(), ...decisions.map((one) => decided(one))];
    for (const kind of ['derivative', 'not-a-duplicate']) {
      expect(found(...after(kind), byDecision)).toEqual([]);
      expect(found(...after('duplicate', kind), byDecision)).toEqual([]);
      expect(found(...after(kind, 'duplicate'), byDecision)).toEqual(wrong(4, 'duplicate'));
    }
    for (const kind of ['duplicate', 'needs-more'])
      expect(found(...after(kind), registered(token))).toEqual(wrong(3, kind));
    expect(found(...after(), byDecision)).toEqual(wrong(2, null));
    // A decision on another check, and one that was refused, are none on this.
    expect(found(asked(), judged(), decided('duplicate', C2), registered(token))).toEqual([]);
    const refusal: Said = { type: 'decision.made', subject: C1, outcome: 'failure', details: refused };
    expect(found(asked(), judged(), refusal, registered(token))).toEqual([]);
  });

  it('come in by an import only if they were there before the log began, by the day in China', () => {
    const late = (index: number, day: string) =>
      no(index, `was registered on ${day}, after this log began, and came in by an import`);
    const days = (...all: string[]) => all.map((day) => `${R1} ${day}`);
    expect(found(imported(days('2021-03-05', '2026-11-02')))).toEqual([]);
    expect(found(imported(undefined))).toEqual([]);
    expect(found(imported(days('2026-11-03', '2026-11-02', '2027-01-01')))).toEqual([
      late(0, '2026-11-03'),
      late(0, '2027-01-01'),
    ]);
    // 16:00 in UTC is the next day in China; and the log began with its first entry.
    const [before, after] = ['2026-11-02T15:59:59.999Z', '2026-11-02T16:00:00.000Z'];
    expect(found(imported(days('2026-11-03'), after))).toEqual([]);
    expect(found(other(before), imported(days('2026-11-03'), after))).toEqual([late(1, '2026-11-03')]);
  });

  it('are told with their tokens, and so is what was minted', () => {
    expect(read('zhejiang', asked(), judged(), registered(token)).told.used).toEqual([
      { tokenDigest: hash('7'), registrationId: R1, at: T, where: 'weft/zhejiang entry 2' },
    ]);
    const { told } = read('coordinator', minted());
    expect([...told.minted.keys()]).toEqual([hash('7')]);
    expect(told.minted.get(hash('7'))).toMatchObject({
      province: 'zhejiang',
      registrationId: R1,
      expiresAt: T,
    });
  });
});

describe('logs held against each other', () => {
  const [early, late] = ['2026-11-02T08:15:30.119Z', '2026-11-02T08:15:30.121Z'];
  const compare = (logs: Readonly<Record<string, readonly Said[]>>) => {
    const findings = new Findings();
    const told = new Map<string, ToldByLog>(
      Object.entries(logs).map(([party, all]) => [`weft/${party}`, read(party, ...all).told]),
    );
    compareLogs(told, findings);
    return findings.list.map(lineOf);
  };
  const counts = judged([`shandong ANSWERED ${hash('a')}`, 'jiangsu TIMEOUT -']);

  it('agree where each answer is in both, and say nothing without the coordinator', () => {
    const coordinator = [memberAsked(), counts];
    expect(compare({ coordinator, shandong: [answered(hash('a'))], jiangsu: [other()] })).toEqual([]);
    expect(compare({ shandong: [answered(hash('b'))], jiangsu: [answered(hash('c'))] })).toEqual([]);
  });

  it('show whose log lacks a question, lacks an answer, or has another', () => {
    const coordinator = [memberAsked(), counts];
    expect(compare({ coordinator: [memberAsked(C2)], shandong: [answered(hash('a'))] })).toEqual([
      `MISSING_ENTRY | weft/coordinator | has no question of check ${C1}, which weft/shandong answered`,
    ]);
    expect(compare({ coordinator, shandong: [other()] })).toEqual([
      `MISSING_ENTRY | weft/shandong | has no answer to check ${C1} than the coordinator's log counts (${hash('a')})`,
    ]);
    expect(compare({ coordinator, shandong: [answered(hash('b'))] })).toEqual([
      `ALTERED_ENTRY | weft/shandong | has another answer to check ${C1} than the coordinator's log counts (${hash('a')})`,
    ]);
  });

  it('say nothing of what came after the end of a copy', () => {
    const coordinator = [memberAsked(), counts];
    expect(compare({ coordinator, shandong: [other(early)] })).toEqual([]);
    expect(compare({ coordinator, shandong: [other(T)] })).toHaveLength(1);
    expect(compare({ coordinator, shandong: [other(late)] })).toHaveLength(1);
  });

  it('show a registration whose token the coordinator never minted, minted for another, or too long ago', () => {
    const node = (at = T) => [
      asked(),
      judged(),
      registered({ clearToken: hash('7'), checkId: C1, ground: 'clear' }, R1, at),
    ];
    const no = (problem: string) => [
      `NO_CLEAR_TOKEN | weft/zhejiang entry 2 | registration ${R1} names a clear token that ${problem}`,
    ];
    expect(compare({ coordinator: [minted()], zhejiang: node() })).toEqual([]);
    const elsewhere = 'was minted for';
    expect(compare({ coordinator: [minted({ province: 'jiangsu' })], zhejiang: node() })).toEqual(
      no(`${elsewhere} jiangsu ${R1}, not for weft/zhejiang`),
    );
    expect(compare({ coordinator: [minted({ registrationId: R2 })], zhejiang: node() })).toEqual(
      no(`${elsewhere} zhejiang ${R2}, not for weft/zhejiang`),
    );
    expect(compare({ coordinator: [minted({ expiresAt: early })], zhejiang: node() })).toEqual(
      no(`had expired at ${early}`),
    );
    expect(compare({ coordinator: [minted({ tokenDigest: hash('8') })], zhejiang: node() })).toEqual(
      no("the coordinator's log does not hold"),
    );
    // A copy of the coordinator's log that ends before cannot say so.
    expect(compare({ coordinator: [other(early)], zhejiang: node() })).toEqual([]);
    expect(compare({ coordinator: [other(T)], zhejiang: node() })).toHaveLength(1);
  });
});
