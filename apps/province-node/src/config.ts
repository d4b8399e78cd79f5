import { isIP } from 'node:net';
import { findProvince } from '#libs/registry';
import { z } from 'zod';

/** A start that cannot go on: what is wrong and how to mend it, on one line. */
export class StartError extends Error {
  override readonly name = 'StartError';

  /**
   * @param subject the variable, file or address that it is about
   * @param problem what is wrong with it; never its value where that may be secret
   * @param remedy what to do
   */
  constructor(subject: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${subject}: ${problem}; ${remedy}`, options);
  }
}

const VARIABLES = [
  'WEFT_PROVINCE',
  'WEFT_DATABASE_URL',
  'WEFT_DATABASE_URL_FILE',
  'WEFT_GRPC_LISTEN',
  'WEFT_HTTP_LISTEN',
  'WEFT_HTTP_TLS_CERT',
  'WEFT_HTTP_TLS_KEY',
  'WEFT_KEYS_DIR',
  'WEFT_DIRECTORY_FILE',
  'WEFT_TRUST_FILE',
  'WEFT_DATA_DIR',
  'WEFT_REFLECTION',
  'WEFT_SHARE_OWNER',
  'WEFT_CHECK_BUDGET_MS',
  'WEFT_FINGERPRINT_THREADS',
  'WEFT_DEV_PEOPLE',
  'WEFT_PARENT',
  'WEFT_LOG_LEVEL',
] as const;

/** The node's own variables, as they stand in the environment. */
export type NodeEnv = Readonly<Partial<Record<(typeof VARIABLES)[number], string>>>;

/** Takes the node's variables out of the environment; an empty one counts as absent. */
export function readEnv(env: NodeJS.ProcessEnv): NodeEnv {
  const present: Partial<Record<(typeof VARIABLES)[number], string>> = {};
  for (const name of VARIABLES) {
    const value = env[name]?.trim();
    if (value) present[name] = value;
  }
  return present;
}

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const listenAddress = z.string().transform((text, context): ListenAddress => {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535) {
    context.addIssue({ code: 'custom', message: 'is not host:port' });
    return z.NEVER;
  }
  return { host, port };
});

const path = z.string().max(4_096);
const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(least, `is under ${least}`)
    .max(most, `is over ${most}`);
const onOff = z
  .enum(['on', 'off'], 'is neither on nor off')
  .default('off')
  .transform((value) => value === 'on');

const envSchema = z
  .object({
    WEFT_PROVINCE: z.string().refine((id) => findProvince(id) !== undefined, 'is not the id of a province'),
    WEFT_DATABASE_URL: z.string().optional(),
    WEFT_DATABASE_URL_FILE: path.optional(),
    WEFT_GRPC_LISTEN: listenAddress,
    WEFT_HTTP_LISTEN: listenAddress,
    WEFT_HTTP_TLS_CERT: path.optional(),
    WEFT_HTTP_TLS_KEY: path.optional(),
    WEFT_KEYS_DIR: path,
    WEFT_DIRECTORY_FILE: path,
    WEFT_TRUST_FILE: path,
    WEFT_DATA_DIR: path,
    WEFT_REFLECTION: onOff,
    WEFT_SHARE_OWNER: onOff,
    WEFT_CHECK_BUDGET_MS: wholeNumber(100, 120_000).default(8_000),
    WEFT_FINGERPRINT_THREADS: wholeNumber(1, 16).optional(),
    WEFT_DEV_PEOPLE: onOff,
    WEFT_PARENT: z.literal('ipc', 'can only be "ipc"').optional(),
    WEFT_LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error'], 'is not debug, info, warn or error')
      .default('info'),
  })
  .superRefine((env, context) => {
    if ((env.WEFT_DATABASE_URL === undefined) === (env.WEFT_DATABASE_URL_FILE === undefined))
      issue(context, 'WEFT_DATABASE_URL_FILE', 'is needed, or WEFT_DATABASE_URL in its place, and not both');
    if ((env.WEFT_HTTP_TLS_CERT === undefined) !== (env.WEFT_HTTP_TLS_KEY === undefined))
      issue(context, 'WEFT_HTTP_TLS_KEY', 'and WEFT_HTTP_TLS_CERT go together');
    if (env.WEFT_HTTP_TLS_CERT === undefined && !isLoopback(env.WEFT_HTTP_LISTEN.host))
      issue(
        context,
        'WEFT_HTTP_LISTEN',
        'is reachable from other machines, where passwords must not travel in the clear; give WEFT_HTTP_TLS_CERT and WEFT_HTTP_TLS_KEY, or listen on 127.0.0.1',
      );
  });

/** All that a province node is told at its start. */
export interface NodeConfig {
  readonly province: string;
  readonly database: { readonly url: string } | { readonly urlFile: string };
  readonly grpcListen: ListenAddress;
  readonly httpListen: ListenAddress;
  /** PEM files; undefined on loopback only. */
  readonly httpTls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly keysDir: string;
  readonly directoryFile: string;
  readonly trustFile: string;
  readonly dataDir: string;
  readonly reflection: boolean;
  /** Whether other provinces are told the owner of a registration. */
  readonly shareOwner: boolean;
  /** Milliseconds that one duplicate check may take. */
  readonly checkBudgetMs: number;
  /** Pictures that are fingerprinted at once, about 100 MB each; undefined for one a processor. */
  readonly fingerprintThreads: number | undefined;
  /** Whether the first start makes one person of each role. */
  readonly devPeople: boolean;
  /** Whether to stop when the parent process is gone. */
  readonly followParent: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/**
 * Makes the configuration out of the node's variables.
 * @throws StartError that names the variable, its problem and the remedy, never its value
 */
export function parseConfig(env: NodeEnv): NodeConfig {
  const parsed = envSchema.safeParse(env);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    const name = String(first?.path[0] ?? 'environment');
    const absent = first?.code === 'invalid_type' && !(name in env);
    throw new StartError(
      name,
      absent ? 'is not set' : (first?.message ?? 'is wrong'),
      'set it in the environment',
    );
  }
  const values = parsed.data;
  return {
    province: values.WEFT_PROVINCE,
    database: databaseOf(values),
    grpcListen: values.WEFT_GRPC_LISTEN,
    httpListen: values.WEFT_HTTP_LISTEN,
    httpTls:
      values.WEFT_HTTP_TLS_CERT && values.WEFT_HTTP_TLS_KEY
        ? { certFile: values.WEFT_HTTP_TLS_CERT, keyFile: values.WEFT_HTTP_TLS_KEY }
        : undefined,
    keysDir: values.WEFT_KEYS_DIR,
    directoryFile: values.WEFT_DIRECTORY_FILE,
    trustFile: values.WEFT_TRUST_FILE,
    dataDir: values.WEFT_DATA_DIR,
    reflection: values.WEFT_REFLECTION,
    shareOwner: values.WEFT_SHARE_OWNER,
    checkBudgetMs: values.WEFT_CHECK_BUDGET_MS,
    fingerprintThreads: values.WEFT_FINGERPRINT_THREADS,
    devPeople: values.WEFT_DEV_PEOPLE,
    followParent: values.WEFT_PARENT === 'ipc',
    logLevel: values.WEFT_LOG_LEVEL,
  };
}

function databaseOf(values: z.infer<typeof envSchema>): NodeConfig['database'] {
  if (values.WEFT_DATABASE_URL_FILE !== undefined) return { urlFile: values.WEFT_DATABASE_URL_FILE };
  return { url: values.WEFT_DATABASE_URL ?? '' };
}

function issue(context: z.RefinementCtx, name: string, message: string): void {
  context.addIssue({ code: 'custom', path: [name], message });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
