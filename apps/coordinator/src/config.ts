import { z } from 'zod';

/** A start that cannot go on: what is wrong and how to mend it, on one line. */
export class StartError extends Error {
  override readonly name = 'StartError';

  /**
   * @param subject the variable or file that it is about
   * @param problem what is wrong with it; never its value where that may be secret
   * @param remedy what to do
   */
  constructor(subject: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${subject}: ${problem}; ${remedy}`, options);
  }
}

const path = z.string().min(1).max(4_096);

const envSchema = z
  .object({
    WEFT_DATABASE_URL: z.string().min(1).optional(),
    WEFT_DATABASE_URL_FILE: path.optional(),
    WEFT_GRPC_LISTEN: z.string().regex(/^(\[[^\]]+\]|[^:]+):\d{1,5}$/, 'is not host:port'),
    WEFT_KEYS_DIR: path,
    WEFT_DIRECTORY_FILE: path,
    WEFT_TRUST_FILE: path,
    WEFT_REFLECTION: z.enum(['on', 'off'], 'is neither on nor off').default('off'),
    WEFT_PARENT: z.literal('ipc', 'can only be "ipc"').optional(),
    WEFT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .refine((env) => (env.WEFT_DATABASE_URL === undefined) !== (env.WEFT_DATABASE_URL_FILE === undefined), {
    path: ['WEFT_DATABASE_URL_FILE'],
    message: 'is needed, or WEFT_DATABASE_URL in its place, and not both',
  });

/** All that the coordinator is told at its start. */
export interface CoordinatorConfig {
  readonly database: { readonly url: string } | { readonly urlFile: string };
  /** host:port. */
  readonly grpcListen: string;
  /** Holds tls.key, tls.crt, ca.crt and signing.jwk. */
  readonly keysDir: string;
  readonly directoryFile: string;
  readonly trustFile: string;
  readonly reflection: boolean;
  /** Whether to stop when the parent process is gone. */
  readonly followParent: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/**
 * Makes the configuration out of the environment; an empty variable counts as absent.
 * @throws StartError that names the variable, its problem and the remedy, never its value
 */
export function parseConfig(environment: NodeJS.ProcessEnv): CoordinatorConfig {
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const parsed = envSchema.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? 'environment');
    const absent = issue?.code !== 'custom' && !(name in env);
    throw new StartError(
      name,
      absent ? 'is not set' : (issue?.message ?? 'is wrong'),
      'set it in the environment',
    );
  }
  const values = parsed.data;
  return {
    database:
      values.WEFT_DATABASE_URL_FILE === undefined
        ? { url: values.WEFT_DATABASE_URL ?? '' }
        : { urlFile: values.WEFT_DATABASE_URL_FILE },
    grpcListen: values.WEFT_GRPC_LISTEN,
    keysDir: values.WEFT_KEYS_DIR,
    directoryFile: values.WEFT_DIRECTORY_FILE,
    trustFile: values.WEFT_TRUST_FILE,
    reflection: values.WEFT_REFLECTION === 'on',
    followParent: values.WEFT_PARENT === 'ipc',
    logLevel: values.WEFT_LOG_LEVEL,
  };
}
