import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { z } from 'zod';
import {
  FederationLogError,
  publicKeyOf,
  signingKeySchema,
  trustSchema,
  verifyDirectory,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import { readTlsIdentity, type TlsIdentity } from '#libs/rpc';
import { StartError, type CoordinatorConfig } from './config.js';

/**
 * The member directory, verified by the trust file.
 * @throws StartError if a file is missing or damaged, or too few founders signed
 */
export async function loadDirectory(
  config: Pick<CoordinatorConfig, 'directoryFile' | 'trustFile'>,
): Promise<Directory> {
  const trust = parseFile(config.trustFile, readText(config.trustFile), trustSchema);
  const document = parseJson(config.directoryFile, readText(config.directoryFile));
  try {
    return await verifyDirectory(document, trust);
  } catch (cause) {
    if (!(cause instanceof FederationLogError)) throw cause;
    throw new StartError(
      config.directoryFile,
      `is not a valid directory (${cause.code}: ${cause.message})`,
      'get the directory in force from a member; check WEFT_TRUST_FILE',
      { cause },
    );
  }
}

/**
 * The key that signs results; it must be one of the coordinator's in the directory.
 * @throws StartError
 */
export function loadSigningKey(keysDir: string, { coordinator, epoch }: Directory): SigningKey {
  const file = join(keysDir, 'signing.jwk');
  const key = parseFile(file, readSecret(file), signingKeySchema);
  const { kid, x } = publicKeyOf(key);
  if (coordinator.keys.some((one) => one.kid === kid && one.x === x)) return key;
  throw new StartError(
    file,
    `is not a key of the coordinator in the directory of epoch ${epoch}`,
    'use the key that the directory names, or have this one entered in the next epoch',
  );
}

/**
 * What the coordinator shows and trusts in TLS.
 * @throws StartError if a file is missing, damaged or too open, the key is another certificate's, or the certificate has
 *   expired or is not the coordinator's
 */
export function loadTlsIdentity(keysDir: string, now: Date): TlsIdentity {
  const file = join(keysDir, 'tls.crt');
  readSecret(join(keysDir, 'tls.key'));
  for (const open of [file, join(keysDir, 'ca.crt')]) readText(open);
  const identity = readTlsIdentity(keysDir);
  const remedy = "get one from the federation's authority with the URI urn:weft:coordinator";
  const certificate = readCertificate(file, identity);
  if (!certificate.subjectAltName?.split(', ').includes('URI:urn:weft:coordinator'))
    throw new StartError(file, 'is not of the coordinator', remedy);
  if (Date.parse(certificate.validTo) <= now.getTime())
    throw new StartError(file, `expired on ${certificate.validTo}`, remedy);
  return identity;
}

function readCertificate(file: string, { certificate, key }: TlsIdentity): X509Certificate {
  try {
    createSecureContext({ cert: certificate, key });
    return new X509Certificate(certificate);
  } catch (cause) {
    throw new StartError(file, 'and tls.key are damaged, or do not belong together', 'restore both', {
      cause,
    });
  }
}

/** The database's URL, from its file if there is one. @throws StartError */
export function databaseUrl(database: CoordinatorConfig['database']): string {
  return 'url' in database ? database.url : readSecret(database.urlFile).trim();
}

function readSecret(file: string): string {
  const text = readText(file);
  if ((statSync(file).mode & 0o077) !== 0)
    throw new StartError(file, 'may be read by others', `run: chmod 600 ${file}`);
  return text;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): StartError {
  return new StartError(file, 'cannot be read', 'make it, or correct its place and owner', { cause });
}

function parseFile<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(file, text));
  if (parsed.success) return parsed.data;
  throw new StartError(file, 'has not its form', 'restore it from where it was made');
}

/** The parser's own message is not repeated: it may quote what stands in the file. */
function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StartError(file, 'is not JSON', 'restore it from where it was made');
  }
}
