import { isIP } from 'node:net';
import { hostAndPort, listenAddress, parseVariables, path } from '#libs/identity';
import { z } from 'zod';

/** Where a province's vectors are searched: in the node, or in a Milvus of the province. */
export type IndexConfig =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'milvus';
      /** host:port. */
      readonly address: string;
      /** Milvus's database; undefined for its default. */
      readonly database: string | undefined;
      /** Mode 0600, "user:password"; undefined for a server without authentication. */
      readonly credentialsFile: string | undefined;
      /** PEM of the authority of the server's certificate; undefined on loopback only. */
      readonly tlsCaFile: string | undefined;
      /** Milliseconds for one search. */
      readonly timeoutMs: number;
    };

const milliseconds = 'is no whole number from 100 to 30000';
const variables = z
  .object({
    WEFT_INDEX: z.enum(['memory', 'milvus'], 'is neither memory nor milvus').default('memory'),
    WEFT_MILVUS_ADDRESS: listenAddress.optional(),
    WEFT_MILVUS_DATABASE: z
      .string()
      .regex(/^[A-Za-z_]\w{0,63}$/, 'is no name of a Milvus database')
      .optional(),
    WEFT_MILVUS_CREDENTIALS_FILE: path.optional(),
    WEFT_MILVUS_TLS_CA: path.optional(),
    WEFT_MILVUS_TIMEOUT_MS: z.coerce
      .number(milliseconds)
      .int(milliseconds)
      .min(100, milliseconds)
      .max(30_000, milliseconds)
      .default(2_000),
  })
  .superRefine((env, context) => {
    const issue = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message });
    const { WEFT_MILVUS_ADDRESS: address, WEFT_MILVUS_TLS_CA: ca } = env;
    if (env.WEFT_INDEX === 'milvus' && address === undefined)
      issue('WEFT_MILVUS_ADDRESS', 'is needed with WEFT_INDEX=milvus');
    if (env.WEFT_INDEX === 'memory' && address !== undefined)
      issue('WEFT_MILVUS_ADDRESS', 'is of no use without WEFT_INDEX=milvus');
    if (address !== undefined && ca === undefined && !isLoopback(address.host))
      issue(
        'WEFT_MILVUS_TLS_CA',
        'is needed where Milvus is on another machine: vectors and password must not travel in the clear',
      );
  });

/** The variables that say where vectors are searched. */
export const INDEX_VARIABLES: readonly string[] = Object.keys(variables.shape);

/**
 * Takes what is said of the index out of the environment.
 * @throws StartError that names the variable, its problem and the remedy, never its value
 */
export function parseIndexConfig(environment: NodeJS.ProcessEnv): IndexConfig {
  const values = parseVariables(variables, environment);
  if (values.WEFT_INDEX === 'memory' || values.WEFT_MILVUS_ADDRESS === undefined) return { kind: 'memory' };
  return {
    kind: 'milvus',
    address: hostAndPort(values.WEFT_MILVUS_ADDRESS),
    database: values.WEFT_MILVUS_DATABASE,
    credentialsFile: values.WEFT_MILVUS_CREDENTIALS_FILE,
    tlsCaFile: values.WEFT_MILVUS_TLS_CA,
    timeoutMs: values.WEFT_MILVUS_TIMEOUT_MS,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
