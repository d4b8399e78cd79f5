import { transformSchema } from '#libs/registry';
import { z } from 'zod';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const share = z.number().min(0).max(1);
const pixels = z.int().positive();
const words = z.object({ zh: z.string(), en: z.string() });

const pictureSchema = z.object({
  /** Of the picture's file. */
  digest,
  mediaType: z.string(),
  width: pixels,
  height: pixels,
  /** The analysis frame, in which everything here is told and drawn, and the share of the picture that it shows. */
  frame: z.object({ width: pixels, height: pixels, covers: share }),
});

const colourSchema = z.object({ hex: z.string().regex(/^#[0-9a-f]{6}$/), share });

const unitSchema = z.object({
  /** Vectors of the lattice, pixels of the analysis frame. */
  a: z.tuple([z.number(), z.number()]),
  b: z.tuple([z.number(), z.number()]),
  /** Repeats that stand whole in the frame. */
  repeats: z.int().positive(),
  /** Whether their mean is shown, or else the one most like it. */
  averaged: z.boolean(),
});

/** evidence.json: what the pictures show, in numbers and words. docs/evidence.md explains every field. */
export const evidenceSchema = z.object({
  kind: z.literal('weft.evidence.v1'),
  modelDigest: digest,
  /** The thresholds that the verdict was given by. */
  calibration: z.object({
    id: z.string(),
    modelDigest: digest,
    duplicateAt: z.number(),
    suspectedAt: z.number(),
    gallery: z.int().nonnegative(),
    background: z.array(z.object({ score: z.number(), per10000: z.number() })).max(64),
  }),
  query: pictureSchema,
  candidate: pictureSchema,
  score: share,
  /** What the score says by itself. */
  verdict: z.enum(['DUPLICATE', 'SUSPECTED', 'CLEAR']),
  /** Of how many unrelated patterns in 10,000 the best candidate, in a registry of `gallery` patterns, reaches the score. */
  rarity: z.object({ per10000: z.number().min(0).max(10_000), gallery: z.int().nonnegative(), words }),
  /** Null where nothing lies on anything. */
  transform: transformSchema.nullable(),
  transformWords: words,
  matchedShare: z.object({ query: share, candidate: share }),
  evidence: z.object({
    cosine: z.number().min(-1).max(1),
    inliers: z.int().nonnegative(),
    agreement: z.number(),
    agreements: z.number(),
    density: share,
    features: z.int().nonnegative(),
    cells: z.number(),
  }),
  /** How the query came to lie on the candidate in the pictures: by single places, by the repeat alone, or not. */
  placedBy: z.enum(['places', 'repeat']).nullable(),
  /** Share of the candidate's frame that the query covers; null without a position. */
  covered: share.nullable(),
  repeat: z
    .object({
      query: unitSchema,
      candidate: unitSchema,
      /** Of the two drawings, colour aside. */
      correlation: z.number().min(-1).max(1),
      /** Mean difference of the colours as they are, OKLab. */
      colourDifference: z.number().nonnegative(),
      /** Mean difference that is left once the colours are fitted, OKLab. */
      drawingDifference: z.number().nonnegative(),
    })
    .nullable(),
  palette: z
    .object({
      query: z.array(colourSchema).max(6),
      candidate: z.array(colourSchema).max(6),
      mapping: z
        .array(
          z.object({
            from: z.string(),
            to: z.string(),
            share,
            agreement: share,
            difference: z.number().nonnegative(),
          }),
        )
        .max(6),
      recoloured: z.boolean(),
    })
    .nullable(),
  pictures: z
    .array(z.object({ name: z.string(), digest, width: pixels, height: pixels, caption: words }))
    .max(16),
  absent: z.array(z.object({ name: z.string(), reason: words })).max(16),
});

/** The evidence in numbers and words. */
export type EvidenceReport = z.infer<typeof evidenceSchema>;
