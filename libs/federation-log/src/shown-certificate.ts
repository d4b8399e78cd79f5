/** A certificate that TLS has verified, as far as the federation looks at it. */
export interface ShownCertificate {
  /** SHA-256 of its DER form, 64 hex digits. */
  readonly fingerprint: string;
  /** Province id or "coordinator"; undefined where it names none, or more than one. */
  readonly party: string | undefined;
}

const PROVINCE = /^URI:urn:weft:province:([a-z]{2,20})$/;
const COORDINATOR = 'URI:urn:weft:coordinator';

/** Of what Node's TLS tells of a certificate: "AA:BB:…" and "DNS:…, URI:…". */
export function shownCertificate({
  fingerprint256 = '',
  subjectaltname = '',
}: {
  readonly fingerprint256?: string | undefined;
  readonly subjectaltname?: string | undefined;
}): ShownCertificate {
  return {
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
    party: partyOf(subjectaltname),
  };
}

/** By the SAN URI: exactly one must stand there, and be one of ours. */
function partyOf(names: string): string | undefined {
  // Node quotes a name that could be mistaken for several; ours never need it.
  if (names.includes('"')) return undefined;
  const uris = names.split(', ').filter((name) => name.startsWith('URI:'));
  const [uri] = uris;
  if (uris.length !== 1 || uri === undefined) return undefined;
  // "coordinator" as a province would be another's name.
  if (uri === COORDINATOR) return 'coordinator';
  const province = PROVINCE.exec(uri)?.[1];
  return province === 'coordinator' ? undefined : province;
}
