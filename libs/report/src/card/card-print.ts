import { REGISTRATION_STATES } from '#libs/registry';
import { z } from 'zod';

const text = z.string();

/** What is printed of a registration: on its identity card (一图一码) and its certificate (作品登记证书). */
export const cardPrintSchema = z.object({
  registrationId: z.uuid(),
  registrationNumber: text.nullable(),
  province: text,
  state: z.enum(REGISTRATION_STATES),
  title: text,
  category: text,
  owner: text,
  completedOn: text.nullable(),
  firstPublishedOn: text.nullable(),
  registeredOn: text.nullable(),
  filedAt: text,
  reason: text,
  pictureDigest: text,
  steps: z
    .array(z.object({ state: z.enum(REGISTRATION_STATES), at: text, entry: z.int() }))
    .max(8)
    .readonly(),
  /** SHA-256 of the card's facts; null where the log has no entries of its own about it. */
  factsDigest: text.nullable(),
  /** Where the log holds the latest step; null while there is no receipt. */
  entry: z.object({ log: text, index: z.int(), size: z.int(), root: text }).nullable(),
  witnessed: z.boolean(),
  /** RFC 3339; of the printing. */
  printedAt: text,
});

export type CardPrint = z.infer<typeof cardPrintSchema>;

/**
 * What the QR code of a card says, in ASCII: "weft-card/1", registration id, number (percent-encoded UTF-8, "-" for none), the
 * picture's digest, the digest of the card's facts, and where the province's log holds the latest step.
 */
export function cardCode(
  print: Pick<CardPrint, 'registrationId' | 'registrationNumber' | 'pictureDigest' | 'factsDigest' | 'entry'>,
): string {
  const { registrationId, registrationNumber, pictureDigest, factsDigest, entry } = print;
  const number = registrationNumber === null ? '-' : encodeURIComponent(registrationNumber);
  const receipt = entry ? `${entry.log} ${entry.index} ${entry.size} ${entry.root}` : 'pending';
  return `weft-card/1\n${registrationId}\n${number}\n${pictureDigest}\n${factsDigest ?? '-'}\n${receipt}`;
}
