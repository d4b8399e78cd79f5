import { z } from 'zod';
import { readSecretFile } from './files.js';
import { StartError } from './start-error.js';
import { listenAddress, onOff, parseVariables, path, type ListenAddress } from './variables.js';

/** A password in it would stand in the process' environment and in what it says of itself. */
const collectorUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'is no http:// or https:// URL',
  )
  .refine((text) => {
    const { username, password, search, hash } = URL.canParse(text) ? new URL(text) : new URL('http://x');
    return [username, password, search, hash].every((part) => part === '');
  }, 'has more than a host, a port and a path');

const variables = z
  .object({
    WEFT_DATABASE_URL: z.string().optional(),
    WEFT_DATABASE_URL_FILE: path.optional(),
    WEFT_GRPC_LISTEN: listenAddress,
    WEFT_KEYS_DIR: path,
    WEFT_DIRECTORY_FILE: path,
    WEFT_TRUST_FILE: path,
    WEFT_REVOCATIONS_FILE: path.optional(),
    WEFT_REFLECTION: onOff,
    WEFT_LOG_LISTEN: listenAddress.optional(),
    WEFT_LOG_PUBLIC: onOff,
    WEFT_METRICS_LISTEN: listenAddress.optional(),
    WEFT_OTLP_ENDPOINT: collectorUrl.optional(),
    WEFT_TRACE_RATIO: z.coerce.number('is not a number').min(0, 'is under 0').max(1, 'is over 1').default(1),
    WEFT_PARENT: z.literal('ipc', 'can only be "ipc"').optional(),
    WEFT_LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error'], 'is not debug, info, warn or error')
      .default('info'),
  })
  .refine((env) => (env.WEFT_DATABASE_URL === undefined) !== (env.WEFT_DATABASE_URL_FILE === undefined), {
    path: ['WEFT_DATABASE_URL_FILE'],
    message: 'is needed, or WEFT_DATABASE_URL in its place, and not both',
  });

/** The variables that every process of the federation reads. */
export const PARTY_VARIABLES: readonly string[] = Object.keys(variables.shape);

/** What every process of the federation is told at its start. */
export interface PartyConfig {
  readonly database: { readonly url: string } | { readonly urlFile: string };
  readonly grpcListen: ListenAddress;
  /** Holds tls.key, tls.crt, ca.crt, signing.jwk and log.jwk; what was signed last is kept there. */
  readonly keysDir: string;
  readonly directoryFile: string;
  readonly trustFile: string;
  /** The signed list of what is revoked, at most an hour old or nobody is trusted; undefined for no such list. */
  readonly revocationsFile: string | undefined;
  readonly reflection: boolean;
  /** Where the log is read by the federation's members; undefined for nowhere. */
  readonly logListen: ListenAddress | undefined;
  /** Whether anybody may read it there. */
  readonly logPublic: boolean;
  /** Where Prometheus reads figures, without TLS or password; undefined for nowhere. */
  readonly metricsListen: ListenAddress | undefined;
  /** The OTLP/HTTP collector that gets traces, and the share of what begins here that is traced; undefined for no traces. */
  readonly tracing: { readonly endpoint: string; readonly ratio: number } | undefined;
  /** Whether to stop when the parent process is gone. */
  readonly followParent: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/**
 * Makes the configuration that all parties share out of the environment.
 * @throws StartError that names the variable, its problem and the remedy, never its value
 */
export function parsePartyConfig(environment: NodeJS.ProcessEnv): PartyConfig {
  const values = parseVariables(variables, environment);
  return {
    database:
      values.WEFT_DATABASE_URL_FILE === undefined
        ? { url: values.WEFT_DATABASE_URL ?? '' }
        : { urlFile: values.WEFT_DATABASE_URL_FILE },
    grpcListen: values.WEFT_GRPC_LISTEN,
    keysDir: values.WEFT_KEYS_DIR,
    directoryFile: values.WEFT_DIRECTORY_FILE,
    trustFile: values.WEFT_TRUST_FILE,
    revocationsFile: values.WEFT_REVOCATIONS_FILE,
    reflection: values.WEFT_REFLECTION,
    logListen: values.WEFT_LOG_LISTEN,
    logPublic: values.WEFT_LOG_PUBLIC,
    metricsListen: values.WEFT_METRICS_LISTEN,
    tracing: values.WEFT_OTLP_ENDPOINT
      ? { endpoint: values.WEFT_OTLP_ENDPOINT, ratio: values.WEFT_TRACE_RATIO }
      : undefined,
    followParent: values.WEFT_PARENT === 'ipc',
    logLevel: values.WEFT_LOG_LEVEL,
  };
}

/**
 * The database's URL, from its file if there is one.
 * @throws StartError if the file is missing or too open, or there is no PostgreSQL URL; it is not repeated
 */
export async function readDatabaseUrl(database: PartyConfig['database']): Promise<string> {
  const [field, url] =
    'url' in database
      ? ['WEFT_DATABASE_URL', database.url]
      : [database.urlFile, (await readSecretFile(database.urlFile)).toString('utf8').trim()];
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new StartError(
      field,
      'is not a PostgreSQL URL',
      'write postgresql://role:password@host:port/database',
    );
  }
  return url;
}
