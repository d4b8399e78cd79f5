import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  MAX_BUNDLE_BYTES,
  cardDigest,
  formatBundle,
  formatCard,
  isCard,
  parseBundle,
  parseCard,
  verifyBundle,
  verifyCard,
  type CardFacts,
} from '#libs/audit';
import { canonicalJson } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { commitTo } from '#libs/registry';
import { AT, AuditedFederation, digest, record } from './federation.js';

const NUMBER = '浙作登字-2026-F-00000001';
const salt = 'ab'.repeat(32);
const pictureDigest = digest('a picture');
const standing = { position: 1, searchable: 1 };
const MAX_CARD_BYTES = 262_144;

let federation: AuditedFederation;
let check: Awaited<ReturnType<AuditedFederation['check']>>;
beforeAll(async () => {
  federation = await AuditedFederation.create();
  check = await federation.check();
});

/** A file of so many bytes that ends in a newline. */
const padded = (bytes: number) => Buffer.from(`${'x'.repeat(bytes - 1)}\n`);
const changed = (file: string, change: (content: Record<string, unknown>) => void) => {
  const content = JSON.parse(file) as Record<string, unknown>;
  change(content);
  return Buffer.from(`${canonicalJson(content)}\n`);
};

describe("a bundle's file", () => {
  it('is bounded, ends in a newline, and is in its one written form', () => {
    const file = formatBundle(check.bundle);
    expect(file.endsWith('}\n')).toBe(true);
    expect(parseBundle(Buffer.from(file))).toEqual(check.bundle);
    expect(parseBundle(padded(MAX_BUNDLE_BYTES + 1))).toBe('is over 4194304 bytes');
    expect(parseBundle(padded(MAX_BUNDLE_BYTES))).toMatch(/not JSON/);
    expect(parseBundle(Buffer.from(file.trimEnd()))).toBe('does not end in a newline');
    expect(parseBundle(Buffer.alloc(0))).toBe('does not end in a newline');
    expect(parseBundle(Buffer.from(` ${file}`))).toMatch(/RFC 8785/);
    expect(parseBundle(Buffer.from('"x"\n'))).toMatch(/^content: ./);
  });

  it('says where it is not a bundle', () => {
    const file = formatBundle(check.bundle);
    const problem = (change: (content: Record<string, unknown>) => void) =>
      parseBundle(changed(file, change));
    expect(problem((one) => (one['kind'] = 'weft.evidence.v2'))).toMatch(/^kind: ./);
    expect(problem((one) => (one['checkId'] = 'x'))).toMatch(/^checkId: ./);
    expect(problem((one) => (one['more'] = 1))).toMatch(/^content: ./);
    expect(problem((one) => (one['openings'] = []))).toMatch(/^openings: ./);
    expect(problem((one) => (one['question'] = ''))).toMatch(/^question: ./);
    expect(problem((one) => (one['receipts'] = ['']))).toMatch(/^receipts\.0: ./);
    expect(problem((one) => (one['about'] = { zh: '', en: '' }))).toMatch(/^about\.(zh|en): ./);
    for (const wrong of [`x${digest('a')}`, `${digest('a')}0`])
      expect(problem((one) => Object.assign(one['judgement'] as object, { modelDigest: wrong }))).toMatch(
        /^judgement\.modelDigest: ./,
      );
    expect(problem((one) => Object.assign(one['judgement'] as object, { coordinator: 'MAYBE' }))).toMatch(
      /^judgement\.coordinator: ./,
    );
  });

  it('that is none is a report of that alone', async () => {
    expect(await verifyBundle(nodeLogCrypto, federation.policy, Buffer.from('x'))).toEqual({
      ...{ kind: 'bundle', subject: '', heads: [], proved: [], proven: null },
      findings: [{ fault: 'NOT_A_BUNDLE', where: 'bundle', detail: 'does not end in a newline' }],
    });
  });
});

type Step = 'filed' | 'examined' | 'registered' | 'refused' | 'revoked';

/** A card of a registration that went these steps, as its node would give it. */
async function cardOf(steps: readonly Step[] = ['filed', 'examined', 'registered']) {
  const registrationId = randomUUID();
  const checkId = randomUUID();
  const reason = { reasonCommitment: `commitment:${'0'.repeat(64)}` };
  const entryOf = (step: Step) => {
    const number = { registrationNumber: step === 'examined' || step === 'refused' ? null : NUMBER };
    const details = {
      filed: {
        patternId: randomUUID(),
        category: 'F',
        pictureCommitment: commitTo(digest, { of: 'picture', salt, value: pictureDigest }),
      },
      examined: { from: 'applied', ...number },
      registered: { ...number, checkId, clearToken: digest('token'), ground: 'clear' },
      refused: { from: 'examined', ...number, ...reason },
      revoked: { from: 'registered', ...number, ...reason },
    }[step];
    return record('zhejiang', `registry.${step}`, registrationId, { ...details, ...standing });
  };
  const entries = [record('zhejiang', 'node.started', null, {}), ...steps.map(entryOf)];
  const files = await federation.log('zhejiang', entries);
  const facts: CardFacts = {
    ...{ province: 'zhejiang', registrationId, pictureDigest },
    registrationNumber: steps.includes('registered') ? NUMBER : null,
    steps: steps.map((step, place) => ({
      state: step === 'filed' ? 'applied' : step,
      at: AT,
      entry: place + 1,
    })),
  };
  const receipts = await Promise.all(steps.map((_, place) => federation.receipt(files, place + 1, entries)));
  return { checkId, facts, opening: { of: 'picture' as const, salt, value: pictureDigest }, receipts };
}

type Card = Parameters<typeof formatCard>[0];
const fileOf = ({ facts, opening, receipts }: Card) => Buffer.from(formatCard({ facts, opening, receipts }));
const verify = (card: Card) => verifyCard(nodeLogCrypto, federation.policy, fileOf(card));
const found = (card: Card) =>
  verify(card).findings.map(({ fault, where, detail }) => `${fault} | ${where} | ${detail}`);

describe("an identity card's file", () => {
  it('is bounded, ends in a newline, and is in its one written form', async () => {
    const card = await cardOf();
    const file = fileOf(card);
    expect(parseCard(file)).toMatchObject({ kind: 'weft.id-card.v1', facts: card.facts });
    expect([isCard(file), isCard(Buffer.from(check.file)), isCard(Buffer.alloc(0))]).toEqual([
      true,
      false,
      false,
    ]);
    const full = (bytes: number) => Buffer.concat([padded(bytes - file.length), file]);
    expect([isCard(full(MAX_CARD_BYTES)), isCard(full(MAX_CARD_BYTES + 1))]).toEqual([true, false]);
    expect(parseCard(padded(MAX_CARD_BYTES + 1))).toBe('is over 262144 bytes');
    expect(parseCard(padded(MAX_CARD_BYTES))).toMatch(/not JSON/);
    expect(parseCard(file.subarray(0, -1))).toBe('does not end in a newline');
    expect(parseCard(Buffer.from('"x"\n'))).toMatch(/^content: ./);
  });

  it('says where it is no card', async () => {
    const file = fileOf(await cardOf()).toString();
    const problem = (change: (content: Record<string, unknown>) => void) => parseCard(changed(file, change));
    const facts = (change: object) => (one: Record<string, unknown>) =>
      void Object.assign(one['facts'] as object, change);
    for (const province of ['a', 'Zhejiang', '1zhejiang', 'zhejiang1', 'z'.repeat(21)])
      expect(problem(facts({ province }))).toMatch(/^facts\.province: ./);
    for (const wrong of [`x${pictureDigest}`, `${pictureDigest}0`])
      expect(problem(facts({ pictureDigest: wrong }))).toMatch(/^facts\.pictureDigest: ./);
    expect(problem(facts({ steps: [] }))).toMatch(/^facts\.steps: ./);
    expect(problem(facts({ registrationNumber: '' }))).toMatch(/^facts\.registrationNumber: ./);
    expect(problem((one) => (one['receipts'] = ['']))).toMatch(/^receipts\.0: ./);
    expect(problem((one) => (one['more'] = 1))).toMatch(/^content: ./);
    expect(verifyCard(nodeLogCrypto, federation.policy, Buffer.from('x'))).toEqual({
      ...{ kind: 'card', subject: '', proved: [], heads: [] },
      findings: [{ fault: 'NOT_A_BUNDLE', where: 'card', detail: 'does not end in a newline' }],
    });
  });
});

describe('an identity card', () => {
  it('is told step by step, to the last', async () => {
    const card = await cardOf(['filed', 'examined', 'registered', 'revoked']);
    const { proved, findings, heads } = verify(card);
    expect(findings).toEqual([]);
    const step = (state: string, entry: number) =>
      `zhejiang: ${state} at ${AT}: entry ${entry} of its log, under a checkpoint with enough cosignatures.`;
    expect(proved.map(({ en }) => en)).toEqual([
      step('applied', 1),
      step('examined', 2),
      step('registered', 3),
      step('revoked', 4),
      `The log's entry gives the number ${NUMBER}, by the clear token of check ${card.checkId}.`,
      "All this up to 5 entries; what came after (a revocation) is in the province's log.",
      `The application's entry commits to the picture ${pictureDigest}: hold sha256sum of the file against it.`,
      `The digest of the facts, as the QR code has it, is ${cardDigest(digest, card.facts)}.`,
    ]);
    expect(proved.map(({ zh }) => zh).join('\n')).toMatch(
      /受理申请[\s\S]*审查完毕[\s\S]*准予登记[\s\S]*撤销登记/,
    );
    expect(heads.map(({ size }) => size)).toEqual([5, 5, 5, 5]);
  });

  it('of an application alone has no number', async () => {
    for (const steps of [['filed'], ['filed', 'examined', 'refused']] as const) {
      const card = await cardOf(steps);
      expect(found(card)).toEqual([]);
      expect(
        verify(card)
          .proved.map(({ en }) => en)
          .join(),
      ).not.toContain('gives the number');
      const numbered = { ...card, facts: { ...card.facts, registrationNumber: NUMBER } };
      expect(found(numbered)).toEqual([
        `ALTERED_ENTRY | registrationNumber | is ${NUMBER}; the log gave none`,
      ]);
    }
  });

  it('says what of it the log does not', async () => {
    const card = await cardOf();
    const { facts, receipts } = card;
    const steps = (change: (step: CardFacts['steps'][number], place: number) => object) =>
      found({
        ...card,
        facts: { ...facts, steps: facts.steps.map((one, at) => ({ ...one, ...change(one, at) })) },
      });
    expect(steps((_, at) => (at === 1 ? { at: '2026-11-02T08:15:30.121Z' } : {}))).toEqual([
      `ALTERED_ENTRY | step examined | entry 2 says examined at ${AT}`,
    ]);
    expect(steps((_, at) => (at === 1 ? { state: 'refused' } : {}))).toEqual([
      `ALTERED_ENTRY | step refused | entry 2 says examined at ${AT}`,
    ]);
    expect(steps((_, at) => (at === 1 ? { entry: 9 } : {}))).toEqual([
      'MISSING_ENTRY | step examined | no receipt proves entry 9 of zhejiang',
    ]);
    expect(found({ ...card, receipts: receipts.slice(1) })).toEqual([
      'MISSING_ENTRY | step applied | no receipt proves entry 1 of zhejiang',
      'MISSING_ENTRY | card | has 2 proven entries for 3 steps',
      `ALTERED_ENTRY | opening | the application's entry does not commit to ${pictureDigest}`,
    ]);
    expect(found({ ...card, facts: { ...facts, registrationNumber: null } })).toEqual([
      `ALTERED_ENTRY | registrationNumber | is none; the log gave ${NUMBER}`,
    ]);
    const other = { ...facts, registrationId: randomUUID() };
    expect(found({ ...card, facts: other })).toEqual(
      [1, 2, 3].map((at) => `NOT_A_BUNDLE | receipt of zhejiang ${at} | is not of this registration`),
    );
    expect(found({ ...card, facts: { ...facts, province: 'jiangsu' } })).toEqual(
      [1, 2, 3].map((at) => `NOT_A_BUNDLE | receipt of zhejiang ${at} | is not of this registration`),
    );
    expect(found({ ...card, receipts: [...receipts].reverse() })).toEqual([]);
  });

  it('commits to the picture that it names, and to nothing else', async () => {
    const card = await cardOf();
    const no = (named: string) => [
      `ALTERED_ENTRY | opening | the application's entry does not commit to ${named}`,
    ];
    expect(found({ ...card, opening: { ...card.opening, of: 'reason' } })).toEqual(no(pictureDigest));
    expect(found({ ...card, opening: { ...card.opening, salt: 'cd'.repeat(32) } })).toEqual(
      no(pictureDigest),
    );
    const another = digest('another');
    expect(found({ ...card, opening: { ...card.opening, value: another } })).toEqual(no(pictureDigest));
    expect(found({ ...card, facts: { ...card.facts, pictureDigest: another } })).toEqual(no(another));
    const erased = verify({ ...card, opening: null });
    expect(erased.findings).toEqual([]);
    expect(erased.proved.map(({ zh }) => zh).join()).toContain('不能再与日志核对');
  });
});
