import type { ServerUnaryCall } from '@grpc/grpc-js';
import { shownCertificate } from '#libs/federation-log';

type AuthContext = ReturnType<ServerUnaryCall<unknown, unknown>['getAuthContext']>;

/** Who calls, as the verified client certificate says. */
export type Peer =
  { readonly kind: 'province'; readonly province: string } | { readonly kind: 'coordinator' };

/**
 * The caller's identity by the SAN URI of its certificate, which TLS has verified against the federation's authority.
 * Undefined unless exactly one URI stands in it and is one of ours.
 */
export function peerIdentity(context: AuthContext): Peer | undefined {
  const party = context.sslPeerCertificate && shownCertificate(context.sslPeerCertificate).party;
  if (party === undefined) return undefined;
  return party === 'coordinator' ? { kind: 'coordinator' } : { kind: 'province', province: party };
}

/** The peer's name in logs and audit entries. */
export function peerName(peer: Peer | undefined): string {
  if (peer === undefined) return 'unknown';
  return peer.kind === 'coordinator' ? 'coordinator' : peer.province;
}
