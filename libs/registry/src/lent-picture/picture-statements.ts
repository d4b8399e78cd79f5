import { z } from 'zod';
import { instant, sha256 } from '../duplicate-check/statements.js';

/** What a province lets the others see of its deposit copies, from least to most. */
export const PICTURE_POLICIES = ['nothing', 'thumbnail', 'full'] as const;

export type PicturePolicy = (typeof PICTURE_POLICIES)[number];

/** What can be asked for. */
export const PICTURE_SIZES = ['thumbnail', 'full'] as const;

export type PictureSize = (typeof PICTURE_SIZES)[number];

/** Longest side of what is shown, pixels. */
export const PICTURE_SIDES: Readonly<Record<PictureSize, number>> = { thumbnail: 320, full: 2_048 };

/** How long a picture that was shown may be looked at, in milliseconds. */
export const PICTURE_SHOWN_MS = 10 * 60_000;

/** Longest reason, in characters. */
export const MAX_PICTURE_REASON = 500;

export const pictureRequestSchema = z.object({
  kind: z.literal('weft.picture-request.v1'),
  asker: z.string().min(1).max(64),
  owner: z.string().min(1).max(64),
  registrationId: z.uuid(),
  size: z.enum(PICTURE_SIZES),
  /** Why it must be seen, in the examiner's words; empty only for a thumbnail. */
  reason: z.string().max(MAX_PICTURE_REASON),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  askedAt: instant,
});

/** What the asking province signs. */
export type PictureRequest = z.infer<typeof pictureRequestSchema>;

export const shownPictureSchema = z.object({
  kind: z.literal('weft.shown-picture.v1'),
  owner: z.string().min(1).max(64),
  /** SHA-256 of the signed request. */
  requestDigest: sha256,
  /** SHA-256 of the bytes that go with it. */
  contentDigest: sha256,
  shownAt: instant,
  /** From then on it is not to be looked at any more. */
  expiresAt: instant,
});

/** What the owning province signs: these bytes are what it shows on that request. */
export type ShownPicture = z.infer<typeof shownPictureSchema>;
