import { X509Certificate } from 'node:crypto';
import {
  addRevocationsSignature,
  assertSupersedes,
  FederationLogError,
  nextRevocations,
  readRevocations,
  signedDocumentSchema,
  signingKeySchema,
  signRevocations,
  trustSchema,
  verifyRevocations,
  whyOutdated,
  type Revocations,
  type Revoked,
} from '#libs/federation-log';
import { type z } from 'zod';
import { explainFileError, readJsonIfThere, readTextIfThere, writeWhole } from '../home/files.js';
import { type WeftHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';

/** What `weft directory revoke` is told, as files and names. */
export interface RevokeOrder {
  /** Certificates, PEM. */
  readonly certificates: readonly string[];
  /** Thumbprints of signing keys. */
  readonly keys: readonly string[];
  /** Provinces, or "coordinator". */
  readonly parties: readonly string[];
  /** founder.jwk of each bureau that signs here; at least one. */
  readonly keyFiles: readonly string[];
  readonly out: string;
}

const NOTHING: Revoked = { certificates: [], keys: [], parties: [] };

/**
 * Writes the next revocation list: all that the one in force names, and more.
 * @throws Problem naming the file, or what is no certificate, key or party
 */
export async function issueRevocations(home: WeftHome, order: RevokeOrder, now: Date): Promise<Revocations> {
  const before = readJsonIfThere(home.federation.revocations, signedDocumentSchema);
  const more = {
    certificates: order.certificates.map(fingerprintOf),
    keys: order.keys,
    parties: order.parties,
  };
  const list = await told(order.out, async () =>
    nextRevocations(
      before && readRevocations(before),
      { ...more, keys: [...more.keys], parties: [...more.parties] },
      now,
    ),
  );
  const keys = order.keyFiles.map((file) => read(file, signingKeySchema));
  const document = await told(order.out, () => signRevocations(list, keys));
  await told(order.out, async () => readRevocations(document));
  writeWhole(order.out, `${JSON.stringify(document)}\n`);
  return list;
}

/** Adds one bureau's signature to a list, in its file. @throws Problem naming the file */
export async function signRevocationList(file: string, keyFile: string): Promise<Revocations> {
  const document = read(file, signedDocumentSchema);
  const signed = await told(file, () => addRevocationsSignature(document, read(keyFile, signingKeySchema)));
  writeWhole(file, `${JSON.stringify(signed)}\n`);
  return readRevocations(signed);
}

/**
 * Puts a list in force in a home, from where the running processes take it up within seconds.
 * @throws Problem if too few founders signed it, it is over an hour old, or it leaves out what was revoked; nothing is changed then
 */
export async function installRevocations(home: WeftHome, file: string, now: Date): Promise<Revocations> {
  const trust = read(home.federation.trust, trustSchema);
  const document = read(file, signedDocumentSchema);
  const list = await told(file, () => verifyRevocations(document, trust));
  const outdated = whyOutdated(list, now);
  if (outdated) throw new Problem(file, outdated, 'issue a new one');
  const before = readJsonIfThere(home.federation.revocations, signedDocumentSchema);
  if (before) await told(file, async () => assertSupersedes(list, readRevocations(before)));
  writeWhole(home.federation.revocations, `${JSON.stringify(document)}\n`);
  return list;
}

/** The development federation's list, signed anew by all of its founders. @throws Problem */
export async function renewRevocations(
  home: WeftHome,
  keyFiles: readonly string[],
  now: Date,
): Promise<void> {
  await issueRevocations(home, { ...NOTHING, keyFiles, out: home.federation.revocations }, now);
}

function fingerprintOf(file: string): string {
  const pem = readTextIfThere(file);
  if (pem === undefined) throw new Problem(file, 'does not exist', 'name the certificate, PEM');
  try {
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch (cause) {
    throw new Problem(file, 'is no certificate in PEM', 'name the certificate that is to be revoked', {
      cause,
    });
  }
}

function read<T>(file: string, schema: z.ZodType<T>): T {
  const value = readJsonIfThere(file, schema);
  if (value !== undefined) return value;
  throw explainFileError(Object.assign(new Error(), { code: 'ENOENT' }), file);
}

/** What the core says is wrong, with the file that it is about. */
async function told<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    throw new Problem(file, error.message, 'correct it, or get it again from who sent it', { cause: error });
  }
}
