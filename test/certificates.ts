import {
  coordinatorSubject,
  createAuthority,
  createCertificate,
  provinceSubject,
  validFor,
  type Subject,
} from '../apps/cli/src/keys/certificates.js';
import type { TlsIdentity } from '#libs/rpc';

/** A federation's authority in a test, and the identities that it issues. */
export interface TestAuthority {
  readonly ca: Buffer;
  province(id: string): Promise<TlsIdentity>;
  coordinator(): Promise<TlsIdentity>;
  /** For names and times that are not as they should be. */
  issue(subject: Subject, issuedAt?: Date, days?: number): Promise<TlsIdentity>;
}

/** A new authority, strange to all others. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const authority = await createAuthority('Weft test authority', validFor(30, new Date()));
  const ca = Buffer.from(authority.certificatePem);
  const issue: TestAuthority['issue'] = async (subject, issuedAt = new Date(), days = 1) => {
    const leaf = await createCertificate(authority, subject, validFor(days, issuedAt));
    return { ca, certificate: Buffer.from(leaf.certificatePem), key: Buffer.from(leaf.keyPem) };
  };
  return {
    ca,
    issue,
    province: (id) => issue(provinceSubject(id)),
    coordinator: () => issue(coordinatorSubject()),
  };
}
