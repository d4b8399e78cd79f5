import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  Findings,
  compareLogs,
  diffLogs,
  formatBundle,
  gravestFault,
  openPolicy,
  verifyBundle,
  verifyLog,
  type Bundle,
  type Fault,
  type LogTerms,
  type ToldByLog,
} from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { AT, AuditedFederation, PARTIES, PROVINCES, digest, filesOf, record, rootOf } from './federation.js';

let federation: AuditedFederation;
let check: Awaited<ReturnType<AuditedFederation['check']>>;
beforeAll(async () => {
  federation = await AuditedFederation.create();
  check = await federation.check();
});

const everything: LogTerms = { known: [], everyFile: true };
const logOf = (party: string) => new Map(check.logs.get(party));
const faultOfLog = async (files: ReadonlyMap<string, Uint8Array>, terms = everything) =>
  gravestFault((await verifyLog(nodeLogCrypto, federation.policy, filesOf(files), terms)).findings);
const faultOfBundle = async (bundle: Bundle | Uint8Array, policy = federation.policy) => {
  const bytes = bundle instanceof Uint8Array ? bundle : Buffer.from(formatBundle(bundle));
  return gravestFault((await verifyBundle(nodeLogCrypto, policy, bytes)).findings);
};
const entries = (count: number, word = 'a') =>
  Array.from({ length: count }, (_, at) => record('zhejiang', 'person.added', `${word}${at}`, {}));
const flip = (bytes: Uint8Array, at: number, bit: number) => {
  const copy = Buffer.from(bytes);
  const place = at % copy.length;
  copy[place] = (copy[place] ?? 0) ^ (1 << bit);
  return copy;
};

describe('a log', () => {
  it('of every party of a check is proved', async () => {
    for (const party of PARTIES) {
      const report = await verifyLog(nodeLogCrypto, federation.policy, filesOf(logOf(party)), everything);
      expect(report.findings).toEqual([]);
      expect(report.proved[0]?.en).toContain(`weft/${party}`);
      expect(report.proved[0]?.zh).toContain('没有缺失');
    }
  });

  it('is refused after a change of any bit of any file, by the right class', async () => {
    const log = await federation.log('zhejiang', entries(300));
    const paths = [...log.keys()];
    const due = (path: string): readonly Fault[] =>
      path === 'checkpoint' ? ['BAD_SIGNATURE', 'UNKNOWN_KEY', 'NOT_A_BUNDLE'] : ['ALTERED_ENTRY'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.nat(7), async (path, at, bit) => {
        const changed = new Map(log).set(path, flip(log.get(path) ?? Buffer.alloc(1), at, bit));
        const report = await verifyLog(nodeLogCrypto, federation.policy, filesOf(changed), everything);
        expect(due(path)).toContain(report.findings[0]?.fault);
      }),
      { numRuns: 120 },
    );
  });

  it('by its hashes alone is refused for what the hashes show, and says that nothing else was checked', async () => {
    const hashOnly = { ...everything, hashOnly: true };
    const unread = [Buffer.from('{}'), record('zhejiang', 'check.judged', 'c1', {}), ...entries(300)];
    const log = await federation.log('zhejiang', unread);
    const report = await verifyLog(nodeLogCrypto, federation.policy, filesOf(log), hashOnly);
    expect([report.findings, report.told]).toEqual([[], null]);
    expect(report.proved.map(({ en }) => en).join('\n')).toMatch(/what the entries say was not read/);
    expect(report.proved.map(({ zh }) => zh).join('\n')).toMatch(/没有读记录的内容/);
    expect(await faultOfLog(log)).toBe('NOT_A_BUNDLE');
    for (const path of [...log.keys()].filter((one) => one !== 'checkpoint')) {
      const changed = new Map(log).set(path, flip(log.get(path) ?? Buffer.alloc(1), 40, 3));
      expect([path, await faultOfLog(changed, hashOnly)]).toEqual([path, 'ALTERED_ENTRY']);
    }
    const head = { origin: 'weft/zhejiang', size: 300, root: rootOf(entries(300, 'b')), from: 'receipt 0' };
    expect(await faultOfLog(log, { ...hashOnly, known: [head] })).toBe('FORKED_LOG');
  });

  it('is held against known heads of any size', async () => {
    const list = entries(600);
    const log = await federation.log('zhejiang', list);
    const sizes = [1, 2, 255, 256, 257, 511, 512, 513, 599, 600];
    const heads = sizes.map((size) => ({
      origin: 'weft/zhejiang',
      size,
      root: rootOf(list.slice(0, size)),
      from: 'receipt',
    }));
    expect(await faultOfLog(log, { known: heads, everyFile: false })).toBeNull();
    for (const head of heads) {
      const other = { ...head, root: rootOf(entries(head.size, 'b')) };
      expect(await faultOfLog(log, { known: [other], everyFile: false })).toBe('FORKED_LOG');
    }
  });

  it('is refused without any one of its files', async () => {
    const log = await federation.log('zhejiang', entries(300));
    for (const path of log.keys()) {
      const without = new Map(log);
      without.delete(path);
      expect(await faultOfLog(without)).toBe(path === 'checkpoint' ? 'NOT_A_BUNDLE' : 'MISSING_ENTRY');
    }
  });

  it('rewritten under its old checkpoint is altered; cut short, it lacks what a receipt shows', async () => {
    const old = await federation.log('zhejiang', entries(5));
    const rewritten = await federation.log('zhejiang', entries(5, 'b'));
    rewritten.set('checkpoint', old.get('checkpoint') ?? Buffer.alloc(0));
    expect(await faultOfLog(rewritten)).toBe('ALTERED_ENTRY');
    const head = { origin: 'weft/zhejiang', size: 5, root: rootOf(entries(5)), from: 'receipt 0' };
    const shorter = await federation.log('zhejiang', entries(4));
    expect(await faultOfLog(shorter, { known: [head], everyFile: false })).toBe('MISSING_ENTRY');
    expect(await faultOfLog(old, { known: [head], everyFile: false })).toBeNull();
  });

  it('signed twice with two histories is forked', async () => {
    const head = { origin: 'weft/zhejiang', size: 5, root: rootOf(entries(5)), from: 'receipt 0' };
    const other = await federation.log('zhejiang', entries(9, 'b'));
    expect(await faultOfLog(other, { known: [head], everyFile: false })).toBe('FORKED_LOG');
  });

  it('needs its quorum, and each witness once', async () => {
    const cosigned = (...names: string[]) => federation.log('zhejiang', entries(2), names);
    expect(await faultOfLog(await cosigned('shandong', 'jiangsu'))).toBeNull();
    expect(await faultOfLog(await cosigned('shandong', 'shandong'))).toBe('BELOW_QUORUM');
    expect(await faultOfLog(await cosigned())).toBe('BELOW_QUORUM');
    expect(await faultOfLog(await cosigned('shandong', 'jiangsu', 'zhejiang'))).toBe('UNKNOWN_KEY');
    expect(await faultOfLog(await federation.log('coordinator', [], PROVINCES.slice(0, 3)))).toBeNull();
    expect(await faultOfLog(await federation.log('coordinator', [], PROVINCES.slice(0, 2)))).toBe(
      'BELOW_QUORUM',
    );
  });

  it('of a key revoked from a position on is refused after it', async () => {
    const revoked = structuredClone(federation.policyFile);
    for (const log of revoked.logs) for (const key of log.keys) key.revokedFrom = 3;
    const policy = openPolicy(nodeLogCrypto, revoked);
    const faultAt = async (size: number) => {
      const log = filesOf(await federation.log('zhejiang', entries(size)));
      return gravestFault((await verifyLog(nodeLogCrypto, policy, log, everything)).findings);
    };
    expect(await faultAt(3)).toBeNull();
    expect(await faultAt(4)).toBe('UNKNOWN_KEY');
  });

  describe('of registrations', () => {
    const C1 = randomUUID();
    const ONE = randomUUID();
    const fault = async (...all: Uint8Array[]) => faultOfLog(await federation.log('zhejiang', all));
    const asked = record('zhejiang', 'check.asked', C1, {});
    const judged = record('zhejiang', 'check.judged', C1, {});
    const decided = (decision: string) => record('zhejiang', 'decision.made', C1, { decision });
    const registered = (details: object, id = ONE) => record('zhejiang', 'registry.registered', id, details);
    const token = { clearToken: digest('token'), checkId: C1, ground: 'clear' };

    it('has a clear token of its own for each, from a check that was judged before and not decided otherwise', async () => {
      const byDecision = { ...token, ground: 'decision' };
      expect(await fault(asked, judged, registered(token))).toBeNull();
      expect(await fault(asked, judged, registered({}))).toBe('NO_CLEAR_TOKEN');
      expect(await fault(asked, judged, registered(token), registered(token))).toBe('NO_CLEAR_TOKEN');
      expect(await fault(registered(token))).toBe('NO_CLEAR_TOKEN');
      expect(await fault(asked, judged, registered(byDecision))).toBe('NO_CLEAR_TOKEN');
      expect(await fault(asked, judged, decided('derivative'), registered(byDecision))).toBeNull();
      expect(await fault(asked, judged, decided('duplicate'), registered(token))).toBe('NO_CLEAR_TOKEN');
      const overruled = [decided('derivative'), decided('needs-more')];
      expect(await fault(asked, judged, ...overruled, registered(byDecision))).toBe('NO_CLEAR_TOKEN');
    });

    it('has by import only those of before it began', async () => {
      const imported = (...exempt: string[]) =>
        record('zhejiang', 'registry.imported', null, { exempt: exempt.map((day) => `${ONE} ${day}`) });
      expect(await fault(imported('2021-03-05', '2026-11-02'))).toBeNull();
      expect(await fault(imported('2026-11-03'))).toBe('NO_CLEAR_TOKEN');
    });

    it("names tokens that the coordinator's log holds, for that province and application, in time", async () => {
      const node = [asked, judged, registered(token)];
      const faultBeside = async (coordinator: Uint8Array[]) => {
        const findings = new Findings();
        const told = new Map<string, ToldByLog>();
        for (const [party, all] of [['zhejiang', node] as const, ['coordinator', coordinator] as const]) {
          const files = await federation.log(party, all);
          const report = await verifyLog(nodeLogCrypto, federation.policy, filesOf(files), everything);
          expect(report.findings).toEqual([]);
          if (report.told) told.set(`weft/${party}`, report.told);
        }
        compareLogs(told, findings);
        return gravestFault(findings.list);
      };
      const minted = (change: object) =>
        record('coordinator', 'clear-token.minted', C1, {
          tokenDigest: digest('token'),
          province: 'zhejiang',
          registrationId: ONE,
          expiresAt: AT,
          ...change,
        });
      expect(await faultBeside([minted({})])).toBeNull();
      expect(await faultBeside([minted({ tokenDigest: digest('another') })])).toBe('NO_CLEAR_TOKEN');
      expect(await faultBeside([minted({ province: 'jiangsu' })])).toBe('NO_CLEAR_TOKEN');
      expect(await faultBeside([minted({ registrationId: randomUUID() })])).toBe('NO_CLEAR_TOKEN');
      expect(await faultBeside([minted({ expiresAt: '2026-11-02T08:00:00.000Z' })])).toBe('NO_CLEAR_TOKEN');
      // A copy that ends before the registration cannot say that its token is not there.
      expect(await faultBeside([])).toBeNull();
    });
  });

  it('holds no verdict without its question, no record of another log, nothing that is no record', async () => {
    const judged = record('zhejiang', 'check.judged', randomUUID(), {});
    expect(await faultOfLog(await federation.log('zhejiang', [judged]))).toBe('MISSING_ENTRY');
    expect(
      await faultOfLog(await federation.log('zhejiang', [record('jiangsu', 'node.started', null, {})])),
    ).toBe('ALTERED_ENTRY');
    for (const wrong of ['{}', '{"b":1,"a":2}', 'x'])
      expect(await faultOfLog(await federation.log('zhejiang', [Buffer.from(wrong)]))).toBe('NOT_A_BUNDLE');
  });

  it('may keep older partial tiles, if they are beginnings; other files it may not', async () => {
    const log = await federation.log('zhejiang', entries(300));
    const older = (await federation.log('zhejiang', entries(2))).get('tile/0/000.p/2') ?? Buffer.alloc(0);
    expect(await faultOfLog(new Map(log).set('tile/0/000.p/2', older))).toBeNull();
    expect(await faultOfLog(new Map(log).set('tile/0/000.p/2', flip(older, 3, 1)))).toBe('ALTERED_ENTRY');
    expect(await faultOfLog(new Map(log).set('tile/0/009', older))).toBe('NOT_A_BUNDLE');
    expect(await faultOfLog(new Map(log).set('notes.txt', older))).toBe('NOT_A_BUNDLE');
  });
});

describe('logs held against each other', () => {
  const told = async (party: string, list: readonly Uint8Array[]) => {
    const report = await verifyLog(
      nodeLogCrypto,
      federation.policy,
      filesOf(await federation.log(party, list)),
      everything,
    );
    if (!report.told) throw new Error('the log must be read');
    return [report.subject, report.told] as const;
  };
  const faultOf = async (...logs: Promise<Awaited<ReturnType<typeof told>>>[]) => {
    const findings = new Findings();
    compareLogs(new Map(await Promise.all(logs)), findings);
    return gravestFault(findings.list);
  };

  it('show who left out or changed an answer', async () => {
    const coordinator = told('coordinator', check.entries.get('coordinator') ?? []);
    const shandong = check.entries.get('shandong') ?? [];
    expect(await faultOf(coordinator, told('shandong', shandong))).toBeNull();
    const later = record('shandong', 'node.started', null, {});
    expect(await faultOf(coordinator, told('shandong', [later]))).toBe('MISSING_ENTRY');
    const other = record('shandong', 'member.answered', check.question.checkId, {
      answerDigest: digest('other'),
    });
    expect(await faultOf(coordinator, told('shandong', [other]))).toBe('ALTERED_ENTRY');
    expect(await faultOf(told('coordinator', []), told('shandong', shandong))).toBe('MISSING_ENTRY');
    expect(await faultOf(told('shandong', shandong))).toBeNull();
  });
});

describe('the difference of two copies', () => {
  it('is none, a beginning, or the entry where they part', async () => {
    const copy = (count: number, word?: string) => federation.log('zhejiang', entries(count, word));
    const diff = async (a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>) =>
      diffLogs(nodeLogCrypto, filesOf(a), filesOf(b));
    expect(await diff(await copy(300), await copy(300))).toMatchObject({ relation: 'SAME', at: null });
    expect(await diff(await copy(300), await copy(290))).toMatchObject({ relation: 'PREFIX', at: 290 });
    const parted = await federation.log('zhejiang', [...entries(270), ...entries(30, 'b')]);
    expect(await diff(await copy(300), parted)).toMatchObject({ relation: 'FORKED', at: 270 });
    await expect(diff(await copy(1), logOf('jiangsu'))).rejects.toThrow(/weft\/jiangsu/);
    await expect(diff(await copy(1), new Map())).rejects.toThrow(/no checkpoint/);
  });
});

describe('a bundle', () => {
  it('of a complete check is proved, in both languages, and is small', async () => {
    const report = await verifyBundle(nodeLogCrypto, federation.policy, check.file);
    expect(report.findings).toEqual([]);
    expect(check.bundle.judgement).toMatchObject({ verdict: 'CLEAR', complete: true, coordinator: 'AGREES' });
    expect(report.proved.map(({ en }) => en).join('\n')).toMatch(/4 of 4 members.*\n.*verdict is CLEAR/);
    expect(report.proved.map(({ zh }) => zh).join('\n')).toContain('无重复');
    expect(check.file.length).toBeLessThan(200_000);
  });

  it('of a check with a silent member says INCOMPLETE, and is as good', async () => {
    const silent = await federation.check({ silent: 'guangdong' });
    expect(await faultOfBundle(silent.file)).toBeNull();
    expect(silent.bundle.judgement.verdict).toBe('INCOMPLETE');
    const clear = {
      ...silent.bundle,
      judgement: { ...silent.bundle.judgement, verdict: 'CLEAR' as const, complete: true },
    };
    expect(await faultOfBundle(clear)).toBe('VERDICT_CONTRADICTS');
  });

  it('is refused after a change of any bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(7), async (at, bit) => {
        expect(await faultOfBundle(flip(check.file, at, bit))).not.toBeNull();
      }),
      { numRuns: 120 },
    );
  });

  it('is refused by the class of what is wrong', async () => {
    const { bundle } = check;
    const [first, ...others] = bundle.answers;
    if (!first) throw new Error('an answer is needed');
    const forged = first.answer.slice(0, -8) + (first.answer.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA');
    const other = await federation.check();
    const stale = { ...federation.directory, epoch: 2 };
    const cases: [Fault, Bundle][] = [
      ['NOT_A_BUNDLE', { ...bundle, checkId: other.question.checkId }],
      ['NOT_A_BUNDLE', { ...bundle, answers: [...others, first] }],
      ['NOT_A_BUNDLE', { ...bundle, receipts: [...bundle.receipts, other.bundle.receipts[0] ?? ''] }],
      ['BAD_SIGNATURE', { ...bundle, answers: [{ ...first, answer: forged }, ...others] }],
      ['BAD_SIGNATURE', { ...bundle, result: other.bundle.result }],
      ['STALE_DIRECTORY', { ...bundle, directory: await federation.signedDirectory(stale) }],
      ['UNKNOWN_KEY', { ...bundle, question: await federation.sign('jiangsu', check.question) }],
      ['MEMBER_MISSING', { ...bundle, answers: others }],
      ['MISSING_ENTRY', { ...bundle, receipts: bundle.receipts.slice(1) }],
      ['VERDICT_CONTRADICTS', { ...bundle, judgement: { ...bundle.judgement, calibration: 'cal-other' } }],
    ];
    for (const [fault, wrong] of cases) expect([fault, await faultOfBundle(wrong)]).toEqual([fault, fault]);
  });

  it('with a result that the coordinator signed against the answers is refused', async () => {
    const result = await federation.sign('coordinator', { ...check.result, verdict: 'DUPLICATE' });
    expect(await faultOfBundle({ ...check.bundle, result, receipts: check.bundle.receipts })).toBe(
      'ALTERED_ENTRY',
    );
  });

  it('whose receipts show two histories of one log is refused as forked', async () => {
    const list = check.entries.get('coordinator') ?? [];
    const swapped = [...list.slice(1), ...list.slice(0, 1)];
    const second = await federation.receipt(await federation.log('coordinator', swapped), 0, swapped);
    expect(await faultOfBundle({ ...check.bundle, receipts: [...check.bundle.receipts, second] })).toBe(
      'FORKED_LOG',
    );
  });

  it('below the quorum is refused as that alone', async () => {
    const list = check.entries.get('coordinator') ?? [];
    const log = await federation.log('coordinator', list, ['zhejiang', 'jiangsu']);
    const receipts = check.bundle.receipts.map((receipt) => receipt);
    receipts[1] = await federation.receipt(log, 1, list);
    expect(await faultOfBundle({ ...check.bundle, receipts })).toBe('BELOW_QUORUM');
  });

  it('asked under a directory that was replaced before is stale', async () => {
    const file = structuredClone(federation.policyFile);
    file.directories.push({ epoch: 4, inForceFrom: '2026-11-02T08:15:30.000Z' });
    expect(await faultOfBundle(check.bundle, openPolicy(nodeLogCrypto, file))).toBe('STALE_DIRECTORY');
    file.directories[1] = { epoch: 4, inForceFrom: '2026-11-03T00:00:00.000Z' };
    expect(await faultOfBundle(check.bundle, openPolicy(nodeLogCrypto, file))).toBeNull();
  });
});

describe('a policy', () => {
  it('asks for 2 of the 3 others of a province, 3 of 4 of the coordinator', () => {
    const quorums = federation.policyFile.logs.map(({ origin, quorum, witnesses }) => [
      origin,
      quorum,
      witnesses.length,
    ]);
    expect(quorums).toEqual([
      ...PROVINCES.map((province) => [`weft/${province}`, 2, 3]),
      ['weft/coordinator', 3, 4],
    ]);
  });

  it.each<[string, (policy: AuditedFederation['policyFile']) => void, RegExp]>([
    [
      'a quorum out of reach',
      ({ logs: [log] }) => {
        if (log) log.quorum = 4;
      },
      /fewer witnesses/,
    ],
    [
      'a log twice',
      ({ logs }) => {
        logs.push(...logs.slice(0, 1));
      },
      /twice/,
    ],
    [
      'a witness key twice',
      ({ logs: [log] }) => {
        log?.witnesses.push(...log.witnesses.slice(0, 1));
      },
      /twice/,
    ],
    [
      'its own party as witness',
      ({ logs: [first, second] }) => {
        first?.witnesses.push(...(second?.witnesses.slice(0, 1) ?? []));
      },
      /own party/,
    ],
    [
      'a key that is none',
      ({ logs: [log] }) => {
        log?.keys.push({ vkey: 'weft/zhejiang+00000000+AAAA' });
      },
      /vkey/,
    ],
    [
      'no kind',
      (policy) => {
        Reflect.deleteProperty(policy, 'kind');
      },
      /kind/,
    ],
  ])('is refused with %s', (_name, change, words) => {
    const policy = structuredClone(federation.policyFile);
    change(policy);
    expect(() => openPolicy(nodeLogCrypto, policy)).toThrow(words);
  });
});
