import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { readOpenFile, readSecretFile } from './files.js';
import { nameOf, uriOf, type Party } from './party.js';
import { StartError } from './start-error.js';

/** What a party shows and trusts in TLS, all PEM. */
export interface TlsFiles {
  /** The federation's authority. */
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/**
 * Reads ca.crt, tls.crt and tls.key of a keys folder.
 * @throws StartError if a file is missing, damaged or too open, the key is another certificate's, or the certificate
 *   has expired or does not name the party
 */
export async function loadTlsFiles(party: Party, keysDir: string, now: Date): Promise<TlsFiles> {
  const file = join(keysDir, 'tls.crt');
  const key = await readSecretFile(join(keysDir, 'tls.key'));
  const certificate = await readOpenFile(file);
  const ca = await readOpenFile(join(keysDir, 'ca.crt'));
  const { subjectAltName = '', validTo } = readKeyPair(file, certificate, key);
  const remedy = `get one from the federation's authority with the URI ${uriOf(party)}`;
  if (!subjectAltName.split(', ').includes(`URI:${uriOf(party)}`))
    throw new StartError(file, `does not name ${nameOf(party)}`, remedy);
  if (Date.parse(validTo) <= now.getTime()) throw new StartError(file, `expired on ${validTo}`, remedy);
  return { ca, certificate, key };
}

/**
 * Reads a certificate, PEM, and makes sure that a key belongs to it.
 * @throws StartError that names the certificate's file
 */
export function readKeyPair(certificateFile: string, certificate: Buffer, key: Buffer): X509Certificate {
  try {
    createSecureContext({ cert: certificate, key });
    return new X509Certificate(certificate);
  } catch (cause) {
    throw new StartError(
      certificateFile,
      'and its key are damaged, or do not belong together',
      'restore both from where they were made',
      { cause },
    );
  }
}
