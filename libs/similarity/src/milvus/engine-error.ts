import { RegistryError } from '#libs/registry';
import { z } from 'zod';

const REMEDY = 'ask the operator of this province';
const DEADLINE_EXCEEDED = 4;

const failureSchema = z.object({ code: z.number().optional().catch(undefined), message: z.string() });

/** The engine said something that an exact index cannot be built on; more tries would not help. */
export class EngineUnfit extends Error {
  override readonly name = 'EngineUnfit';
}

/** What an engine's failure is to whoever asked: without its address or words, which are the operator's own. */
export function engineFailure(cause: unknown): RegistryError {
  if (cause instanceof RegistryError) return cause;
  if (cause instanceof EngineUnfit)
    return new RegistryError('INDEX_UNAVAILABLE', 'index', `the search engine ${cause.message}`, REMEDY, {
      cause,
    });
  return isTimeout(cause)
    ? new RegistryError('INDEX_TIMEOUT', 'index', 'the search engine did not answer in time', REMEDY, {
        cause,
      })
    : new RegistryError('INDEX_UNAVAILABLE', 'index', 'the search engine cannot be used now', REMEDY, {
        cause,
      });
}

/** What the operator is told of it. */
export function engineWords(cause: unknown): string {
  return (failureSchema.safeParse(cause).data?.message ?? String(cause)).slice(0, 500);
}

function isTimeout(cause: unknown): boolean {
  const failure = failureSchema.safeParse(cause).data;
  return failure?.code === DEADLINE_EXCEEDED || failure?.message.includes('DEADLINE_EXCEEDED') === true;
}
