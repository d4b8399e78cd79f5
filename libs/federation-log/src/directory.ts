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
export const KEY_USES = ['statement', 'log', 'witness'] as const;

export type KeyUse = (typeof KEY_USES)[number];

const instant = z.iso.datetime({ precision: 3 });

export const revocationSchema = z
  .array(z.strictObject({ log: z.string().min(1).max(255), from: z.int().nonnegative() }))
  .max(65);

const keyLife = {
  /** It signs nothing of before. */
  notBefore: instant.optional(),
  /** It signs nothing of this instant or later. */
  notAfter: instant.optional(),
  /**
   * For a compromised key: what it signed stays good where it stands in a log under that position, for a checkpoint of at most
   * so many entries; in a log that is not named, nothing it signed is good.
   */
  revoked: revocationSchema.optional(),
};

const understoodKeySchema = publicKeySchema.extend({ use: z.enum(KEY_USES).optional(), ...keyLife });

/** A key that this program can verify by; one that names no use (a weft.directory.v1) signs statements. */
export type UnderstoodKey = z.infer<typeof understoodKeySchema>;

/** A key of another kind or use, for example of SM2 or ML-DSA: carried as it is, never verified by. */
const otherKeySchema = z
  .looseObject({ kty: z.string().min(1).max(16), kid: z.string().min(1).max(128) })
  .refine(({ kty, crv, use }) => !(kty === 'OKP' && crv === 'Ed25519' && isKeyUse(use)), {
    message: 'is no Ed25519 public key as JWK with its validity',
  })
  .refine((key) => !('d' in key || 'priv' in key), { message: 'holds a private key' });

export const partyKeySchema = z.union([understoodKeySchema, otherKeySchema]);

/** A key of a party, understood or not. */
export type PartyKey = z.infer<typeof partyKeySchema>;

function isKeyUse(use: unknown): use is KeyUse | undefined {
  return use === undefined || KEY_USES.some((known) => known === use);
}

/** Whether this program can verify by the key. */
export function isUnderstood(key: PartyKey): key is UnderstoodKey {
  return key.kty === 'OKP' && 'crv' in key && key.crv === 'Ed25519' && isKeyUse(key['use']);
}

/** The keys that have this use and that this program understands. */
export function keysFor(keys: readonly PartyKey[], use: KeyUse): UnderstoodKey[] {
  return keys.filter(isUnderstood).filter((key) => (key.use ?? 'statement') === use);
}

/** Whether what a key signed can be of this instant: within its validity, whatever was revoked. */
export function isValidAt({ notBefore, notAfter }: UnderstoodKey, at: Date): boolean {
  const from = notBefore === undefined || Date.parse(notBefore) <= at.getTime();
  return from && (notAfter === undefined || at.getTime() < Date.parse(notAfter));
}

/**
 * The first position of a log at which nothing that the key signed is good any more: a statement must stand under it, a
 * checkpoint have at most so many entries. Null if the key is not revoked.
 * @param origin of the log that holds the statement or the checkpoint, "weft/zhejiang"
 */
export function revokedFrom({ revoked }: UnderstoodKey, origin: string): number | null {
  if (revoked === undefined) return null;
  return revoked.find(({ log }) => log === origin)?.from ?? 0;
}

const endpoint = {
  /** host:port of the gRPC service. */
  address: z.string().min(3).max(255),
  /** DNS name in its certificate, checked whatever the address. */
  tlsName: z.string().min(1).max(253),
  /** Where the same party answers too: other processes with its keys, on its database, under its TLS name. */
  alsoAt: z.array(z.string().min(3).max(255)).max(7).optional(),
  /** Several of one use while a key is renewed; one that is no longer used stays for what it signed. */
  keys: z.array(partyKeySchema).min(1).max(64),
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
export const calibrationSchema = z.object({
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

/** Witnesses that are no members: their cosignatures count as those of members do. */
export const outsideWitnessesSchema = z
  .array(
    z.object({
      /** name+id+key (c2sp.org/signed-note), of a key that cosigns. */
      vkey: z.string().min(1).max(512),
      /** Where it takes checkpoints: `<url>/add-checkpoint` (c2sp.org/tlog-witness). */
      url: z.url({ protocol: /^https$/ }).max(255),
    }),
  )
  .max(16);

const directoryFields = z.object({
  /** v1 has keys for statements alone, without validity, and names no directory before it. */
  kind: z.enum(['weft.directory.v1', 'weft.directory.v2']),
  /** Rises by one with every change. */
  epoch: z.int().positive(),
  issuedAt: instant,
  /** Digest of the directory of the epoch before; null in the first. */
  previous: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .nullable()
    .optional(),
  members: z.array(memberSchema).min(1).max(64),
  coordinator: z.object(endpoint),
  /** What the bureaus agreed on: the model in use and the score thresholds calibrated for it. */
  calibration: calibrationSchema,
  /** While the members change to another model: the same for that one, in force beside the first. */
  nextCalibration: calibrationSchema.optional(),
  witnesses: outsideWitnessesSchema.optional(),
});

export const directorySchema = directoryFields.superRefine((directory, context) => {
  if (directory.kind === 'weft.directory.v1') return;
  if (directory.previous === undefined) {
    context.addIssue({ code: 'custom', path: ['previous'], message: 'is missing' });
  }
  for (const { party, keys } of partiesOf(directory)) {
    for (const key of keys.filter(isUnderstood)) {
      const named = [key.use, key.notBefore, key.notAfter].every((value) => value !== undefined);
      if (named && Date.parse(key.notBefore ?? '') < Date.parse(key.notAfter ?? '')) continue;
      const message = `of ${party}: ${key.kid} needs use, notBefore and a later notAfter`;
      context.addIssue({ code: 'custom', path: ['keys'], message });
    }
  }
});

/** The member directory: members, keys, addresses, model and thresholds in force. */
export type Directory = z.infer<typeof directoryFields>;

/** Every party with its keys: the members in their order, then "coordinator". */
export function partiesOf({
  members,
  coordinator,
}: Pick<Directory, 'members' | 'coordinator'>): { party: string; keys: readonly PartyKey[] }[] {
  return [
    ...members.map(({ province, keys }) => ({ party: province, keys })),
    { party: 'coordinator', keys: coordinator.keys },
  ];
}

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
