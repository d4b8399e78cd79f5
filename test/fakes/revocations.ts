import type { RevocationCheck, ShownCertificate } from '#libs/federation-log';

/** A revocation list that a test changes while calls go on. */
export class FakeRevocations implements RevocationCheck {
  /** Why the list does not count. */
  stale: string | null = null;
  readonly certificates = new Set<string>();
  readonly parties = new Set<string>();

  unfit(): string | null {
    return this.stale;
  }

  revoked({ fingerprint, party }: ShownCertificate): string | null {
    const named = this.certificates.has(fingerprint) || (party !== undefined && this.parties.has(party));
    return named ? `the certificate of ${party} is revoked` : null;
  }

  isKeyRevoked(): boolean {
    return false;
  }
}
