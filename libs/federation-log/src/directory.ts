import { z } from 'zod';

/** A public Ed25519 key as JWK (RFC 8037), named by its RFC 7638 thumbprint. */
export const publicKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  kid: z.string().min(1).max(64),
});

export type PublicKey = z.infer<typeof publicKeySchema>;

/** What a party's key signs: statements, the checkpoints of its own log, or its cosignatures on the logs of others. */
export type KeyUse = 'statement' | 'log' | 'witness';

/** A key of a party; one that names no use signs statements. */
const partyKeySchema = publicKeySchema.extend({ use: z.enum(['statement', 'log', 'witness']).optional() });

/** The keys of a party that have this use. */
export function keysFor<K extends { readonly use?: KeyUse | undefined }>(
  keys: readonly K[],
  use: KeyUse,
): K[] {
  return keys.filter((key) => (key.use ?? 'statement') === use);
}

const endpoint = {
  /** host:port of the gRPC service. */
  address: z.string().min(3).max(255),
  /** DNS name in its certificate, checked whatever the address. */
  tlsName: z.string().min(1).max(253),
  /** Several of one use while a key is renewed. */
  keys: z.array(partyKeySchema).min(1).max(24),
};

export const memberSchema = z.object({
  /** Province id. */
  province: z.string().regex(/^[a-z]{2,20}$/),
  ...endpoint,
});

/** One member of the federation. */
export type Member = z.infer<typeof memberSchema>;

/**
 * What the bureaus agreed on: the model in use, the thresholds on the verified score, and how often unrelated patterns reach a
 * score. Directories of before there were rates have neither id nor gallery nor background.
 */
const calibrationSchema = z.object({
  id: z
    .string()
    .regex(/^cal-[a-z0-9-]{1,60}$/)
    .default('cal-0'),
  modelDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  /** For a model whose candidates are not verified: the thresholds are on the similarity of embeddings. */
  scale: z.literal('embedding').optional(),
  duplicateAt: z.number().min(0).max(1),
  suspectedAt: z.number().min(0).max(1),
  /** Patterns in the registry for which the background is stated. */
  gallery: z.int().nonnegative().default(0),
  /** Of 10,000 unrelated patterns those whose best candidate reaches a score; highest score first. */
  background: z
    .array(z.object({ score: z.number().min(0).max(1), per10000: z.number().min(0).max(10_000) }))
    .max(64)
    .readonly()
    .default([]),
});

export const directorySchema = z.object({
  kind: z.literal('weft.directory.v1'),
  /** Rises by one with every change. */
  epoch: z.int().positive(),
  issuedAt: z.iso.datetime({ precision: 3 }),
  members: z.array(memberSchema).min(1).max(64),
  coordinator: z.object(endpoint),
  /** What the bureaus agreed on: the model in use and the score thresholds calibrated for it. */
  calibration: calibrationSchema,
  /** While the members change to another model: the same for that one, in force beside the first. */
  nextCalibration: calibrationSchema.optional(),
  /** Witnesses that are no members: their cosignatures count as those of members do. */
  witnesses: z
    .array(
      z.object({
        /** name+id+key (c2sp.org/signed-note), of a key that cosigns. */
        vkey: z.string().min(1).max(512),
        /** Where it takes checkpoints: `<url>/add-checkpoint` (c2sp.org/tlog-witness). */
        url: z.url({ protocol: /^https$/ }).max(255),
      }),
    )
    .max(16)
    .optional(),
});

/** The member directory: members, keys, addresses, model and thresholds in force. */
export type Directory = z.infer<typeof directorySchema>;

/** Whose signatures make a directory valid, pinned at each node out of band. */
export const trustSchema = z.object({
  kind: z.literal('weft.trust.v1'),
  /** How many distinct founders must have signed. */
  threshold: z.int().positive(),
  founders: z
    .array(z.object({ province: z.string(), key: publicKeySchema }))
    .min(1)
    .max(64),
});

export type Trust = z.infer<typeof trustSchema>;

/** What checks and their judgement need of a directory: its epoch, the member ids in order, the thresholds. */
export function directoryView({ epoch, members, calibration, nextCalibration }: Directory): {
  epoch: number;
  members: string[];
  calibration: Directory['calibration'];
  nextCalibration: Directory['nextCalibration'];
} {
  return { epoch, members: members.map((member) => member.province), calibration, nextCalibration };
}
