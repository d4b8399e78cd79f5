import {
  answerSchema,
  checkDuplicate,
  RegistryError,
  type Check,
  type CoordinatorReply,
  type MemberReply,
} from '#libs/registry';
import { createStatementSigner } from '#libs/federation-log';
import { FakeFederation, MEMBERS, MODEL, fingerprinted } from '../fakes/federation.js';

const actor = { kind: 'person', name: 'examiner' } as const;
const PATTERN = [1, 0, 0, 0];
const OTHER = [0, 1, 0, 0];

let federation: FakeFederation;
beforeEach(async () => {
  federation = await FakeFederation.create();
  for (const province of MEMBERS) federation.member(province).file(OTHER);
});

function check(from: string, numbers: readonly number[], excluding?: string): Promise<Check> {
  const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted(numbers) };
  return checkDuplicate(
    { ...federation.asking(from), fingerprinter },
    { picture: new Uint8Array(), actor, excluding, limit: 5, budgetMs: 10_000 },
  );
}

const outcomes = (one: Check): Record<string, string> =>
  Object.fromEntries(one.coverage.map((row) => [row.province, row.outcome]));

function edit(reply: MemberReply, change: (payload: string) => string): MemberReply {
  if (reply.kind !== 'answer') return reply;
  const [head, payload, signature] = reply.answerJws.split('.');
  const edited = Buffer.from(change(Buffer.from(payload ?? '', 'base64url').toString())).toString(
    'base64url',
  );
  return { kind: 'answer', answerJws: [head, edited, signature].join('.') };
}

describe('a duplicate check over four provinces', () => {
  it('is CLEAR when every member answered in full and nothing matches', async () => {
    const one = await check('zhejiang', PATTERN);
    expect(one).toMatchObject({ verdict: 'CLEAR', complete: true, coordinator: 'AGREES', epoch: 1 });
    expect(one.coverage.map((row) => [row.province, row.outcome, row.searched, row.declared])).toEqual(
      MEMBERS.map((province) => [province, 'ANSWERED', 1, 1]),
    );
    expect(one.evidence.answers).toHaveLength(4);
  });

  it.each(['registered', 'applied', 'refused', 'revoked'] as const)(
    'finds a %s work in another province',
    async (state) => {
      const registrationId = federation.member('guangdong').file(PATTERN, state);
      const one = await check('zhejiang', PATTERN);
      expect(one.verdict).toBe('DUPLICATE');
      expect(one.candidates[0]).toMatchObject({
        province: 'guangdong',
        registrationId,
        state,
        score: 1,
        verdict: 'DUPLICATE',
      });
    },
  );

  it('asks by what its province sends of a fingerprint, and signs that', async () => {
    const asked = [0, 0, 1, 0];
    const registrationId = federation.member('guangdong').file(asked);
    const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted(PATTERN) };
    const sentOf = () => fingerprinted(asked).fingerprint.bytes;
    const one = await checkDuplicate(
      { ...federation.asking('zhejiang'), fingerprinter, sentOf },
      { picture: new Uint8Array(), actor, limit: 5, budgetMs: 10_000 },
    );
    expect(one).toMatchObject({ verdict: 'DUPLICATE', complete: true });
    expect(one.candidates[0]).toMatchObject({ registrationId, score: 1 });
  });

  it('does not let an application find itself, nor another province leave one out', async () => {
    const own = federation.member('zhejiang').file(PATTERN, 'applied');
    expect((await check('zhejiang', PATTERN, own)).verdict).toBe('CLEAR');
    const foreign = federation.member('jiangsu').file(PATTERN, 'applied');
    expect((await check('zhejiang', PATTERN, foreign)).verdict).toBe('DUPLICATE');
  });

  it('gives at most one CLEAR to the same new picture offered in two provinces at once', async () => {
    for (let round = 0; round < 40; round += 1) {
      const angle = (round + 1) / 30;
      const picture = [0, 0, Math.cos(angle), Math.sin(angle)].map(Math.fround);
      federation = await FakeFederation.create();
      const file = async (province: string, delay: number): Promise<Check> => {
        for (let turn = 0; turn < delay; turn += 1) await Promise.resolve();
        const own = federation.member(province).file(picture, 'applied');
        return check(province, picture, own);
      };
      const both = await Promise.all([file('zhejiang', round % 7), file('guangdong', (round * 5) % 11)]);
      expect(both.filter((one) => one.verdict === 'CLEAR').length).toBeLessThanOrEqual(1);
    }
  });

  it('is PARTIAL, and so INCOMPLETE, when a member has lost one fingerprint', async () => {
    federation.member('shandong').file(null);
    const one = await check('zhejiang', PATTERN);
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false });
    expect(one.coverage[1]).toMatchObject({
      province: 'shandong',
      outcome: 'PARTIAL',
      searched: 1,
      declared: 2,
    });
  });

  it('is PARTIAL when it searched fewer than its own log declares, and says by which entry', async () => {
    const shandong = federation.member('shandong');
    shandong.told = { searchable: shandong.rows.length, entry: 7 };
    expect(await check('zhejiang', PATTERN)).toMatchObject({ verdict: 'CLEAR', complete: true });
    expect(shandong.log.events.at(-1)).toMatchObject({ details: { declaredAt: 7, cosigned: 0 } });
    shandong.told = { searchable: shandong.rows.length + 1, entry: 9 };
    const one = await check('zhejiang', PATTERN);
    expect([one.verdict, outcomes(one)['shandong']]).toEqual(['INCOMPLETE', 'PARTIAL']);
    shandong.told = { searchable: 0, entry: 2 };
    expect(await check('zhejiang', PATTERN)).toMatchObject({ verdict: 'CLEAR', complete: true });
  });

  it('logs the question before asking, each answer, and the verdict on both sides', async () => {
    await check('zhejiang', PATTERN);
    expect(federation.member('zhejiang').log.types()).toEqual([
      'check.asked',
      'member.answered',
      'check.judged',
    ]);
    expect(federation.member('jiangsu').log.types()).toEqual(['member.answered']);
    expect(federation.coordinatorLog.types()).toEqual(['member.asked', 'check.judged']);
    expect(JSON.stringify(federation.coordinatorLog.events)).toContain('jiangsu ANSWERED sha256:');
  });

  it('asks nobody when the question cannot be logged', async () => {
    federation.member('zhejiang').log.failing = true;
    await expect(check('zhejiang', PATTERN)).rejects.toThrow('the log is full');
    expect(federation.coordinatorLog.events).toEqual([]);
  });

  it('waits for metadata no longer than the check may take, less what keeping it takes', async () => {
    federation.member('guangdong').file(PATTERN);
    const deps = federation.asking('zhejiang');
    const given: Date[] = [];
    const metadata: typeof deps.metadata = {
      async describe(_candidates, deadline) {
        given.push(deadline);
        return new Map();
      },
    };
    const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted(PATTERN) };
    const one = await checkDuplicate(
      { ...deps, metadata, fingerprinter },
      { picture: new Uint8Array(), actor, limit: 5, budgetMs: 1_000 },
    );
    expect(one.candidates[0]).toMatchObject({ province: 'guangdong', title: null, verdict: 'DUPLICATE' });
    expect(given).toEqual([new Date(Date.parse(one.askedAt) + 950)]);
  });
});

describe('a member that verifies its candidates', () => {
  it('shows how rare the score is and how the copy lies', async () => {
    federation.member('guangdong').file(PATTERN);
    const one = await check('zhejiang', PATTERN);
    expect(one.calibration).toMatchObject({ id: 'cal-test', modelDigest: MODEL });
    expect(one.candidates[0]).toMatchObject({
      verified: { score: 1, matchedShare: { query: 1, candidate: 1 } },
      rarity: 2,
      transformWords: { zh: '原样', en: 'as it is' },
    });
    expect(one.candidates.at(-1)).toMatchObject({ verdict: null, rarity: 10_000 });
  });

  it('is PARTIAL when its time ran out, and the check INCOMPLETE, whatever lay behind the last it reached', async () => {
    federation.member('jiangsu').file(PATTERN);
    federation.member('jiangsu').candidateVerifier.reach = 0;
    const one = await check('zhejiang', PATTERN);
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'AGREES' });
    expect(outcomes(one)).toMatchObject({ jiangsu: 'PARTIAL', shandong: 'ANSWERED' });
    expect(one.coverage[2]?.detail).toMatch(/2 of the 2 given/);
    const unverified = one.candidates.filter(({ province }) => province === 'jiangsu');
    expect(
      unverified.map(({ verdict, rarity, transformWords }) => [verdict, rarity, transformWords]),
    ).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    expect(federation.member('jiangsu').log.events.at(-1)).toMatchObject({
      type: 'member.answered',
      details: { searched: 2, declared: 2, verified: 0, complete: false },
    });
  });

  it('is PARTIAL when it did not reach one that it need not even give', async () => {
    for (let more = 0; more < 10; more += 1) federation.member('jiangsu').file(OTHER);
    federation.member('jiangsu').candidateVerifier.reach = 10;
    const one = await check('zhejiang', PATTERN);
    expect([one.verdict, outcomes(one)['jiangsu']]).toEqual(['INCOMPLETE', 'PARTIAL']);
  });

  it('takes no duplicate away from another when its time runs out', async () => {
    federation.member('guangdong').file(PATTERN);
    federation.member('jiangsu').candidateVerifier.reach = 0;
    const one = await check('zhejiang', PATTERN);
    expect(one).toMatchObject({ verdict: 'DUPLICATE', complete: false });
    expect(outcomes(one)).toMatchObject({ jiangsu: 'PARTIAL', guangdong: 'ANSWERED' });
  });

  it('gives what it found among its nearest, also beyond as many as are wanted of it', async () => {
    const jiangsu = federation.member('jiangsu');
    for (let more = 0; more < 20; more += 1)
      jiangsu.file([Math.cos(0.01 * more), Math.sin(0.01 * more), 0, 0]);
    const copy = jiangsu.file([0, 0, 1, 0]);
    const { verify } = jiangsu.candidateVerifier;
    const isCopy = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer)[2] === 1;
    jiangsu.candidateVerifier.verify = async (query, candidates, deadline) =>
      (await verify.call(jiangsu.candidateVerifier, query, candidates, deadline)).map((found, place) =>
        found ? { ...found, score: isCopy(candidates[place]?.fingerprint ?? query) ? 1 : 0.1 } : null,
      );
    const one = await check('zhejiang', PATTERN);
    expect(one.candidates[0]).toMatchObject({ registrationId: copy, score: 0, verdict: 'DUPLICATE' });
    expect(one.candidates).toHaveLength(5);
  });

  it('refuses a fingerprint whose other parts cannot be read', async () => {
    federation.member('shandong').candidateVerifier.verify = async () => {
      throw new RegistryError(
        'INVALID_INPUT',
        'fingerprint',
        'its local features are truncated',
        'send it whole',
      );
    };
    const one = await check('zhejiang', PATTERN);
    expect(one.verdict).toBe('INCOMPLETE');
    expect(one.coverage[1]).toMatchObject({
      outcome: 'REFUSED',
      detail: 'fingerprint: its local features are truncated; send it whole',
    });
  });

  it('is PARTIAL when it calls an answer complete and has verified nothing', async () => {
    const { signer } = federation.member('shandong');
    const honest = federation.member('shandong').search.bind(federation.member('shandong'));
    federation.member('shandong').search = async (questions) =>
      Promise.all(
        (await honest(questions)).map(async (reply): Promise<MemberReply> => {
          if (reply.kind !== 'answer') return reply;
          const payload = Buffer.from(reply.answerJws.split('.')[1] ?? '', 'base64url').toString();
          const answer = answerSchema.parse(JSON.parse(payload));
          const hits = answer.hits.map(({ verified: _verified, ...hit }) => hit);
          return { kind: 'answer', answerJws: await signer.sign({ ...answer, complete: true, hits }) };
        }),
      );
    const one = await check('zhejiang', PATTERN);
    expect([one.verdict, outcomes(one)['shandong']]).toEqual(['INCOMPLETE', 'PARTIAL']);
  });
});

describe('an answer that is not what it should be', () => {
  it('is BAD_SIGNATURE when the coordinator edited it, and its hits are not believed', async () => {
    federation.member('guangdong').file(PATTERN);
    federation.tampering.fromCoordinator = (reply) => ({
      ...reply,
      replies: reply.replies.map((one) =>
        one.province === 'guangdong'
          ? { ...one, reply: edit(one.reply, (text) => text.replace(/"score":1\b/, '"score":0')) }
          : one,
      ),
    });
    const one = await check('zhejiang', PATTERN);
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', coordinator: 'CONTRADICTS' });
    expect(outcomes(one)).toMatchObject({ guangdong: 'BAD_SIGNATURE', zhejiang: 'ANSWERED' });
  });

  it('is BAD_SIGNATURE when it answers another question: last week’s answer cannot be replayed', async () => {
    let kept: MemberReply[] | undefined;
    federation.tampering.fromMember = (province, replies) => {
      if (province !== 'jiangsu') return replies;
      kept ??= replies;
      return kept;
    };
    expect((await check('zhejiang', PATTERN)).verdict).toBe('CLEAR');
    federation.member('jiangsu').file(PATTERN);
    const one = await check('zhejiang', PATTERN);
    expect(one.verdict).toBe('INCOMPLETE');
    expect(outcomes(one)).toMatchObject({ jiangsu: 'BAD_SIGNATURE' });
  });

  it('is BAD_SIGNATURE when one member answers in the place of another', async () => {
    let answered: (replies: MemberReply[]) => void;
    const shandong = new Promise<MemberReply[]>((resolve) => (answered = resolve));
    federation.tampering.fromMember = (province, replies) => {
      if (province === 'shandong') answered(replies);
      return province === 'jiangsu' ? shandong : replies;
    };
    expect(outcomes(await check('zhejiang', PATTERN))).toMatchObject({
      shandong: 'ANSWERED',
      jiangsu: 'BAD_SIGNATURE',
    });
  });

  it('is UNREACHABLE when the coordinator drops it, whatever the coordinator says of it', async () => {
    federation.member('guangdong').file(PATTERN);
    federation.tampering.fromCoordinator = (reply) => ({
      ...reply,
      replies: reply.replies.filter((one) => one.province !== 'guangdong'),
    });
    const one = await check('zhejiang', PATTERN);
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', coordinator: 'CONTRADICTS' });
    expect(outcomes(one)).toMatchObject({ guangdong: 'UNREACHABLE' });
  });

  it('is never CLEAR when the coordinator’s result is not signed by the coordinator', async () => {
    const key = federation.keys.get('shandong');
    if (!key) throw new Error('no key');
    const foreign = await createStatementSigner(key);
    const forged = await foreign.sign({ kind: 'weft.result.v1' });
    federation.tampering.fromCoordinator = (reply: CoordinatorReply) => ({ ...reply, resultJws: forged });
    const one = await check('zhejiang', PATTERN);
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'BAD_SIGNATURE' });
    expect(one.coverage.every((row) => row.outcome === 'ANSWERED')).toBe(true);
  });

  it('names every member when the coordinator cannot be reached', async () => {
    const fingerprinter = { modelDigest: MODEL, fingerprint: async () => fingerprinted(PATTERN) };
    const deps = federation.asking('zhejiang');
    const unreachable = {
      ...deps.federation,
      check: () =>
        Promise.reject(
          new RegistryError('FEDERATION_UNAVAILABLE', 'coordinator', 'cannot be reached', 'start it'),
        ),
    };
    const one = await checkDuplicate(
      { ...deps, fingerprinter, federation: unreachable },
      { picture: new Uint8Array(), actor, limit: 5, budgetMs: 1_000 },
    );
    expect(one).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'UNREACHABLE' });
    expect(one.coverage.map((row) => [row.province, row.outcome, row.detail])).toEqual(
      MEMBERS.map((province) => [province, 'UNREACHABLE', 'not asked: cannot be reached']),
    );
  });
});
