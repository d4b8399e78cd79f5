import type { ServerUnaryCall } from '@grpc/grpc-js';

type AuthContext = ReturnType<ServerUnaryCall<unknown, unknown>['getAuthContext']>;

/** Who calls, as the verified client certificate says. */
export type Peer =
  { readonly kind: 'province'; readonly province: string } | { readonly kind: 'coordinator' };

const PROVINCE = /^URI:urn:weft:province:([a-z]{2,20})$/;
const COORDINATOR = 'URI:urn:weft:coordinator';

/**
 * The caller's identity by the SAN URI of its certificate, which TLS has verified against the federation's authority.
 * Undefined unless exactly one URI stands in it and is one of ours.
 */
export function peerIdentity(context: AuthContext): Peer | undefined {
  const names = context.sslPeerCertificate?.subjectaltname ?? '';
  // Node quotes a name that could be mistaken for several; ours never need it.
  if (names.includes('"')) return undefined;
  const uris = names.split(', ').filter((name) => name.startsWith('URI:'));
  const [uri] = uris;
  if (uris.length !== 1 || uri === undefined) return undefined;
  if (uri === COORDINATOR) return { kind: 'coordinator' };
  const province = PROVINCE.exec(uri)?.[1];
  return province === undefined ? undefined : { kind: 'province', province };
}

/** The peer's name in logs and audit entries. */
export function peerName(peer: Peer | undefined): string {
  if (peer === undefined) return 'unknown';
  return peer.kind === 'coordinator' ? 'coordinator' : peer.province;
}
