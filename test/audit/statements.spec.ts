import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  assembleBundle,
  clearGrounds,
  formatBundle,
  openPolicy,
  verifyBundle,
  type Bundle,
} from '#libs/audit';
import { signDirectory } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { CLEARABLE_CHECK_MS } from '#libs/registry';
import { AT, AuditedFederation, PROVINCES, digest } from './federation.js';

const APPLICATION = '659ecccf-150a-4631-a824-00773365514d';

let federation: AuditedFederation;
let check: Awaited<ReturnType<AuditedFederation['check']>>;
beforeAll(async () => {
  federation = await AuditedFederation.create();
  check = await federation.check({ excluding: APPLICATION });
});

const verify = (bundle: Bundle, policy = federation.policy) =>
  verifyBundle(nodeLogCrypto, policy, Buffer.from(formatBundle(bundle)));
const found = async (change: Partial<Bundle>, policy = federation.policy) =>
  (await verify({ ...check.bundle, ...change }, policy)).findings.map(
    ({ fault, where, detail }) => `${fault} | ${where} | ${detail}`,
  );
/** A change of the end of a signature, which leaves its form. */
const forge = (jws: string) => jws.slice(0, -8) + (jws.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA');
const questionOf = (change: object, signer = 'zhejiang') =>
  federation.sign(signer, { ...check.question, ...change });
const resultOf = (change: object) => federation.sign('coordinator', { ...check.result, ...change });

describe('the directory of a bundle', () => {
  it('is signed by enough founders, or nothing else is read', async () => {
    const two = PROVINCES.slice(0, 2).map((province) => federation.key(province));
    const report = await verify({
      ...check.bundle,
      directory: await signDirectory(federation.directory, two),
    });
    expect(report.findings).toEqual([
      { fault: 'UNKNOWN_KEY', where: 'directory', detail: expect.stringContaining('2') },
    ]);
    expect(report).toMatchObject({ subject: check.question.checkId, heads: [], proved: [], proven: null });
    expect(await found({ directory: {} })).toEqual([
      expect.stringMatching(/^BAD_SIGNATURE \| directory \| ./),
    ]);
  });

  it('is the one that the question was asked under, and no later one was in force', async () => {
    expect(await found({ question: await questionOf({ epoch: 2 }) })).toContain(
      'STALE_DIRECTORY | directory | is of epoch 3; the question was asked under 2',
    );
    const stale = [
      'STALE_DIRECTORY | directory | is of epoch 3; epoch 4 was in force when the question was asked',
    ];
    const under = (epoch: number, inForceFrom: string) => {
      const file = structuredClone(federation.policyFile);
      file.directories.push({ epoch, inForceFrom });
      return found({}, openPolicy(nodeLogCrypto, file));
    };
    expect(await under(4, AT)).toEqual(stale);
    expect(await under(4, '2026-11-02T08:15:30.121Z')).toEqual([]);
    expect(await under(3, '2026-11-02T08:00:00.000Z')).toEqual([]);
    expect(await under(2, '2026-11-02T08:00:00.000Z')).toEqual([]);
  });
});

describe('the question of a bundle', () => {
  it('is signed by the province that it says, and is a question', async () => {
    const nobody = ['BAD_SIGNATURE | question | says of nobody that he asked it'];
    expect(await found({ question: 'x' })).toEqual(nobody);
    expect(await found({ question: await questionOf({ asker: 1 }) })).toEqual(nobody);
    expect(await found({ question: await questionOf({}, 'jiangsu') })).toEqual([
      expect.stringMatching(/^UNKNOWN_KEY \| question \| ./),
    ]);
    expect(await found({ question: forge(check.bundle.question) })).toEqual([
      expect.stringMatching(/^BAD_SIGNATURE \| question \| ./),
    ]);
    const none = await federation.sign('zhejiang', { kind: 'weft.question.v1', asker: 'zhejiang' });
    expect(await found({ question: none })).toEqual(['NOT_A_BUNDLE | question | is no question: checkId']);
  });

  it("is of the bundle's check", async () => {
    const checkId = randomUUID();
    expect(await found({ checkId })).toContain(
      `NOT_A_BUNDLE | checkId | the question is of check ${check.question.checkId}`,
    );
    expect((await verify({ ...check.bundle, checkId })).subject).toBe(checkId);
  });
});

describe('the result of a bundle', () => {
  const notOfIt = 'BAD_SIGNATURE | result | the result is not one to this question';

  it('need not be there: the check is then INCOMPLETE, and as good', async () => {
    const { directory, question, answers, receipts } = check.bundle;
    const evidence = {
      directory: await federation.signedDirectory(),
      ...{ question, answers, result: null, receipts: receipts.filter((_, place) => place !== 1) },
    };
    expect(directory).toEqual(evidence.directory);
    const bundle = await assembleBundle(nodeLogCrypto, federation.directory, check.question, evidence);
    expect(bundle.judgement).toMatchObject({
      verdict: 'INCOMPLETE',
      complete: false,
      coordinator: 'UNREACHABLE',
    });
    expect((await verify(bundle)).findings).toEqual([]);
  });

  it('is signed by the coordinator, is a result, and to this question', async () => {
    const forged = await found({ result: forge(check.bundle.result ?? '') });
    expect(forged).toContainEqual(expect.stringMatching(/^BAD_SIGNATURE \| result \| ./));
    expect(forged).not.toContain(notOfIt);
    const foreign = await found({ result: await federation.sign('jiangsu', check.result) });
    expect(foreign).toContainEqual(expect.stringMatching(/^UNKNOWN_KEY \| result \| ./));
    const none = await found({ result: await resultOf({ verdict: 'MAYBE' }) });
    expect(none).toContain('NOT_A_BUNDLE | result | is no result: verdict');
    expect(none).not.toContain(notOfIt);
    expect(await found({ result: await resultOf({ checkId: randomUUID() }) })).toContain(notOfIt);
  });

  it('has a row for every member, and no answer that is not there', async () => {
    const { coverage } = check.result;
    const without = coverage.filter(({ province }) => province !== 'guangdong');
    const lacking = await found({ result: await resultOf({ coverage: without }) });
    expect(lacking.filter((line) => line.startsWith('MEMBER_MISSING'))).toEqual([
      'MEMBER_MISSING | result | has no row for guangdong, which the directory names',
    ]);
    const answers = check.bundle.answers.filter(({ province }) => province !== 'shandong');
    expect((await found({ answers })).filter((line) => line.startsWith('MEMBER_MISSING'))).toEqual([
      'MEMBER_MISSING | answers | the answer of shandong, which the result counts, is not there',
    ]);
  });

  it('says what the answers give', async () => {
    const lines = await found({ result: await resultOf({ verdict: 'DUPLICATE' }) });
    expect(lines).toContain(
      'VERDICT_CONTRADICTS | result | the coordinator signed another result than the answers give',
    );
    expect(await found({})).toEqual([]);
  });

  it('is not believed where it counts an answer that nobody shows', async () => {
    const silent = await federation.check({ silent: 'guangdong' });
    /** @param outcome null for a result without a row of it */
    const outcomesWith = async (outcome: string | null) => {
      const coverage = silent.result.coverage.flatMap((row) => {
        if (row.province !== 'guangdong') return [row];
        return outcome === null ? [] : [{ ...row, outcome }];
      });
      const { question, answers, receipts } = silent.bundle;
      const result = await federation.sign('coordinator', { ...silent.result, coverage });
      const evidence = { directory: await federation.signedDirectory(), question, answers, result, receipts };
      const bundle = await assembleBundle(nodeLogCrypto, federation.directory, silent.question, evidence);
      return bundle.judgement.coverage.map((row) => row.outcome);
    };
    const all = (last: string) => ['ANSWERED', 'ANSWERED', 'ANSWERED', last];
    for (const outcome of ['ANSWERED', 'PARTIAL', 'STALE_INDEX'])
      expect(await outcomesWith(outcome)).toEqual(all('UNREACHABLE'));
    expect(await outcomesWith(null)).toEqual(all('UNREACHABLE'));
    for (const outcome of ['TIMEOUT', 'REFUSED', 'BREAKER_OPEN', 'VERSION_MISMATCH'])
      expect(await outcomesWith(outcome)).toEqual(all(outcome));
  });
});

describe('the answers of a bundle', () => {
  const order = "NOT_A_BUNDLE | answers | are not each of another member, in the directory's order";

  it("are one of each member, in the directory's order", async () => {
    const [first, second, ...others] = check.bundle.answers;
    if (!first || !second) throw new Error('answers are needed');
    expect(await found({ answers: [second, first, ...others] })).toEqual([order]);
    expect(await found({ answers: [first, first, second, ...others] })).toContain(order);
    const stranger = await found({
      answers: [...check.bundle.answers, { province: 'fujian', answer: forge(first.answer) }],
    });
    expect(stranger).toEqual([order]);
  });

  it('are each signed by their member', async () => {
    const [first, ...others] = check.bundle.answers;
    if (!first) throw new Error('answers are needed');
    const of = async (answer: string) => found({ answers: [{ ...first, answer }, ...others] });
    expect(await of(forge(first.answer))).toContainEqual(
      expect.stringMatching(/^BAD_SIGNATURE \| answer of zhejiang \| ./),
    );
    expect(await of(others[0]?.answer ?? '')).toContainEqual(
      expect.stringMatching(/^UNKNOWN_KEY \| answer of zhejiang \| ./),
    );
  });
});

describe('what a bundle states and proves', () => {
  it('names the calibration, if there is one for the model', async () => {
    expect(check.bundle.judgement.calibration).toBe('cal-test');
    const question = await questionOf({ modelDigest: digest('another model') });
    expect(await found({ question })).toContainEqual(
      expect.stringMatching(/^VERDICT_CONTRADICTS \| judgement/),
    );
  });

  it('is the judgement that its answers give', async () => {
    const judgement = { ...check.bundle.judgement, verdict: 'DUPLICATE' as const, complete: false };
    expect(await found({ judgement })).toEqual([
      'VERDICT_CONTRADICTS | judgement | says DUPLICATE, complete false; the answers give CLEAR, complete true',
    ]);
  });

  it('is told in both languages, with who was silent and what an examiner decided', async () => {
    const report = await verify(
      (await federation.check({ silent: 'jiangsu', decided: ['derivative'] })).bundle,
    );
    const lines = (language: 'zh' | 'en') => report.proved.map((words) => words[language]).join('\n');
    expect(lines('en')).toMatch(
      /3 of 4 members .*zhejiang, shandong, guangdong\. The others: jiangsu TIMEOUT\./,
    );
    expect(lines('en')).toMatch(/verdict is INCOMPLETE[\s\S]*6 receipts[\s\S]*decided at .*: derivative\./);
    expect(lines('zh')).toMatch(/4 个成员中 3 个[\s\S]*其余：jiangsu TIMEOUT[\s\S]*不完整[\s\S]*演绎作品/);
    const all = await verify(check.bundle);
    expect(all.proved[1]?.en).not.toContain('The others');
    expect(all.proved[1]?.zh).not.toContain('其余');
    expect(all.proved).toHaveLength(4);
  });

  it('is the question, its digest, the entries, and the heads of the logs', async () => {
    const { proven, heads, subject } = await verify(check.bundle);
    expect(subject).toBe(check.question.checkId);
    expect(proven?.question).toEqual(check.question);
    expect(proven?.questionDigest).toBe(digest(check.bundle.question));
    expect(proven?.judged.coverage).toEqual(check.result.coverage);
    const silent = await federation.check({ silent: 'jiangsu' });
    const report = await verify(silent.bundle);
    expect(report.proven?.judged.coverage).toEqual(silent.result.coverage);
    expect(proven?.entries.map(({ party, index }) => `${party} ${index}`)).toEqual([
      'zhejiang 0',
      'coordinator 1',
      'zhejiang 1',
      'shandong 0',
      'jiangsu 0',
      'guangdong 0',
    ]);
    expect(heads.map(({ origin, size, from }) => `${origin} ${size} ${from}`)).toContain(
      'weft/coordinator 2 receipt 1',
    );
  });
});

describe('whether a proven check lets its application in', () => {
  const proven = async (change: Parameters<AuditedFederation['check']>[0] = {}) => {
    const report = await verify((await federation.check({ excluding: APPLICATION, ...change })).bundle);
    if (report.proven === null) throw new Error('the check must be proven');
    return report.proven;
  };
  const asked = Date.parse(AT);
  const now = new Date(asked);

  it('is told with all that it rests on', async () => {
    const one = await proven();
    const { checkId, fingerprintDigest } = one.question;
    expect(clearGrounds(one, now)).toEqual({
      ...{ province: 'zhejiang', registrationId: APPLICATION, checkId, fingerprintDigest, epoch: 3 },
      ...{ questionDigest: one.questionDigest, ground: 'clear', decision: null },
      positions: one.entries.map(({ party, index }) => ({ log: `weft/${party}`, index })),
    });
  });

  it('ends a month after it was asked', async () => {
    const one = await proven();
    expect(clearGrounds(one, new Date(asked + CLEARABLE_CHECK_MS))).toMatchObject({ ground: 'clear' });
    expect(clearGrounds(one, new Date(asked + CLEARABLE_CHECK_MS + 1))).toBe(
      `the check is too old: of ${AT}`,
    );
  });

  it("goes by the last word of the asker's own examiners", async () => {
    const one = await proven({ decided: ['duplicate', 'derivative'] });
    expect(clearGrounds(one, now)).toMatchObject({ ground: 'decision', decision: { kind: 'derivative' } });
    // In whatever order their receipts stand.
    const entries = [...one.entries].reverse();
    expect(clearGrounds({ ...one, entries }, now)).toMatchObject({ decision: { kind: 'derivative' } });
    const elsewhere = one.entries.map((entry) =>
      entry.record.type === 'decision.made' ? { ...entry, party: 'jiangsu' } : entry,
    );
    expect(clearGrounds({ ...one, entries: elsewhere }, now)).toMatchObject({ ground: 'clear' });
    const proposed = one.entries.map((entry) =>
      entry.record.type === 'decision.made'
        ? { ...entry, record: { ...entry.record, type: 'decision.proposed' } }
        : entry,
    );
    expect(clearGrounds({ ...one, entries: proposed }, now)).toMatchObject({ ground: 'clear' });
    const failed = one.entries.map((entry) => ({
      ...entry,
      record: { ...entry.record, outcome: 'failure' as const },
    }));
    expect(clearGrounds({ ...one, entries: failed }, now)).toMatchObject({ ground: 'clear' });
    const unread = one.entries.map((entry) => ({ ...entry, record: { ...entry.record, details: {} } }));
    expect(clearGrounds({ ...one, entries: unread }, now)).toMatchObject({ ground: 'clear' });
  });

  it('is said by one decision, and refused by one', async () => {
    expect(clearGrounds(await proven({ decided: ['derivative'] }), now)).toMatchObject({
      ground: 'decision',
    });
    expect(clearGrounds(await proven({ decided: ['duplicate'] }), now)).toBe(
      'an examiner decided "duplicate"',
    );
    const hit = {
      ...{ registrationId: randomUUID(), patternId: randomUUID(), state: 'registered' as const, score: 0.9 },
      verified: { score: 0.85, transform: null, matchedShare: { query: 0.6, candidate: 0.6 } },
    };
    const answer = {
      index: { position: 4, registryPosition: 4, searched: 1, declared: 1 },
      hits: [hit],
    };
    expect(clearGrounds(await proven({ answer }), now)).toBe(
      "the verdict is SUSPECTED, and no examiner's decision lets it in",
    );
    expect(clearGrounds(await proven({ answer, decided: ['derivative'] }), now)).toMatchObject({
      ground: 'decision',
    });
  });

  it('is for an application, of a complete check', async () => {
    const { question, ...rest } = await proven();
    const { excluding: _application, ...alone } = question;
    expect(clearGrounds({ ...rest, question: alone }, now)).toBe(
      'the check is of a picture alone, not of an application',
    );
    const silent = await proven({ silent: 'jiangsu', decided: ['derivative'] });
    expect(clearGrounds(silent, now)).toBe('the check is not complete: a member did not answer in full');
  });
});
