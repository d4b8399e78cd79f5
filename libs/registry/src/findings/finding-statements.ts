import { z } from 'zod';
import { commitmentSchema } from '../audit-events/commitment.js';
import type { Digest } from '../duplicate-check/ports.js';
import { instant, sha256 } from '../duplicate-check/statements.js';
import { uuidOf } from '../uuid-of.js';

/** What can become of a finding, from the sending on. */
export const FINDING_STEPS = ['sent', 'acknowledged', 'examined', 'upheld', 'rejected', 'revoked'] as const;

export type FindingStep = (typeof FINDING_STEPS)[number];

const province = z.string().regex(/^[a-z]{2,20}$/);

/**
 * What is said in words is not part of what is signed: the statement commits to it, and it goes beside, so that it can be erased and the
 * signature stays. Statements of before said it themselves; `reason` is empty in all others, for members that know no commitments.
 */
const said = {
  reason: z.string().max(4_000),
  /** To the reason; absent where none was given. */
  reasonCommitment: commitmentSchema.exactOptional(),
};

/** What every statement of a finding says: each names the one before it, so that a history cannot be told in two ways. */
const common = {
  kind: z.literal('weft.finding.v1'),
  findingId: z.uuid(),
  /** The province that found the duplicate. */
  from: province,
  /** The province whose registration it is about. */
  to: province,
  at: instant,
};

/** Signed by the province that found the duplicate. */
const sentSchema = z.object({
  ...common,
  step: z.literal('sent'),
  before: z.null(),
  /** Of the other province. */
  registrationId: z.uuid(),
  /** The sender's check that found it, and SHA-256 of that check's evidence bundle. */
  checkId: z.uuid(),
  evidenceDigest: sha256,
  /** What the sender says of it, for the other's examiners. */
  ...said,
});

/** Signed by the province whose registration it is about. */
const answeredSchema = z.object({
  ...common,
  step: z.enum(['acknowledged', 'examined', 'upheld', 'rejected', 'revoked']),
  /** SHA-256 of the statement before, as it was signed (JWS). */
  before: sha256,
  /** Of a rejection always. */
  ...said,
});

export const findingStatementSchema = z.discriminatedUnion('step', [sentSchema, answeredSchema]);

/** One step of a finding, as a province signs it. */
export type FindingStatement = z.infer<typeof findingStatementSchema>;
export type SentFinding = z.infer<typeof sentSchema>;

/** A reason that a statement commits to, with what opens the commitment. */
export interface CommittedReason {
  /** 1 to 4,000 characters. */
  readonly reason: string;
  /** 64 hexadecimal digits. */
  readonly salt: string;
}

/** A statement that was read and whose signature holds. */
export interface SignedStep {
  /** SHA-256 of the JWS. */
  readonly digest: string;
  /** The province whose key signed it. */
  readonly signer: string;
  readonly statement: FindingStatement;
}

/**
 * The id of a finding: of who found which registration by which check (a UUID of version 8, RFC 9562). Nobody can take the id of
 * another's finding, and the same finding sent twice is one.
 */
export function findingIdOf(
  digest: Digest,
  { from, checkId, registrationId }: Pick<SentFinding, 'from' | 'checkId' | 'registrationId'>,
): string {
  return uuidOf(digest, `weft.finding.v1 ${from} ${checkId} ${registrationId}`);
}
