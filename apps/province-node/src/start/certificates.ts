import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Clock, ProvinceId } from '#libs/registry';
import { readTlsIdentity, type TlsIdentity } from '#libs/rpc';
import { StartError } from '../config.js';
import { readOpenFile, readSecretFile } from './secret-files.js';

/**
 * The certificate and key that this node shows to the federation.
 * @throws StartError if a file is missing, damaged or too open, the key is another certificate's, or the certificate
 *   has expired or names another province
 */
export async function loadTlsIdentity(
  keysDir: string,
  province: ProvinceId,
  clock: Clock,
): Promise<TlsIdentity> {
  const certFile = join(keysDir, 'tls.crt');
  const key = await readSecretFile(join(keysDir, 'tls.key'));
  const certificate = await readOpenFile(certFile);
  await readOpenFile(join(keysDir, 'ca.crt'));
  assertKeyPair(certFile, certificate, key);
  const { subjectAltName = '', validTo } = new X509Certificate(certificate);
  if (!subjectAltName.split(', ').includes(`URI:urn:weft:province:${province}`)) {
    throw new StartError(
      certFile,
      `does not name ${province}`,
      `get one from the federation's authority with the URI urn:weft:province:${province}`,
    );
  }
  if (new Date(validTo).getTime() <= clock.now().getTime()) {
    throw new StartError(certFile, `expired on ${validTo}`, "get a new one from the federation's authority");
  }
  return readTlsIdentity(keysDir);
}

/**
 * Makes sure that a certificate and a key, both PEM, belong together.
 * @throws StartError that names the certificate's file
 */
export function assertKeyPair(certFile: string, cert: Buffer, key: Buffer): void {
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new StartError(
      certFile,
      'and its key are damaged, or do not belong together',
      'restore both from where they were made',
      { cause },
    );
  }
}
