import { z } from 'zod';
import { Problem } from './problem.js';

const path = z.string().min(1).max(4_096).optional();

/** A PostgreSQL address; what is wrong with it is told without showing it. */
const postgresUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol), {
    message: 'is no address of the form postgresql://user:password@host:port/database',
  });

const envSchema = z.object({
  WEFT_HOME: path,
  // Below the ports that systems hand to outgoing connections.
  WEFT_PORT_BASE: z.coerce.number().int().min(1_024).max(65_400).default(27_400),
  WEFT_POSTGRES_ADMIN_URL: postgresUrl.optional(),
  WEFT_NODE_URL: z.url({ protocol: /^https?$/, message: 'is no http or https address' }).optional(),
  WEFT_USER: z.string().max(64).optional(),
  WEFT_PASSWORD_FILE: path,
  WEFT_TOKEN_FILE: path,
  WEFT_WITHHOLD_REPEAT: z.enum(['on', 'off']).default('off'),
});

/** What the command line takes from the environment. */
export interface CliConfig {
  /** Folder of the home; undefined for `.weft` in the clone. */
  readonly home: string | undefined;
  /** First of the ports of a federation on this machine. */
  readonly portBase: number;
  /** A PostgreSQL that may make roles and databases, in place of the embedded one. */
  readonly postgresAdminUrl: string | undefined;
  /** Databases that are there already, by province id or "coordinator". */
  readonly databaseUrls: ReadonlyMap<string, string>;
  /** The node to ask, in place of one of this home. */
  readonly nodeUrl: string | undefined;
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
  readonly tokenFile: string | undefined;
  /** As the province's node has it: fingerprints are sent without their repeat units. */
  readonly withholdRepeat: boolean;
}

const DATABASE_URL = 'WEFT_DATABASE_URL_';

/**
 * Reads the environment; an empty variable counts as absent.
 * @throws Problem naming the variable, never its value
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): CliConfig {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const values = parse(envSchema, present);
  const urls = Object.entries(present).filter(
    ([name]) => name.startsWith(DATABASE_URL) && name !== `${DATABASE_URL}FILE`,
  );
  return {
    home: values.WEFT_HOME,
    portBase: values.WEFT_PORT_BASE,
    postgresAdminUrl: values.WEFT_POSTGRES_ADMIN_URL,
    databaseUrls: new Map(
      urls.map(([name, url]) => [
        name.slice(DATABASE_URL.length).toLowerCase(),
        parse(z.object({ [name]: postgresUrl }), { [name]: url })[name] ?? '',
      ]),
    ),
    nodeUrl: values.WEFT_NODE_URL,
    user: values.WEFT_USER,
    passwordFile: values.WEFT_PASSWORD_FILE,
    tokenFile: values.WEFT_TOKEN_FILE,
    withholdRepeat: values.WEFT_WITHHOLD_REPEAT === 'on',
  };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Problem(
    String(issue?.path[0] ?? 'environment'),
    issue?.message ?? 'is wrong',
    'correct the variable or unset it',
  );
}
