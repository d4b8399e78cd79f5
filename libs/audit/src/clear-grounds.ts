import { logOriginOf } from '#libs/federation-log';
import { CLEARABLE_CHECK_MS, LETS_IN, type ClearToken } from '#libs/registry';
import { decisionsIn } from './decisions.js';
import type { ProvenCheck } from './verify-bundle.js';

/** What a clear token says of the check that it rests on. */
export type ClearGrounds = Pick<
  ClearToken,
  | 'province'
  | 'registrationId'
  | 'checkId'
  | 'questionDigest'
  | 'fingerprintDigest'
  | 'epoch'
  | 'ground'
  | 'decision'
  | 'positions'
>;

/**
 * Whether a proven check lets its application be registered: complete and CLEAR, or complete and decided by an examiner to be
 * no duplicate. That it is witnessed is part of its being proven.
 * @param now RFC 3339 time; a check that is older than a month lets nothing in
 * @returns a text where it does not: why
 */
export function clearGrounds(
  { question, questionDigest, judged, entries }: ProvenCheck,
  now: Date,
): ClearGrounds | string {
  const { asker, checkId, excluding, askedAt, fingerprintDigest, epoch } = question;
  if (excluding === undefined) return 'the check is of a picture alone, not of an application';
  if (now.getTime() - Date.parse(askedAt) > CLEARABLE_CHECK_MS) return `the check is too old: of ${askedAt}`;
  if (!judged.complete) return 'the check is not complete: a member did not answer in full';
  const latest = decisionsIn(entries.filter(({ party }) => party === asker)).at(-1);
  if (latest && !LETS_IN.includes(latest.decision)) return `an examiner decided "${latest.decision}"`;
  if (!latest && judged.verdict !== 'CLEAR')
    return `the verdict is ${judged.verdict}, and no examiner's decision lets it in`;
  return {
    province: asker,
    registrationId: excluding,
    checkId,
    questionDigest,
    fingerprintDigest,
    epoch,
    ...(latest
      ? { ground: 'decision', decision: { decisionId: latest.decisionId, kind: latest.decision } }
      : { ground: 'clear', decision: null }),
    positions: entries.map(({ party, index }) => ({ log: logOriginOf(party), index })),
  };
}
