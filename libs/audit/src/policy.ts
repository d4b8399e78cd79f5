import {
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  FederationLogError,
  createNoteVerifier,
  formatVerifierKey,
  keyTypes,
  keysFor,
  logOriginOf,
  parseVerifierKey,
  partiesOf,
  partyOfOrigin,
  partyOfWitness,
  revokedFrom,
  trustSchema,
  witnessNameOf,
  witnessQuorum,
  type Directory,
  type LogCrypto,
  type LogTrust,
  type NoteVerifier,
  type Sha256,
  type Trust,
} from '#libs/federation-log';
import { base64url } from 'jose';
import { z } from 'zod';
import { AuditError } from './audit-error.js';

const vkey = z.string().min(1).max(4_096);

const logPolicySchema = z.strictObject({
  /** First line of its checkpoints. */
  origin: z.string().min(1).max(255),
  keys: z
    .array(
      z.strictObject({
        vkey,
        /** The key signs no checkpoint of more entries than this: it was revoked from there on. */
        revokedFrom: z.int().nonnegative().optional(),
      }),
    )
    .min(1)
    .max(16),
  /** Cosigners of it that count. */
  witnesses: z.array(z.strictObject({ vkey })).max(64),
  /** How many different witnesses must have cosigned a checkpoint. */
  quorum: z.int().nonnegative().max(64),
});

const policySchema = z.strictObject({
  kind: z.literal('weft-policy.v1'),
  trust: trustSchema,
  /** Directories that the auditor knows of: a question asked after one came into force is not to be of an earlier one. */
  directories: z
    .array(z.strictObject({ epoch: z.int().positive(), inForceFrom: z.iso.datetime({ precision: 3 }) }))
    .max(1_000),
  logs: z.array(logPolicySchema).max(65),
});

/** Whom an auditor trusts: the content of a policy file. */
export type Policy = z.infer<typeof policySchema>;

/** How one log is to be read. */
export interface LogPolicy extends LogTrust {
  readonly quorum: number;
  readonly revoked: readonly { readonly key: NoteVerifier; readonly from: number }[];
}

/** A policy made ready to verify by. */
export interface OpenPolicy {
  readonly trust: Trust;
  readonly directories: Policy['directories'];
  /** By origin. */
  readonly logs: ReadonlyMap<string, LogPolicy>;
}

const REMEDY = 'make the policy again with "weft audit policy"';

/**
 * Makes a policy file's content ready.
 * @param value parsed JSON
 * @throws AuditError that names the part: not of its form, a key that is none, one witness under two names, or a quorum that
 *   the witnesses cannot reach
 */
export function openPolicy(crypto: LogCrypto, value: unknown): OpenPolicy {
  const parsed = policySchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AuditError(['policy', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is wrong', REMEDY);
  }
  const { trust, directories, logs } = parsed.data;
  const origins = logs.map(({ origin }) => origin);
  if (new Set(origins).size < origins.length) {
    throw new AuditError('policy.logs', 'has a log twice', REMEDY);
  }
  const opened = logs.map((log) => [log.origin, openLog(crypto, log)] as const);
  return { trust, directories, logs: new Map(opened) };
}

function openLog(crypto: LogCrypto, { origin, keys, witnesses, quorum }: Policy['logs'][number]): LogPolicy {
  const types = keyTypes(crypto);
  const field = `policy.logs ${origin}`;
  const open = (text: string): { verifier: NoteVerifier; publicKey: string } => {
    try {
      const key = parseVerifierKey(crypto.sha256, text);
      return {
        verifier: createNoteVerifier(crypto.sha256, types, key),
        publicKey: base64url.encode(key.publicKey),
      };
    } catch (cause) {
      if (!(cause instanceof FederationLogError)) throw cause;
      throw new AuditError(field, cause.message.replace(/\.$/, ''), REMEDY, { cause });
    }
  };
  const logKeys = keys.map((key) => ({ ...open(key.vkey), revokedFrom: key.revokedFrom }));
  const cosigners = witnesses.map((witness) => open(witness.vkey));
  const owner = partyOfOrigin(origin);
  if (cosigners.some(({ verifier }) => owner !== null && partyOfWitness(verifier.name) === owner)) {
    throw new AuditError(field, 'is witnessed by its own party', REMEDY);
  }
  if (new Set(cosigners.map(({ publicKey }) => publicKey)).size < cosigners.length) {
    throw new AuditError(field, 'has one witness key twice', REMEDY);
  }
  if (new Set(cosigners.map(({ verifier }) => verifier.name)).size < quorum) {
    throw new AuditError(field, `has fewer witnesses than its quorum of ${quorum}`, REMEDY);
  }
  return {
    origin,
    logKeys: logKeys.map(({ verifier }) => verifier),
    witnesses: cosigners.map(({ verifier }) => verifier),
    quorum,
    revoked: logKeys.flatMap(({ verifier, revokedFrom }) =>
      revokedFrom === undefined ? [] : [{ key: verifier, from: revokedFrom }],
    ),
  };
}

/**
 * The policy that a directory gives: every party's log under its own keys, witnessed by the other provinces and by the outside
 * witnesses, of whom two thirds must have cosigned: with none from outside 2 of 3 for a province's log, 3 of 4 for the coordinator's.
 */
export function policyOfDirectory(sha256: Sha256, trust: Trust, directory: Directory): Policy {
  const { epoch, issuedAt, members, witnesses: outside = [] } = directory;
  const namedOutside = new Set(outside.map(({ vkey }) => parseVerifierKey(sha256, vkey).name)).size;
  const vkey = (name: string, type: number, x: string) =>
    formatVerifierKey(sha256, { name, type, publicKey: base64url.decode(x) });
  const logs = partiesOf(directory).map(({ party, keys }) => {
    const others = members.filter(
      ({ province, keys: theirs }) => province !== party && keysFor(theirs, 'witness').length > 0,
    );
    return {
      origin: logOriginOf(party),
      keys: keysFor(keys, 'log').map((key) => {
        const from = revokedFrom(key, logOriginOf(party));
        return {
          vkey: vkey(logOriginOf(party), ED25519_NOTE, key.x),
          ...(from === null ? {} : { revokedFrom: from }),
        };
      }),
      witnesses: [
        ...others.flatMap((other) =>
          keysFor(other.keys, 'witness')
            .filter(({ revoked }) => revoked === undefined)
            .map(({ x }) => ({ vkey: vkey(witnessNameOf(other.province), ED25519_COSIGNATURE, x) })),
        ),
        ...outside.map((one) => ({ vkey: one.vkey })),
      ],
      quorum: witnessQuorum(others.length + namedOutside),
    };
  });
  return { kind: 'weft-policy.v1', trust, directories: [{ epoch, inForceFrom: issuedAt }], logs };
}
