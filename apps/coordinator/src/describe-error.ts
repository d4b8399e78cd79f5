/** An error as it may stand in the process's log. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: DescribedError;
}

/** Kind, message, stack and three causes; no other property: a database error carries the values of its statement. */
export function describeError(error: unknown, depth = 3): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name: type, message, stack, cause } = error;
  const described = { type, message, stack };
  return cause === undefined || depth === 0
    ? described
    : { ...described, cause: describeError(cause, depth - 1) };
}
