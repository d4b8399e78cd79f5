import {
  FederationLogError,
  canonicalJson,
  parseCanonical,
  type SignedDirectory,
} from '#libs/federation-log';
import { openingSchema, OUTCOMES, VERDICTS, type JudgedCheck, type Opening } from '#libs/registry';
import { z } from 'zod';

/** Most bytes of a bundle that is read. */
export const MAX_BUNDLE_BYTES = 4_194_304;

/** What every bundle says of itself, word for word. */
export const ABOUT = {
  zh: '这是一次花样查重的证据包。question 是提问省签名的问题；answers 是各省签名的回答；result 是协调器签名的结果；judgement 是由这些回答重新计算的结论；directory 是当时由创始成员签名的成员名录；receipts 证明这些陈述已写入各方的日志并经其他省见证。请用命令 weft audit verify 离线核验，无需信任任何一省的服务器。',
  en: 'This is the evidence of one duplicate check. "question" is signed by the asking province, each of "answers" by the member that gave it, "result" by the coordinator; "judgement" is recomputed from the answers; "directory" is the member directory then in force, signed by founders; "receipts" prove that these statements are in the logs of their parties and were witnessed by other provinces. Verify it offline with "weft audit verify"; no server of any province has to be trusted.',
} as const;

const text = z.string().min(1).max(400_000);
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const count = z.int().nonnegative();

const bundleSchema = z.strictObject({
  kind: z.literal('weft.evidence.v1'),
  about: z.strictObject({ zh: z.literal(ABOUT.zh), en: z.literal(ABOUT.en) }),
  checkId: z.uuid(),
  /** The signed directory in force (JWS in general JSON serialization). */
  directory: z.unknown(),
  /** JWS of the asking province. */
  question: text,
  /** JWS of each member that answered, in the directory's order. */
  answers: z.array(z.strictObject({ province: z.string().min(1).max(64), answer: text })).max(64),
  /** JWS of the coordinator; null if none came. */
  result: text.nullable(),
  /** What comes of the answers and the result by the same code that the services run. */
  judgement: z.strictObject({
    verdict: z.enum(VERDICTS),
    complete: z.boolean(),
    coordinator: z.enum(['AGREES', 'CONTRADICTS', 'BAD_SIGNATURE', 'UNREACHABLE']),
    modelDigest: sha256,
    calibration: z.string().nullable(),
    coverage: z
      .array(
        z.strictObject({
          province: z.string(),
          outcome: z.enum(OUTCOMES),
          searched: count.nullable(),
          declared: count.nullable(),
          answerDigest: sha256.nullable(),
        }),
      )
      .max(64),
  }),
  /** tlog-proof texts whose extra data is the log's entry; their order says nothing. */
  receipts: z.array(text).max(256),
  /** Where the province discloses it: what opens commitments in the entries that the receipts prove. */
  openings: z.array(openingSchema).min(1).max(16).optional(),
});

/** The evidence of one check: what `weft audit verify` reads. */
export type Bundle = z.infer<typeof bundleSchema>;

/** The statements and receipts of a check, to be made a bundle. */
export interface Evidence {
  readonly directory: SignedDirectory;
  readonly question: string;
  readonly answers: readonly { readonly province: string; readonly answer: string }[];
  readonly result: string | null;
  readonly receipts: readonly string[];
  /** What the province discloses of what its entries commit to. */
  readonly openings?: readonly Opening[] | undefined;
}

/** What a bundle says of a judgement: all but the words for people, which may change with the program. */
export function statedJudgement(judged: JudgedCheck, modelDigest: string): Bundle['judgement'] {
  return {
    verdict: judged.verdict,
    complete: judged.complete,
    coordinator: judged.coordinator,
    modelDigest,
    calibration: judged.calibration?.id ?? null,
    coverage: judged.coverage.map(({ province, outcome, searched, declared, answerDigest }) => ({
      province,
      outcome,
      searched,
      declared,
      answerDigest,
    })),
  };
}

/** A bundle as its file holds it: RFC 8785 form and a newline. */
export function formatBundle(bundle: Bundle): string {
  return `${canonicalJson(bundleSchema.parse(bundle))}\n`;
}

/** The bundle in a file's bytes, not verified; a text where it is none: what is wrong with it. */
export function parseBundle(bytes: Uint8Array): Bundle | string {
  if (bytes.length > MAX_BUNDLE_BYTES) return `is over ${MAX_BUNDLE_BYTES} bytes`;
  if (bytes.at(-1) !== 0x0a) return 'does not end in a newline';
  try {
    const parsed = bundleSchema.safeParse(parseCanonical(bytes.subarray(0, -1)));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'is wrong'}`;
  } catch (error) {
    if (error instanceof FederationLogError) return error.message;
    throw error;
  }
}
