import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { assembleBundle, formatBundle, verifyBundle, type Bundle } from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { commitTo } from '#libs/registry';
import { AuditedFederation, PROVINCES, digest, record } from './federation.js';

const APPLICATION = '659ecccf-150a-4631-a824-00773365514d';

let federation: AuditedFederation;
let check: Awaited<ReturnType<AuditedFederation['check']>>;
beforeAll(async () => {
  federation = await AuditedFederation.create();
  check = await federation.check({ excluding: APPLICATION });
});

const verify = (bundle: Bundle) =>
  verifyBundle(nodeLogCrypto, federation.policy, Buffer.from(formatBundle(bundle)));
const found = async (change: Partial<Bundle>) =>
  (await verify({ ...check.bundle, ...change })).findings.map(
    ({ fault, where, detail }) => `${fault} | ${where} | ${detail}`,
  );

describe('the receipts of a bundle', () => {
  const receipts = () => [...check.bundle.receipts];
  const listOf = (party: string) => check.entries.get(party) ?? [];
  /** A receipt of an entry in a log that is otherwise the check's own. */
  const receiptOf = async (party: string, entry: Uint8Array) => {
    const list = [...listOf(party), entry];
    return federation.receipt(await federation.log(party, list), list.length - 1, list);
  };
  const with_ = async (receipt: string) => found({ receipts: [...receipts(), receipt] });

  it('are each a receipt with its entry, which leads to the root', async () => {
    expect(await with_('x')).toEqual([expect.stringMatching(/^NOT_A_BUNDLE \| receipt 6 \| ./)]);
    const [first = ''] = receipts();
    const bare = first.replace(/\nextra [^\n]+/, '');
    expect(await with_(bare)).toEqual(['MISSING_ENTRY | receipt 6 | does not hold the entry that it proves']);
    const moved = first.replace('\nindex 0\n', '\nindex 1\n');
    expect(await with_(moved)).toEqual([
      expect.stringMatching(/^ALTERED_ENTRY \| receipt 6 \| weft\/zhejiang entry 1: ./),
    ]);
  });

  it('are of entries of their log, of this check', async () => {
    const id = check.question.checkId;
    expect(await with_(await receiptOf('jiangsu', Buffer.from('{}')))).toEqual([
      expect.stringMatching(/^NOT_A_BUNDLE \| receipt 6 \| weft\/jiangsu entry 1: ./),
    ]);
    expect(await with_(await receiptOf('jiangsu', record('shandong', 'node.started', null, {})))).toEqual([
      'ALTERED_ENTRY | receipt 6 | an entry of shandong in the log weft/jiangsu',
    ]);
    const other = randomUUID();
    expect(await with_(await receiptOf('jiangsu', record('jiangsu', 'member.answered', other, {})))).toEqual([
      `NOT_A_BUNDLE | receipt 6 | is of member.answered ${other}, not of this check`,
    ]);
    expect(await with_(await receiptOf('jiangsu', record('jiangsu', 'node.started', null, {})))).toEqual([
      'NOT_A_BUNDLE | receipt 6 | is of node.started , not of this check',
    ]);
    const ofDirectory = record('jiangsu', 'directory.loaded', null, {
      ...{ epoch: 3, digest: digest('directory'), members: PROVINCES },
    });
    expect(await with_(await receiptOf('jiangsu', ofDirectory))).toEqual([]);
    const filed = (subject: string) =>
      record('zhejiang', 'registry.filed', subject, {
        ...{ patternId: other, category: 'F', position: 1, searchable: 1 },
        pictureCommitment: `commitment:${'0'.repeat(64)}`,
      });
    expect(await with_(await receiptOf('zhejiang', filed(APPLICATION)))).toEqual([]);
    const card = record('zhejiang', 'id-card.issued', APPLICATION, {
      ...{ cardDigest: digest('card'), receipts: 3, disclosed: 1 },
    });
    expect(await with_(await receiptOf('zhejiang', card))).toEqual([
      `NOT_A_BUNDLE | receipt 6 | is of id-card.issued ${APPLICATION}, not of this check`,
    ]);
    expect(await with_(await receiptOf('zhejiang', filed(other)))).toEqual([
      `NOT_A_BUNDLE | receipt 6 | is of registry.filed ${other}, not of this check`,
    ]);
    const decided = record('zhejiang', 'decision.made', id, { decision: 'derivative' });
    expect(await with_(await receiptOf('zhejiang', decided))).toEqual([]);
    const alone = await federation.check();
    const ofNone = await federation.receipt(await federation.log('zhejiang', [filed(APPLICATION)]), 0, [
      filed(APPLICATION),
    ]);
    const report = await verify({ ...alone.bundle, receipts: [...alone.bundle.receipts, ofNone] });
    expect(report.findings.map(({ fault }) => fault)).toEqual(['NOT_A_BUNDLE']);
  });

  it('are one for the question, for the result and for each answer, of these very statements', async () => {
    const due = [
      ['weft/zhejiang', 'check.asked'],
      ['weft/coordinator', 'check.judged'],
      ['weft/zhejiang', 'member.answered'],
      ['weft/shandong', 'member.answered'],
      ['weft/jiangsu', 'member.answered'],
      ['weft/guangdong', 'member.answered'],
    ];
    for (const [place, [log, type]] of due.entries())
      expect(await found({ receipts: receipts().filter((_, at) => at !== place) })).toEqual([
        `MISSING_ENTRY | ${log} | no receipt proves its entry ${type} of this check`,
      ]);
    const id = check.question.checkId;
    const other = [
      [0, 'zhejiang', 'check.asked', { questionDigest: digest('another') }],
      [1, 'coordinator', 'check.judged', { resultDigest: digest('another') }],
      [3, 'shandong', 'member.answered', { questionDigest: digest(check.bundle.question) }],
    ] as const;
    for (const [place, party, type, details] of other) {
      const list = receipts();
      list[place] = await receiptOf(party, record(party, type, id, details));
      expect(await found({ receipts: list })).toEqual([
        `ALTERED_ENTRY | weft/${party} | its entry ${type} is of another statement than the bundle holds`,
      ]);
    }
  });

  it('stand under checkpoints that their logs signed', async () => {
    const [first = ''] = receipts();
    const lines = first.split('\n');
    const unsigned = lines.filter((line) => !line.startsWith('— weft/zhejiang ')).join('\n');
    expect(await with_(unsigned)).toEqual([
      'UNKNOWN_KEY | receipt 6 | no key of weft/zhejiang signed the checkpoint',
    ]);
  });

  it('open what their entries commit to, where the bundle discloses it', async () => {
    const opening = { of: 'reason' as const, salt: 'a'.repeat(64), value: '另一幅作品' };
    const entry = record('zhejiang', 'decision.made', check.question.checkId, {
      ...{ decision: 'derivative', reasonCommitment: commitTo(digest, opening) },
    });
    const list = [...receipts(), await receiptOf('zhejiang', entry)];
    const report = await verify({ ...check.bundle, receipts: list, openings: [opening] });
    expect(report.proved.at(-1)).toEqual({
      zh: '记录 zhejiang 2 (decision.made) 所承诺的理由是：另一幅作品',
      en: 'Entry zhejiang 2 (decision.made) commits to the reason: 另一幅作品',
    });
    expect(await found({ openings: [opening] })).toEqual([
      'ALTERED_ENTRY | opening 0 | opens no reason that a proven entry commits to',
    ]);
    const { question, answers, result } = check.bundle;
    const evidence = {
      directory: await federation.signedDirectory(),
      question,
      answers,
      result,
      receipts: list,
    };
    const made = (openings: (typeof opening)[]) =>
      assembleBundle(nodeLogCrypto, federation.directory, check.question, { ...evidence, openings });
    expect((await made([opening])).openings).toEqual([opening]);
    expect(await made([])).not.toHaveProperty('openings');
  });

  it('show no two histories of one log', async () => {
    const list = listOf('coordinator');
    const swapped = [...list].reverse();
    const second = await federation.receipt(await federation.log('coordinator', swapped), 0, swapped);
    expect(await with_(second)).toEqual([
      'FORKED_LOG | weft/coordinator | signed two roots at 2 entries: receipt 1 and receipt 6',
    ]);
    // The same head twice, and heads of two sizes, are one history as far as anybody can say.
    expect(await with_(receipts()[1] ?? '')).toEqual([]);
  });
});
