import { isIP } from 'node:net';
import {
  listenAddress,
  type ListenAddress,
  onOff,
  parsePartyConfig,
  PARTY_VARIABLES,
  parseVariables,
  type PartyConfig,
  path,
} from '#libs/identity';
import { findProvince, MAX_VERIFIED, PICTURE_POLICIES, type PicturePolicy } from '#libs/registry';
import { z } from 'zod';
import { INDEX_VARIABLES, parseIndexConfig, type IndexConfig } from './index-config.js';

const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(least, `is under ${least}`)
    .max(most, `is over ${most}`);
const variables = z
  .object({
    WEFT_PROVINCE: z.string().refine((id) => findProvince(id) !== undefined, 'is not the id of a province'),
    WEFT_HTTP_LISTEN: listenAddress,
    WEFT_HTTP_TLS_CERT: path.optional(),
    WEFT_HTTP_TLS_KEY: path.optional(),
    WEFT_DATA_DIR: path,
    WEFT_REPLICA: onOff,
    WEFT_SHARE_OWNER: onOff,
    WEFT_SHARE_PICTURES: z
      .enum(PICTURE_POLICIES, `is none of ${PICTURE_POLICIES.join(', ')}`)
      .default('nothing'),
    WEFT_FOUR_EYES: onOff,
    WEFT_KEEP_CHECKED_PICTURES: z.enum(['on', 'off'], 'is neither on nor off').default('on'),
    WEFT_WITHHOLD_REPEAT: onOff,
    WEFT_CHECK_BUDGET_MS: wholeNumber(100, 120_000).default(8_000),
    WEFT_FINGERPRINT_THREADS: wholeNumber(1, 16).optional(),
    WEFT_VERIFY_CANDIDATES: wholeNumber(1, MAX_VERIFIED).default(50),
    WEFT_VERIFY_BUDGET_MS: wholeNumber(10, 60_000).default(1_500),
    WEFT_ASKER_QUESTIONS_PER_HOUR: wholeNumber(1, 10_000_000).default(50_000),
    WEFT_WORK_CALENDAR: path.optional(),
    WEFT_DEV_PEOPLE: onOff,
  })
  .superRefine((env, context) => {
    if ((env.WEFT_HTTP_TLS_CERT === undefined) !== (env.WEFT_HTTP_TLS_KEY === undefined))
      issue(context, 'WEFT_HTTP_TLS_KEY', 'and WEFT_HTTP_TLS_CERT go together');
    if (env.WEFT_HTTP_TLS_CERT === undefined && !isLoopback(env.WEFT_HTTP_LISTEN.host))
      issue(
        context,
        'WEFT_HTTP_LISTEN',
        'is reachable from other machines, where passwords must not travel in the clear; give WEFT_HTTP_TLS_CERT and WEFT_HTTP_TLS_KEY, or listen on 127.0.0.1',
      );
  });

/** The variables that a province node reads. */
export const NODE_VARIABLES: readonly string[] = [
  ...PARTY_VARIABLES,
  ...Object.keys(variables.shape),
  ...INDEX_VARIABLES,
];

/** All that a province node is told at its start. */
export interface NodeConfig extends PartyConfig {
  readonly province: string;
  readonly httpListen: ListenAddress;
  /** PEM files; undefined on loopback only. */
  readonly httpTls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Has deposit-copies/. */
  readonly dataDir: string;
  /** Whether this process stands beside the province's node, on its database, and answers the federation alone. */
  readonly replica: boolean;
  /** Whether other provinces are told the owner of a registration. */
  readonly shareOwner: boolean;
  /** What other provinces are shown of a registration's picture. */
  readonly sharePictures: PicturePolicy;
  /** Whether a decision on a check needs a second examiner. */
  readonly fourEyes: boolean;
  /** Whether a reduced copy of a checked picture is kept for its report. */
  readonly keepCheckedPictures: boolean;
  /** Whether the other provinces are asked without the repeat unit of a picture's fingerprint. */
  readonly withholdRepeat: boolean;
  /** Milliseconds that one duplicate check may take. */
  readonly checkBudgetMs: number;
  /** Pictures that are fingerprinted at once, about 100 MB each; undefined for one a processor. */
  readonly fingerprintThreads: number | undefined;
  /** Nearest registrations that are verified for each question of the federation, 1 to 100. */
  readonly verifyCandidates: number;
  /** Milliseconds for verifying them. */
  readonly verifyBudgetMs: number;
  /** Questions that one other province may ask in an hour. */
  readonly askerQuestionsPerHour: number;
  /** Where vectors are searched. */
  readonly index: IndexConfig;
  /** JSON (weft.work-calendar.v1); undefined for the calendar that comes with the program. */
  readonly workCalendarFile: string | undefined;
  /** Whether the first start makes one person of each role. */
  readonly devPeople: boolean;
}

/**
 * Makes the configuration out of the environment; an empty variable counts as absent.
 * @throws StartError that names the variable, its problem and the remedy, never its value
 */
export function parseConfig(environment: NodeJS.ProcessEnv): NodeConfig {
  const values = parseVariables(variables, environment);
  return {
    ...parsePartyConfig(environment),
    province: values.WEFT_PROVINCE,
    httpListen: values.WEFT_HTTP_LISTEN,
    httpTls:
      values.WEFT_HTTP_TLS_CERT && values.WEFT_HTTP_TLS_KEY
        ? { certFile: values.WEFT_HTTP_TLS_CERT, keyFile: values.WEFT_HTTP_TLS_KEY }
        : undefined,
    dataDir: values.WEFT_DATA_DIR,
    replica: values.WEFT_REPLICA,
    shareOwner: values.WEFT_SHARE_OWNER,
    sharePictures: values.WEFT_SHARE_PICTURES,
    fourEyes: values.WEFT_FOUR_EYES,
    keepCheckedPictures: values.WEFT_KEEP_CHECKED_PICTURES === 'on',
    withholdRepeat: values.WEFT_WITHHOLD_REPEAT,
    checkBudgetMs: values.WEFT_CHECK_BUDGET_MS,
    fingerprintThreads: values.WEFT_FINGERPRINT_THREADS,
    verifyCandidates: values.WEFT_VERIFY_CANDIDATES,
    verifyBudgetMs: values.WEFT_VERIFY_BUDGET_MS,
    askerQuestionsPerHour: values.WEFT_ASKER_QUESTIONS_PER_HOUR,
    index: parseIndexConfig(environment),
    workCalendarFile: values.WEFT_WORK_CALENDAR,
    devPeople: values.WEFT_DEV_PEOPLE,
  };
}

function issue(context: z.RefinementCtx, name: string, message: string): void {
  context.addIssue({ code: 'custom', path: [name], message });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
