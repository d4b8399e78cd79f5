import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const KEY_USES: webcrypto.KeyUsage[] = ['sign', 'verify'];

/** The days between which a certificate holds. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate and its private key, both PEM. */
export interface CertifiedKey {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

/** A certificate authority that can issue. */
export interface CertificateAuthority extends CertifiedKey {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

/** Whom a leaf certificate is for. */
export interface Subject {
  /** For people. */
  readonly commonName: string;
  /** Checked by who dials, for example "zhejiang.node.weft". */
  readonly dnsName: string;
  /** The caller's identity, for example "urn:weft:province:zhejiang". */
  readonly uri: string;
}

/** The subject of a province's certificates. */
export function provinceSubject(province: string): Subject {
  return {
    commonName: province,
    dnsName: `${province}.node.weft`,
    uri: `urn:weft:province:${province}`,
  };
}

/** The subject of the coordinator's certificates. */
export function coordinatorSubject(): Subject {
  return { commonName: 'coordinator', dnsName: 'coordinator.weft', uri: 'urn:weft:coordinator' };
}

/** From five minutes before `now`, so that a clock a little behind accepts it, for so many days. */
export function validFor(days: number, now: Date): Validity {
  return {
    notBefore: new Date(now.getTime() - 5 * 60_000),
    notAfter: new Date(now.getTime() + days * 86_400_000),
  };
}

/** A self-signed authority, ECDSA P-256. */
export async function createAuthority(commonName: string, validity: Validity): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, KEY_USES);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: `CN=${commonName}`,
    ...validity,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys, ...(await toPem(certificate, keys)) };
}

/**
 * The authority kept in two PEM files.
 * @throws Error if they are no certificate and no ECDSA P-256 key
 */
export async function readAuthority(certificatePem: string, keyPem: string): Promise<CertificateAuthority> {
  const certificate = new x509.X509Certificate(certificatePem);
  const der = x509.PemConverter.decodeFirst(keyPem);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
  const spki = certificate.publicKey.rawData;
  const publicKey = await webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']);
  return { certificate, keys: { privateKey, publicKey }, certificatePem, keyPem };
}

/** A leaf for a server that is also a client, ECDSA P-256, issued by `authority`. */
export async function createCertificate(
  authority: CertificateAuthority,
  subject: Subject,
  validity: Validity,
): Promise<CertifiedKey> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, KEY_USES);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: `CN=${subject.commonName}`,
    issuer: authority.certificate.subject,
    ...validity,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: subject.dnsName },
        { type: 'url', value: subject.uri },
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  });
  return toPem(certificate, keys);
}

async function toPem(certificate: x509.X509Certificate, keys: CryptoKeyPair): Promise<CertifiedKey> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  };
}

/** RFC 5280: positive, at most 20 octets. */
function newSerialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f || 1;
  return Buffer.from(bytes).toString('hex');
}
