import { z } from 'zod';
import { noSpace, PersistenceError } from './persistence-error.js';

/** Of PostgreSQL: disk_full. */
const DISK_FULL = '53100';
/** Of PostgreSQL: it shuts down, has crashed, or starts. */
const AWAY = new Set(['57P01', '57P02', '57P03']);
const CUT_OFF = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);
/** What pg says, without a code, of a connection that ended under a statement. */
const ENDED = /^Connection terminated|^timeout exceeded when trying to connect/;
/** Causes that are looked through. */
const DEEPEST = 5;

/** What is read of a thrown value, whatever it is: the driver's error lies in TypeORM's. */
const toldSchema = z
  .object({
    code: z.string().catch(''),
    path: z.string().catch("the node's files"),
    message: z.string().catch(''),
    driverError: z.unknown().optional(),
    cause: z.unknown().optional(),
  })
  .catch({ code: '', path: '', message: '', driverError: undefined, cause: undefined });

/**
 * What a failed operation on a store means for whoever runs the node, where its cause is a full disk (NO_SPACE) or a database that is
 * not to be had now (UNREACHABLE), whether or not it was a store that said so; undefined for anything else.
 */
export function storageProblem(error: unknown): PersistenceError | undefined {
  for (let cause = error, depth = 0; cause !== undefined && depth < DEEPEST; depth += 1) {
    if (cause instanceof PersistenceError && ['NO_SPACE', 'UNREACHABLE'].includes(cause.code)) return cause;
    const { code, path, message, driverError, cause: deeper } = toldSchema.parse(cause);
    if (code === DISK_FULL) return noSpace("the database's server", cause);
    if (NO_ROOM.has(code)) return noSpace(path, cause);
    if (AWAY.has(code) || CUT_OFF.has(code) || ENDED.test(message)) return away(cause);
    cause = driverError ?? deeper;
  }
  return undefined;
}

function away(cause: unknown): PersistenceError {
  return new PersistenceError(
    'UNREACHABLE',
    'the database does not answer now',
    'look whether its server runs and has room on its disk; nothing has to be done here when it is back',
    { cause },
  );
}
