import { FederationLogError } from '#libs/federation-log';
import { PersistenceError } from '#libs/persistence';
import { RegistryError } from '#libs/registry';

/** What stops a command: for people the thing it is about, what is wrong with it and how to mend it. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param field the option, variable, file, port or process it is about
   * @param problem what is wrong; never holds a secret
   * @param remedy what the user can do
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

/** An error as `--json` prints it; the same shape as the nodes' HTTP errors. */
export interface ErrorReport {
  readonly error: {
    readonly code: string;
    readonly field: string;
    readonly problem: string;
    readonly remedy: string;
  };
}

/** Any thrown value as a report of one line each; unknown ones are named as faults of the program. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof Problem) return report('PROBLEM', error.field, error.problem, error.remedy);
  if (error instanceof RegistryError) return report(error.code, error.field, error.problem, error.remedy);
  if (error instanceof PersistenceError) return report(error.code, 'database', error.problem, error.remedy);
  if (error instanceof FederationLogError) {
    return report(error.code, 'directory', error.message, 'restore the federation folder from a backup');
  }
  const message = error instanceof Error ? error.message : String(error);
  return report('FAULT', 'weft', message, 'run it again with WEFT_DEBUG=1 to see where it comes from');
}

function report(code: string, field: string, problem: string, remedy: string): ErrorReport {
  return { error: { code, field: oneLine(field), problem: oneLine(problem), remedy: oneLine(remedy) } };
}

/** At most 500 characters of text without line breaks or control characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
