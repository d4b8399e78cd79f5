import { z } from 'zod';

/** What stops a command: for people the thing it is about, what is wrong with it and how to mend it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;

  /**
   * @param field the option, variable, file, port or process it is about
   * @param problem what is wrong; never holds a secret
   * @param remedy what the user can do
   * @param options.code for programs; "PROBLEM" if absent
   */
  constructor(
    readonly field: string,
    readonly problem: string,
    readonly remedy: string,
    options: ErrorOptions & { readonly code?: string } = {},
  ) {
    super(`${field}: ${problem}; ${remedy}`, options);
    this.code = options.code ?? 'PROBLEM';
  }
}

/** An error as `--json` prints it; the same shape as the nodes' HTTP errors. */
export interface ErrorReport {
  readonly error: {
    readonly code: string;
    readonly field: string;
    readonly problem: string;
    readonly remedy: string;
  };
}

/** What the libraries' errors tell of themselves; those of the database have no field. */
const toldSchema = z.object({
  code: z.string(),
  field: z.string().default('database'),
  problem: z.string(),
  remedy: z.string(),
});

/** Any thrown value as a report of one line each; one that tells no remedy is a fault of the program. */
export function reportOf(error: unknown): ErrorReport {
  const told = toldSchema.safeParse(error).data ?? {
    code: 'FAULT',
    field: 'weft',
    problem: error instanceof Error ? error.message : String(error),
    remedy: 'run it again with WEFT_DEBUG=1 to see where it comes from',
  };
  return {
    error: {
      code: told.code,
      field: oneLine(told.field),
      problem: oneLine(told.problem),
      remedy: oneLine(told.remedy),
    },
  };
}

/** At most 500 characters of text without line breaks or control characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
