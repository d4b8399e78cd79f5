/** Closed set of what can be wrong with a signed document or a log. */
export type FederationLogErrorCode =
  /** The value has no RFC 8785 form, or is nested too deeply. */
  | 'NO_CANONICAL_FORM'
  /** Not the form of a JWS, or not the schema of what it should hold. */
  | 'MALFORMED'
  | 'TOO_LARGE'
  /** Signed bytes that are not the RFC 8785 form of what they say. */
  | 'NOT_CANONICAL'
  /** The key is not one of those that may sign here. */
  | 'UNKNOWN_KEY'
  | 'BAD_SIGNATURE'
  | 'TOO_FEW_SIGNATURES'
  /** An index or a size that the tree, the proof or the tile cannot have. */
  | 'OUT_OF_RANGE'
  /** A proof that does not lead to the root that it is held against. */
  | 'PROOF_FAILS'
  /** What a log's store gives is not what was written there. */
  | 'DAMAGED'
  /** A directory that does not follow the one in force. */
  | 'BROKEN_CHAIN'
  | 'DUPLICATE_MEMBER'
  | 'DUPLICATE_KEY';

/** This core's one error: a code for programs and a sentence for people. */
export class FederationLogError extends Error {
  override readonly name = 'FederationLogError';

  /** @param message names what is wrong with which part; never holds a secret */
  constructor(
    readonly code: FederationLogErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
