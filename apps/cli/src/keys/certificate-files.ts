import { X509Certificate } from 'node:crypto';
import { readTextIfThere, writeWhole } from '../home/files.js';
import { type PartyHome, type WeftHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';
import {
  createAuthority,
  createCertificate,
  readAuthority,
  validFor,
  type CertificateAuthority,
  type Subject,
} from './certificates.js';

const AUTHORITY_DAYS = 3_650;
const LEAF_DAYS = 365;
/** A leaf that ends sooner is made anew. */
const RENEW_BEFORE_DAYS = 30;

/**
 * The federation's authority on this machine, made if there is none.
 * @throws Problem if its certificate is there without its key
 */
export async function ensureAuthority(home: WeftHome, now: Date): Promise<CertificateAuthority> {
  const { caCertificate, caKey, folder } = home.federation;
  const certificatePem = readTextIfThere(caCertificate);
  const keyPem = readTextIfThere(caKey);
  if (certificatePem !== undefined && keyPem !== undefined) return readAuthority(certificatePem, keyPem);
  if (certificatePem !== undefined) {
    throw new Problem(
      caKey,
      'is missing',
      `restore it, or remove ${folder} and all tls.crt files to begin with a new authority`,
    );
  }
  const authority = await createAuthority('Weft development authority', validFor(AUTHORITY_DAYS, now));
  writeWhole(caKey, authority.keyPem);
  writeWhole(caCertificate, authority.certificatePem);
  return authority;
}

/** A party's TLS key and certificate: made if missing, near their end, or of another authority. */
export async function ensureCertificate(
  party: PartyHome,
  subject: Subject,
  authority: CertificateAuthority,
  now: Date,
): Promise<void> {
  if (isGood(party, authority, now)) return;
  const leaf = await createCertificate(authority, subject, validFor(LEAF_DAYS, now));
  writeWhole(party.tlsKey, leaf.keyPem);
  writeWhole(party.tlsCertificate, leaf.certificatePem);
  writeWhole(party.caCertificate, authority.certificatePem);
}

function isGood(party: PartyHome, authority: CertificateAuthority, now: Date): boolean {
  const pem = readTextIfThere(party.tlsCertificate);
  if (pem === undefined || readTextIfThere(party.caCertificate) !== authority.certificatePem) return false;
  if (readTextIfThere(party.tlsKey) === undefined) return false;
  const certificate = new X509Certificate(pem);
  const remaining = Date.parse(certificate.validTo) - now.getTime();
  return (
    remaining > RENEW_BEFORE_DAYS * 86_400_000 &&
    certificate.verify(new X509Certificate(authority.certificatePem).publicKey)
  );
}
