import type { LogCrypto } from '#libs/federation-log';
import { historyOf, opensCommitment, registrationEvents } from '#libs/registry';
import { proveReceipts, type ProvenEntry } from './check-receipts.js';
import { Findings, type Words } from './finding.js';
import { cardDigest, parseCard, type CardFacts, type IdCard } from './id-card.js';
import { digestBy } from './judge-evidence.js';
import type { OpenPolicy } from './policy.js';
import type { AuditReport, KnownHead } from './verify-log.js';

/** The report of an identity card, and the heads of logs that its receipts show. */
export interface CardReport extends AuditReport {
  readonly kind: 'card';
  readonly heads: readonly KnownHead[];
}

/**
 * Verifies the identity card of a registration: every step by its receipt, the number by the entry that gave it, the picture by
 * what the application's entry commits to.
 * @param bytes the card's file
 */
export function verifyCard(crypto: LogCrypto, policy: OpenPolicy, bytes: Uint8Array): CardReport {
  const findings = new Findings();
  const card = parseCard(bytes);
  if (typeof card === 'string') {
    findings.add('NOT_A_BUNDLE', 'card', card);
    return { kind: 'card', subject: '', findings: findings.list, proved: [], heads: [] };
  }
  const { facts } = card;
  const subject = facts.registrationId;
  const { entries, heads } = proveReceipts(crypto, policy, card.receipts, findings);
  checkSteps(facts, entries, findings);
  checkNumber(facts, entries, findings);
  const digest = digestBy(crypto);
  const proved = [...provedOf(facts, entries, heads), ...checkPicture(card, entries, digest, findings)];
  proved.push({
    zh: `二维码所载的事实摘要应为 ${cardDigest(digest, facts)}。`,
    en: `The digest of the facts, as the QR code has it, is ${cardDigest(digest, facts)}.`,
  });
  return {
    kind: 'card',
    subject,
    findings: findings.list,
    proved: findings.list.length > 0 ? [] : proved,
    heads,
  };
}

/** Each step is an entry of that registration in the province's own log, and no receipt is of anything else. */
function checkSteps(
  { province, registrationId, steps }: CardFacts,
  entries: readonly ProvenEntry[],
  findings: Findings,
): void {
  for (const { party, index, record } of entries) {
    if (party !== province || record.subject !== registrationId || record.outcome !== 'success')
      findings.add('NOT_A_BUNDLE', `receipt of ${party} ${index}`, 'is not of this registration');
  }
  const told = historyOf(entries.map(({ index, record }) => ({ index, record })));
  for (const { state, at, entry } of steps) {
    const proven = told.find((one) => one.entry === entry);
    if (proven === undefined)
      findings.add('MISSING_ENTRY', `step ${state}`, `no receipt proves entry ${entry} of ${province}`);
    else if (proven.state !== state || proven.at !== at)
      findings.add('ALTERED_ENTRY', `step ${state}`, `entry ${entry} says ${proven.state} at ${proven.at}`);
  }
  if (entries.length !== steps.length)
    findings.add('MISSING_ENTRY', 'card', `has ${entries.length} proven entries for ${steps.length} steps`);
}

const decidedDetails = registrationEvents['registry.examined'].success.details.pick({
  registrationNumber: true,
});

/** The number is that of the latest entry that has one to give; an application alone has none. */
function checkNumber(
  { registrationNumber }: CardFacts,
  entries: readonly ProvenEntry[],
  findings: Findings,
): void {
  const latest = entries.toSorted((one, other) => one.index - other.index).at(-1);
  const given = decidedDetails.loose().safeParse(latest?.record.details).data?.registrationNumber ?? null;
  if (given !== registrationNumber)
    findings.add(
      'ALTERED_ENTRY',
      'registrationNumber',
      `is ${registrationNumber ?? 'none'}; the log gave ${given ?? 'none'}`,
    );
}

function checkPicture(
  { facts: { pictureDigest }, opening }: IdCard,
  entries: readonly ProvenEntry[],
  digest: ReturnType<typeof digestBy>,
  findings: Findings,
): Words[] {
  if (opening === null) {
    return [
      {
        zh: '该省已删去受理时的盐，图片摘要不能再与日志核对。',
        en: 'The salt of the application was erased: the digest of the picture can no longer be held against the log.',
      },
    ];
  }
  const filed = entries.find(({ record }) => record.type === 'registry.filed');
  const opens =
    opening.of === 'picture' &&
    opening.value === pictureDigest &&
    opensCommitment(digest, filed?.record.details['pictureCommitment'], opening);
  if (!opens) {
    findings.add('ALTERED_ENTRY', 'opening', `the application's entry does not commit to ${pictureDigest}`);
    return [];
  }
  return [
    {
      zh: `受理时所承诺的图片摘要是 ${pictureDigest}：用 sha256sum 核对手中的图片文件。`,
      en: `The application's entry commits to the picture ${pictureDigest}: hold sha256sum of the file against it.`,
    },
  ];
}

const STATE_ZH = {
  applied: '受理申请',
  examined: '审查完毕',
  registered: '准予登记',
  refused: '不予登记',
  revoked: '撤销登记',
} as const;

function provedOf(
  { province, registrationNumber, steps }: CardFacts,
  entries: readonly ProvenEntry[],
  heads: readonly KnownHead[],
): Words[] {
  const size = Math.max(0, ...heads.map((head) => head.size));
  const history = historyOf(entries);
  const checkId = history.find((step) => step.checkId !== null)?.checkId ?? null;
  return [
    ...steps.map(({ state, at, entry }) => ({
      zh: `${province} 于 ${at} ${STATE_ZH[state]}：其日志第 ${entry} 条，检查点经足够的见证方联署。`,
      en: `${province}: ${state} at ${at}: entry ${entry} of its log, under a checkpoint with enough cosignatures.`,
    })),
    ...(registrationNumber === null
      ? []
      : [
          {
            zh: `登记号 ${registrationNumber} 由日志条目给出${checkId === null ? '' : `，依据查重 ${checkId} 的放行凭证`}。`,
            en: `The log's entry gives the number ${registrationNumber}${checkId === null ? '' : `, by the clear token of check ${checkId}`}.`,
          },
        ]),
    {
      zh: `以上只到 ${size} 条为止；其后的变更（如撤销）须看该省日志。`,
      en: `All this up to ${size} entries; what came after (a revocation) is in the province's log.`,
    },
  ];
}
