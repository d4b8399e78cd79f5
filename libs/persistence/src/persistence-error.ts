/** Closed set of what can keep the stores from working; all of them are for an operator to mend. */
export type PersistenceErrorCode =
  'NO_BINARIES' | 'NO_PERMISSION' | 'NO_SPACE' | 'PORT_TAKEN' | 'DAMAGED' | 'UNREACHABLE' | 'UNSUITABLE';

/** This library's one error: a code for programs; for people what is wrong, with what, and what to do. */
export class PersistenceError extends Error {
  override readonly name = 'PersistenceError';

  /**
   * @param problem names the folder, port or server and what is wrong with it; never holds a password
   * @param remedy what the operator can do about it
   */
  constructor(
    readonly code: PersistenceErrorCode,
    readonly problem: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${problem}; ${remedy}`, options);
  }
}

/** The operating system's code of a failed call ("EACCES"), or undefined. */
export function systemCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** What a failed file operation on `path` means for the operator; another error is given back as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new PersistenceError(
        'NO_PERMISSION',
        `${path} cannot be read or written by this user`,
        'give this user the folder, run as its owner, or let WEFT_HOME name another folder',
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return noSpace(path, error);
    case 'ENOTDIR':
    case 'EEXIST':
      return new PersistenceError(
        'UNSUITABLE',
        `${path} is no folder, or lies below a file`,
        'move that file away, or let WEFT_HOME name another folder',
        { cause: error },
      );
    default:
      return error;
  }
}

/** The file system of `path` is full. */
export function noSpace(path: string, cause?: unknown): PersistenceError {
  return new PersistenceError(
    'NO_SPACE',
    `not enough space is left for ${path}`,
    'free some space on that file system, or let WEFT_HOME name a folder on another one',
    { cause },
  );
}
