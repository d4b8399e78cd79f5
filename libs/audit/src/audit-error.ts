/** Input that an audit cannot start with: a policy that is none. */
export class AuditError extends Error {
  override readonly name = 'AuditError';
  readonly code = 'INVALID_INPUT';

  /**
   * @param field what it is about
   * @param problem what is wrong with it
   * @param remedy what to do
   */
  constructor(
    readonly field: string,
    readonly problem: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${field}: ${problem}; ${remedy}`, options);
  }
}
