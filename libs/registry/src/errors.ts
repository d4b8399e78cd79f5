/** Closed set of what can be wrong; apps map each to one HTTP and one gRPC status. */
export type RegistryErrorCode =
  | 'INVALID_INPUT'
  | 'UNFIT_PICTURE'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'WRONG_STATE'
  | 'FORBIDDEN'
  | 'NO_CLEAR_TOKEN'
  | 'UNAUTHENTICATED'
  | 'TOO_MANY'
  | 'FEDERATION_UNAVAILABLE'
  | 'INDEX_UNAVAILABLE'
  | 'INDEX_TIMEOUT';

/** The core's one error: a code for programs; for people the field, the value's problem and what to do. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';

  /**
   * @param code class of the failure
   * @param field what the failure is about, as its sender named it ("picture", "registrationNumber")
   * @param problem what is wrong with it; never holds a secret
   * @param remedy what the sender can do about it
   */
  constructor(
    readonly code: RegistryErrorCode,
    readonly field: string,
    readonly problem: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${field}: ${problem}; ${remedy}`, options);
  }
}

/** Work that is not begun because too much waits before it; nothing was done about it, and it may be sent again. */
export class Busy extends RegistryError {
  /**
   * @param field what the work is ("check")
   * @param retryAfterMs milliseconds after which it is worth sending it again
   */
  constructor(
    field: string,
    readonly retryAfterMs: number,
  ) {
    super('TOO_MANY', field, 'too much waits before it', 'send it again after the time told');
  }
}
