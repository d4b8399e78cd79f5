/** Most bytes of one message, either way: 64 questions with their fingerprints, or 64 answers of 100 verified hits. */
export const MAX_MESSAGE_BYTES = 4_194_304;
/** Most calls at once on one connection. */
export const MAX_CONCURRENT_CALLS = 128;
/** A connection without a call is closed after this, in milliseconds. */
export const MAX_IDLE_MS = 600_000;
/** Longest that a batch's stream may stay open, in milliseconds. */
export const MAX_STREAM_MS = 3_600_000;
/** Silence after which an open batch stream is given up, in milliseconds; the coordinator reports progress far more often. */
export const STREAM_SILENCE_MS = 15_000;
/** Most characters of a detail that a peer sent. */
const MAX_DETAIL = 500;

/** Channel options of both sides. */
export const MESSAGE_LIMITS = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
} as const;

/** A peer's words, cut to 500 characters and well-formed, so that they can be signed and logged. */
export function boundedDetail(text: string): string {
  return text.slice(0, MAX_DETAIL).replace(/\p{Surrogate}/gu, '\ufffd');
}
