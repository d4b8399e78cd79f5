import { createHash } from 'node:crypto';
import { formatCheckpoint } from '#libs/federation-log';
import type { Check, CheckReceipt, Registration, ShownCandidate, Verdict } from '#libs/registry';
import { gatherCheckFacts, type CheckFacts, type CheckMaterial } from '#libs/report';

const at = '2026-03-05T12:00:00.000Z';
export const sha256 = (data: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** The n-th UUID of the samples. */
export function uuid(n: number): string {
  return `6f1c1d0e-5a52-4d0e-9a55-${n.toString(16).padStart(12, '0')}`;
}

/** A candidate of another province. */
export function candidate(change: Partial<ShownCandidate> = {}): ShownCandidate {
  return {
    registrationId: uuid(50),
    patternId: uuid(51),
    state: 'registered',
    score: 0.97,
    verified: {
      score: 0.9731,
      transform: { mirrored: true, rotation: 90, scale: 0.7, offset: [0, 0], recoloured: true },
      matchedShare: { query: 0.93, candidate: 0.51 },
    },
    province: 'jiangsu',
    registrationNumber: '苏作登字-2021-F-00012345',
    title: '缠枝莲纹',
    category: 'F',
    registeredOn: '2021-06-01',
    centre: '南通',
    owner: null,
    pictures: null,
    verdict: 'DUPLICATE',
    rarity: 3,
    transformWords: {
      zh: '镜像、旋转 90°、缩放 0.70、换色',
      en: 'mirrored, turned 90°, scaled x0.70, recoloured',
    },
    ...change,
  };
}

const MEMBERS = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];

function coverageRow(province: string, answered: boolean): Check['coverage'][number] {
  return {
    province,
    outcome: answered ? 'ANSWERED' : 'TIMEOUT',
    detail: answered ? '' : 'no answer within 8,000 ms',
    searched: answered ? 106_000 : null,
    declared: answered ? 106_000 : null,
    position: answered ? 106_000 : null,
    modelDigest: answered ? sha256('model') : null,
    askedAt: at,
    receivedAt: answered ? at : null,
    answeredAt: answered ? at : null,
    arrivedAt: answered ? at : null,
    answerDigest: answered ? sha256(province) : null,
  };
}

/** A check with this verdict; every member answered but `silent`. */
export function checkOf(
  verdict: Verdict,
  change: Partial<Check> = {},
  silent: readonly string[] = verdict === 'INCOMPLETE' ? ['guangdong'] : [],
): Check {
  const found = verdict === 'DUPLICATE' || verdict === 'SUSPECTED';
  return {
    checkId: uuid(1),
    asker: 'zhejiang',
    registrationId: null,
    limit: 10,
    supersedes: null,
    askedAt: at,
    finishedAt: '2026-03-05T12:00:01.250Z',
    picture: { digest: sha256('picture'), width: 2_000, height: 1_500 },
    verdict,
    complete: silent.length === 0,
    candidates: [
      candidate({
        verdict: found ? verdict : null,
        ...(found ? {} : { rarity: 4_100, title: '波点' }),
      }),
    ],
    coverage: MEMBERS.map((province) => coverageRow(province, !silent.includes(province))),
    coordinator: 'AGREES',
    calibration: {
      id: 'cal-7',
      modelDigest: sha256('model'),
      duplicateAt: 0.93,
      suspectedAt: 0.89,
      gallery: 1_500,
      background: [
        { score: 0.93, per10000: 7 },
        { score: 0.89, per10000: 41 },
      ],
    },
    epoch: 3,
    evidence: { questionJws: 'q', resultJws: null, answers: [] },
    ...change,
  };
}

/** A receipt in its written form; nothing here verifies it. */
export function receiptOf(party: string, about: CheckReceipt['about'], index: number): CheckReceipt {
  const root = createHash('sha256').update(`${party} ${index}`).digest();
  const text = formatCheckpoint({ origin: `weft/${party}`, size: index + 9, root });
  const note = `${text}\n— weft/${party} ${Buffer.alloc(68, 7).toString('base64')}\n`;
  const receipt = `c2sp.org/tlog-proof@v1\nindex ${index}\n\n${note}`;
  return { party, about, state: 'WITNESSED', detail: '', receipt };
}

export const RECEIPTS: readonly CheckReceipt[] = [
  ...MEMBERS.map((party, place) => receiptOf(party, 'answer', 40 + place)),
  receiptOf('zhejiang', 'judgement', 4_711),
  receiptOf('zhejiang', 'question', 4_710),
  receiptOf('coordinator', 'result', 90),
];

/** An application of Zhejiang. */
export function applicationOf(change: Partial<Registration> = {}): Registration {
  return {
    registrationId: uuid(7),
    patternId: uuid(8),
    province: 'zhejiang',
    registrationNumber: null,
    state: 'applied',
    title: '缠枝莲纹',
    category: 'F',
    owner: '绍兴柯桥演示纺织有限公司',
    centre: '绍兴柯桥',
    completedOn: '2026-01-02',
    firstPublishedOn: null,
    registeredOn: null,
    filedAt: at,
    reason: '',
    ...change,
  };
}

/** The facts of a check's report; without pictures. */
export function factsOf(change: Partial<CheckMaterial> = {}): CheckFacts {
  return gatherCheckFacts({
    check: checkOf('DUPLICATE'),
    receipts: RECEIPTS,
    decisions: [],
    application: null,
    source: 'not-kept',
    here: new Set(),
    shown: { query: null, candidate: null, evidence: [], absent: [] },
    ...change,
  });
}
