import { randomUUID } from 'node:crypto';
import { formatCard, verifyCard, type CardFacts } from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { commitTo } from '#libs/registry';
import { AT, AuditedFederation, digest, record } from './federation.js';

const NUMBER = '浙作登字-2026-F-00000001';
const salt = 'ab'.repeat(32);
const pictureDigest = digest('a picture');
const standing = { position: 1, searchable: 1 };

let federation: AuditedFederation;
beforeAll(async () => {
  federation = await AuditedFederation.create();
});

/** A registered application's card, as its node would give it. */
async function cardOf(change: { cosigners?: string[]; number?: string; subject?: string } = {}) {
  const registrationId = randomUUID();
  const about = change.subject ?? registrationId;
  const entries = [
    record('zhejiang', 'node.started', null, {}),
    record('zhejiang', 'registry.filed', registrationId, {
      patternId: randomUUID(),
      category: 'F',
      pictureCommitment: commitTo(digest, { of: 'picture', salt, value: pictureDigest }),
      ...standing,
    }),
    record('zhejiang', 'registry.examined', about, {
      from: 'applied',
      registrationNumber: null,
      ...standing,
    }),
    record('zhejiang', 'registry.registered', registrationId, {
      registrationNumber: change.number ?? NUMBER,
      checkId: randomUUID(),
    }),
  ];
  const files = await federation.log('zhejiang', entries, change.cosigners);
  const facts: CardFacts = {
    province: 'zhejiang',
    registrationId,
    registrationNumber: NUMBER,
    pictureDigest,
    steps: (['applied', 'examined', 'registered'] as const).map((state, place) => ({
      state,
      at: AT,
      entry: place + 1,
    })),
  };
  const receipts = await Promise.all([1, 2, 3].map((index) => federation.receipt(files, index, entries)));
  return { facts, opening: { of: 'picture' as const, salt, value: pictureDigest }, receipts };
}

const verify = (card: Parameters<typeof formatCard>[0]) =>
  verifyCard(nodeLogCrypto, federation.policy, Buffer.from(formatCard(card)));
const faults = (card: Parameters<typeof formatCard>[0]) => verify(card).findings.map(({ fault }) => fault);

describe('the identity card of a registration', () => {
  it('proves picture, number, and every step, to somebody who has the policy alone', async () => {
    const card = await cardOf();
    const { findings, proved, subject } = verify(card);
    expect(findings).toEqual([]);
    expect(subject).toBe(card.facts.registrationId);
    const words = proved.map(({ zh }) => zh).join('\n');
    expect(words).toContain(`登记号 ${NUMBER}`);
    expect(words).toContain(pictureDigest);
    expect(words).toContain('准予登记：其日志第 3 条');
  });

  it('proves nothing with another number, picture, time, order of steps, or a step left out', async () => {
    const card = await cardOf();
    const { facts } = card;
    const [applied, , registered] = facts.steps;
    const changed = [
      { ...card, facts: { ...facts, registrationNumber: '浙作登字-2026-F-00000002' } },
      { ...card, facts: { ...facts, pictureDigest: digest('another') } },
      { ...card, opening: { ...card.opening, salt: 'cd'.repeat(32) } },
      {
        ...card,
        facts: { ...facts, steps: facts.steps.map((step) => ({ ...step, at: '2026-11-02T08:15:30.121Z' })) },
      },
      { ...card, facts: { ...facts, steps: [applied, registered].flatMap((step) => step ?? []) } },
      { ...card, receipts: card.receipts.slice(0, 2) },
      { ...card, facts: { ...facts, registrationId: randomUUID() } },
      { ...card, facts: { ...facts, province: 'guangdong' } },
      {
        ...card,
        receipts: card.receipts.map((one) => one.replace(/\n[A-Za-z0-9+/=]{44}\n/, `\n${'A'.repeat(43)}=\n`)),
      },
    ];
    for (const one of changed) {
      expect(faults(one).length).toBeGreaterThan(0);
      expect(verify(one).proved).toEqual([]);
    }
  });

  it('refuses a step of another registration, a log below its quorum, and a key that nobody trusts', async () => {
    expect(faults(await cardOf({ subject: randomUUID() }))).toContain('NOT_A_BUNDLE');
    expect(faults(await cardOf({ cosigners: ['shandong'] }))).toContain('BELOW_QUORUM');
    const other = await AuditedFederation.create();
    const card = await cardOf();
    const report = verifyCard(nodeLogCrypto, other.policy, Buffer.from(formatCard(card)));
    expect(report.findings.map(({ fault }) => fault)).toContain('UNKNOWN_KEY');
  });

  it('says that a picture can no longer be proved when its salt was erased, and proves the rest', async () => {
    const report = verify({ ...(await cardOf()), opening: null });
    expect(report.findings).toEqual([]);
    expect(report.proved.map(({ en }) => en).join()).toMatch(/salt of the application was erased/);
  });

  it('is refused with any byte of it changed', async () => {
    const file = Buffer.from(formatCard(await cardOf()));
    const about = file.indexOf('"facts"');
    for (let at = about; at < file.length; at += 37) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const report = verifyCard(nodeLogCrypto, federation.policy, changed);
      expect([at, report.findings.length > 0]).toEqual([at, true]);
    }
  });
});
