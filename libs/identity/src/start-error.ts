/** A start that cannot go on: what it is about, what is wrong and how to mend it, on one line. */
export class StartError extends Error {
  override readonly name = 'StartError';

  /**
   * @param field the variable, file or address that it is about
   * @param problem what is wrong with it; never its value where that may be secret
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
