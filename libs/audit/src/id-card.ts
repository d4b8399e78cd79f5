import { FederationLogError, canonicalJson, parseCanonical } from '#libs/federation-log';
import { openingSchema, REGISTRATION_STATES, type Digest } from '#libs/registry';
import { z } from 'zod';

const MAX_CARD_BYTES = 262_144;

/** What every card says of itself, word for word. */
export const CARD_ABOUT = {
  zh: '这是一件作品登记的数字身份卡（一图一码）。receipts 证明 facts 所列的每一步都在该省的日志里并经其他省见证；opening 证明受理时所承诺的正是摘要为 pictureDigest 的图片。卡片只说到 receipts 的检查点为止，其后是否撤销须看日志。请用命令 weft audit verify 离线核验，无需信任任何一省的服务器。',
  en: 'This is the identity card of one registration. "receipts" prove that each step in "facts" is in the province\'s log and was witnessed by other provinces; "opening" proves that what was filed is the picture with the digest "pictureDigest". The card says nothing of what came after the checkpoint of its receipts: whether it was revoked since, the log tells. Verify it offline with "weft audit verify"; no server of any province has to be trusted.',
} as const;

const cardFactsSchema = z.strictObject({
  province: z.string().regex(/^[a-z]{2,20}$/),
  registrationId: z.uuid(),
  /** Null while it is not registered. */
  registrationNumber: z.string().min(1).max(64).nullable(),
  /** Of the picture's file. */
  pictureDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  /** In their order; the last is the state in which it stands. */
  steps: z
    .array(
      z.strictObject({
        state: z.enum(REGISTRATION_STATES),
        at: z.iso.datetime({ precision: 3 }),
        /** Index in the province's log. */
        entry: z.int().nonnegative(),
      }),
    )
    .min(1)
    .max(8)
    .readonly(),
});

/** What an identity card says of a registration: nothing that the log does not prove. */
export type CardFacts = z.infer<typeof cardFactsSchema>;

const cardSchema = z.strictObject({
  kind: z.literal('weft.id-card.v1'),
  about: z.strictObject({ zh: z.literal(CARD_ABOUT.zh), en: z.literal(CARD_ABOUT.en) }),
  facts: cardFactsSchema,
  /** Opens the commitment of the first step; null where the salt was erased. */
  opening: openingSchema.nullable(),
  /** tlog-proof texts whose extra data is the log's entry: one for each step, in their order. */
  receipts: z.array(z.string().min(1).max(100_000)).max(8).readonly(),
});

/** The identity card of a registration: what `weft audit verify` reads. */
export type IdCard = z.infer<typeof cardSchema>;

/** A card as its file holds it: RFC 8785 form and a newline. */
export function formatCard(card: Omit<IdCard, 'kind' | 'about'>): string {
  return `${canonicalJson(cardSchema.parse({ kind: 'weft.id-card.v1', about: CARD_ABOUT, ...card }))}\n`;
}

/** SHA-256 over the RFC 8785 form of the facts: what the card's QR code holds. */
export function cardDigest(digest: Digest, facts: CardFacts): string {
  return digest(canonicalJson(facts));
}

/** Whether a file says that it is a card; nothing else of it is read. */
export function isCard(bytes: Uint8Array): boolean {
  return (
    bytes.length <= MAX_CARD_BYTES && new TextDecoder().decode(bytes).includes('"kind":"weft.id-card.v1"')
  );
}

/** The card in a file's bytes, not verified; a text where it is none: what is wrong with it. */
export function parseCard(bytes: Uint8Array): IdCard | string {
  if (bytes.length > MAX_CARD_BYTES) return `is over ${MAX_CARD_BYTES} bytes`;
  if (bytes.at(-1) !== 0x0a) return 'does not end in a newline';
  try {
    const parsed = cardSchema.safeParse(parseCanonical(bytes.subarray(0, -1)));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'is wrong'}`;
  } catch (error) {
    if (error instanceof FederationLogError) return error.message;
    throw error;
  }
}
