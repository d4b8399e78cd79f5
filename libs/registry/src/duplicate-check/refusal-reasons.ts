/** Why a question is not taken, or not answered. */
export const REFUSAL_REASONS = [
  'MALFORMED',
  'BAD_SIGNATURE',
  'REPLAYED',
  'WRONG_EPOCH',
  'EXPIRED',
  'VERSION_MISMATCH',
  'NOT_ALLOWED',
  'OVER_QUOTA',
  'INDEX_UNAVAILABLE',
  'INDEX_TIMEOUT',
  'BUSY',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];
