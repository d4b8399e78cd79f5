import { z } from 'zod';
import { DECISION_KINDS } from '../decision/decision-kinds.js';
import { count, instant, sha256 } from '../duplicate-check/statements.js';

/** How long a clear token lets in, in milliseconds. */
export const CLEAR_TOKEN_MS = 15 * 60_000;
/** How old a check may be that a token is minted from, in milliseconds: the month that an examination may take (试行办法, art. 6). */
export const CLEARABLE_CHECK_MS = 31 * 86_400_000;

export const clearTokenSchema = z.object({
  kind: z.literal('weft.clear-token.v1'),
  /** A token lets in once. */
  tokenId: z.uuid(),
  /** The one node that may register by it. */
  province: z.string().min(1).max(64),
  /** The one application that it lets in. */
  registrationId: z.uuid(),
  checkId: z.uuid(),
  /** SHA-256 of the check's signed question. */
  questionDigest: sha256,
  fingerprintDigest: sha256,
  /** Directory epoch under which the check was made and the token minted. */
  epoch: z.int().positive(),
  /** "clear": the check was CLEAR. "decision": an examiner decided that what it found is no duplicate. */
  ground: z.enum(['clear', 'decision']),
  /** The decision that it rests on; null for ground "clear". */
  decision: z.object({ decisionId: z.uuid(), kind: z.enum(DECISION_KINDS) }).nullable(),
  /** Where the question, the answers, the result and the decision stand in their logs: "weft/zhejiang" and an index from 0. */
  positions: z.array(z.object({ log: z.string().min(1).max(255), index: count })).max(256),
  issuedAt: instant,
  expiresAt: instant,
});

/** What the coordinator signs: this application may be registered, once, soon. */
export type ClearToken = z.infer<typeof clearTokenSchema>;
