import { z } from 'zod';
import type { Digest } from '../duplicate-check/ports.js';

/** What an entry commits to instead of saying it: the digest of a picture, or a reason in words. */
export const COMMITTED_TO = ['picture', 'reason'] as const;

/** What opens a commitment: whoever has it can see what was committed to, and that it was nothing else. */
export const openingSchema = z.strictObject({
  of: z.enum(COMMITTED_TO),
  /** 32 random bytes, 64 hexadecimal digits. */
  salt: z.string().regex(/^[0-9a-f]{64}$/),
  /** The picture's digest ("sha256:…"), or the reason. */
  value: z.string().max(4_000),
});

export type Opening = z.infer<typeof openingSchema>;

/** "commitment:" and 64 hexadecimal digits. */
export const commitmentSchema = z.string().regex(/^commitment:[0-9a-f]{64}$/);

/**
 * SHA-256 over the UTF-8 text "weft.commitment.v1", `of`, `salt` and `value`, with a newline between them. Without the salt, which is
 * erased with what it is kept beside, the value can neither be read from it nor guessed.
 */
export function commitTo(digest: Digest, { of, salt, value }: Opening): string {
  return digest(`weft.commitment.v1\n${of}\n${salt}\n${value}`).replace(/^sha256:/, 'commitment:');
}

/** Whether this is what was committed to. */
export function opensCommitment(digest: Digest, commitment: unknown, opening: Opening): boolean {
  return openingSchema.safeParse(opening).success && commitTo(digest, opening) === commitment;
}
