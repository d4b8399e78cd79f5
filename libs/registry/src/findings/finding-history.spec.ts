import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { CHINA_WORK_CALENDAR } from '../examination/china-calendar.js';
import { dueOf, historyOfFinding, nextStatement, type FindingHistory } from './finding-history.js';
import {
  findingStatementSchema,
  type FindingStatement,
  type FindingStep,
  type SignedStep,
} from './finding-statements.js';

const findingId = randomUUID();
const COMMITMENT = `commitment:${'5a'.repeat(32)}`;
const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const at = (day: number) => new Date(Date.UTC(2026, 2, 5 + day)).toISOString();

/** As a JWS would be: the digest is of what was signed. */
function signed(statement: FindingStatement, signer: string): SignedStep {
  return {
    statement: findingStatementSchema.parse(statement),
    signer,
    digest: hash(JSON.stringify(statement)),
  };
}

const sent = signed(
  {
    kind: 'weft.finding.v1',
    findingId,
    from: 'zhejiang',
    to: 'guangdong',
    at: at(0),
    step: 'sent',
    before: null,
    registrationId: randomUUID(),
    checkId: randomUUID(),
    evidenceDigest: hash('bundle'),
    reason: '镜像',
  },
  'zhejiang',
);

/** All of a finding's statements, each signed over the one before. */
function chain(...acts: Exclude<FindingStep, 'sent'>[]): SignedStep[] {
  return acts.reduce<SignedStep[]>(
    (before, step, place) => {
      const history = historyOfFinding(findingId, before);
      const statement = nextStatement(history, {
        province: 'guangdong',
        step,
        reasonCommitment: step === 'rejected' ? COMMITMENT : null,
        at: at(place + 1),
      });
      return [...before, signed(statement, 'guangdong')];
    },
    [sent],
  );
}

const stepsOf = ({ steps }: FindingHistory) => steps.map(({ statement }) => statement.step);
const fates = [
  ['acknowledged', 'examined', 'upheld', 'revoked'],
  ['acknowledged', 'examined', 'rejected'],
] as const;

describe('the history of a finding between two provinces', () => {
  it('is the same at both sides, whatever order its statements came in, and however often', () => {
    for (const fate of fates) {
      const all = chain(...fate);
      const delivery = fc
        .tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.array(fc.constantFrom(...all)))
        .map(([once, again]) => [...once, ...again]);
      fc.assert(
        fc.property(delivery, delivery, fc.integer({ min: 0, max: 9 }), (here, there, cut) => {
          const halfway = historyOfFinding(findingId, here.slice(0, cut));
          // What is told early is never taken back: it is the beginning of the whole.
          expect(['sent', ...fate].slice(0, halfway.steps.length)).toEqual(stepsOf(halfway));
          expect(historyOfFinding(findingId, here)).toEqual(historyOfFinding(findingId, there));
          expect(stepsOf(historyOfFinding(findingId, here))).toEqual(['sent', ...fate]);
          expect(historyOfFinding(findingId, here)).toMatchObject({ waiting: [], fork: [] });
        }),
      );
    }
  });

  it('keeps what comes early until its predecessor is there', () => {
    const [, acknowledged, examined] = chain('acknowledged', 'examined');
    const early = [acknowledged, examined].flatMap((one) => one ?? []);
    expect(historyOfFinding(findingId, early)).toMatchObject({ steps: [], fork: [] });
    expect(historyOfFinding(findingId, early).waiting).toHaveLength(2);
    expect(stepsOf(historyOfFinding(findingId, [...early, sent]))).toEqual([
      'sent',
      'acknowledged',
      'examined',
    ]);
  });

  it('takes no step of a wrong signer, another finding, a forbidden order or an earlier time', () => {
    const [, acknowledged] = chain('acknowledged');
    if (!acknowledged) throw new Error('there is one');
    const { statement } = acknowledged;
    const wrong: SignedStep[] = [
      { ...acknowledged, signer: 'zhejiang' },
      { ...acknowledged, signer: 'shandong' },
      signed({ ...statement, findingId: randomUUID() }, 'guangdong'),
      signed({ ...statement, from: 'jiangsu' }, 'guangdong'),
      signed({ ...statement, at: at(-1) }, 'guangdong'),
      ...(statement.step === 'sent' ? [] : [signed({ ...statement, step: 'upheld' }, 'guangdong')]),
    ];
    for (const one of wrong) expect(stepsOf(historyOfFinding(findingId, [sent, one]))).toEqual(['sent']);
  });

  it('goes no further where its owner told two histories, and names both, in any order', () => {
    const upheld = chain('acknowledged', 'examined', 'upheld');
    const rejected = chain('acknowledged', 'examined', 'rejected');
    const revoked = chain('acknowledged', 'examined', 'upheld', 'revoked').slice(-1);
    fc.assert(
      fc.property(fc.shuffledSubarray([...upheld, ...rejected, ...revoked], { minLength: 9 }), (all) => {
        const history = historyOfFinding(findingId, all);
        expect(stepsOf(history)).toEqual(['sent', 'acknowledged', 'examined']);
        expect(history.fork.map(({ statement }) => statement.step).sort()).toEqual(['rejected', 'upheld']);
        expect(history.waiting).toHaveLength(1);
        const act = { province: 'guangdong', step: 'upheld', reasonCommitment: null, at: at(9) } as const;
        expect(() => nextStatement(history, act)).toThrow('has two histories');
      }),
    );
  });

  it('lets the owner alone act, in order, and reject with a reason only', () => {
    const history = historyOfFinding(findingId, chain('acknowledged', 'examined'));
    const act = (change: object) => () =>
      nextStatement(history, {
        province: 'guangdong',
        step: 'upheld',
        reasonCommitment: null,
        at: at(9),
        ...change,
      });
    expect(act({ province: 'zhejiang' })).toThrow('is about a registration of guangdong');
    expect(act({ step: 'revoked' })).toThrow(
      'is examined, which cannot become revoked; it can become upheld or rejected',
    );
    expect(act({ step: 'rejected' })).toThrow('reason: is empty');
    expect(act({ step: 'rejected', reasonCommitment: COMMITMENT })()).toMatchObject({
      reason: '',
      reasonCommitment: COMMITMENT,
    });
    expect(act({})()).not.toHaveProperty('reasonCommitment');
    expect(act({ at: at(-9) })().at).toBe(at(2));
    expect(() =>
      nextStatement(historyOfFinding(findingId, []), {
        province: 'guangdong',
        step: 'acknowledged',
        reasonCommitment: null,
        at: at(1),
      }),
    ).toThrow('names no finding here');
  });

  it('says what it waits for, until when, and that it is late', () => {
    const due = (acts: Parameters<typeof chain>, day: string) =>
      dueOf(historyOfFinding(findingId, chain(...acts)), CHINA_WORK_CALENDAR, day);
    // Sent on Thursday 5 March 2026; 20 working days end on 2 April.
    const acknowledged = { awaits: 'acknowledgement', by: '2026-03-10', sure: true };
    expect(due([], '2026-03-10')).toEqual({ ...acknowledged, late: false });
    expect(due([], '2026-03-11')).toEqual({ ...acknowledged, late: true });
    const answered = { awaits: 'answer', by: '2026-04-02', sure: true };
    expect(due(['acknowledged', 'examined'], '2026-04-02')).toEqual({ ...answered, late: false });
    expect(due(['acknowledged'], '2026-04-03')).toEqual({ ...answered, late: true });
    expect(due(['acknowledged', 'examined', 'rejected'], '2027-01-01')).toEqual({
      awaits: 'nothing',
      by: null,
      late: false,
      sure: true,
    });
  });
});
