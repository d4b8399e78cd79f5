import { opensCommitment, type Digest, type Opening } from '#libs/registry';
import type { Bundle } from './bundle.js';
import type { ProvenEntry } from './check-receipts.js';
import type { Findings, Words } from './finding.js';

/** The detail in which an entry commits to each kind of value. */
const COMMITTED_IN = { picture: 'pictureCommitment', reason: 'reasonCommitment' } as const;

/**
 * Opens the commitments of proven entries by what the bundle discloses: each opening must open one of them.
 * @returns in words what was committed to
 */
export function openCommitments(
  { openings = [] }: Pick<Bundle, 'openings'>,
  entries: readonly ProvenEntry[],
  digest: Digest,
  findings: Findings,
): Words[] {
  return openings.flatMap((opening, place) => {
    const entry = entries.find(({ record }) =>
      opensCommitment(digest, record.details[COMMITTED_IN[opening.of]], opening),
    );
    if (entry) return [wordsOf(entry, opening)];
    findings.add(
      'ALTERED_ENTRY',
      `opening ${place}`,
      `opens no ${opening.of} that a proven entry commits to`,
    );
    return [];
  });
}

function wordsOf({ record, index }: ProvenEntry, { of, value }: Opening): Words {
  const place = `${record.origin} ${index} (${record.type})`;
  return of === 'picture'
    ? {
        zh: `记录 ${place} 所承诺的图片摘要是 ${value}。`,
        en: `Entry ${place} commits to the picture ${value}.`,
      }
    : { zh: `记录 ${place} 所承诺的理由是：${value}`, en: `Entry ${place} commits to the reason: ${value}` };
}
