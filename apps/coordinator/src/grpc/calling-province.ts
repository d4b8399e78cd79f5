import type { ServerUnaryCall } from '@grpc/grpc-js';
import { RegistryError } from '#libs/registry';
import { peerIdentity } from '#libs/rpc';

/** The calling province; the policy lets no one else in. */
export function callingProvince(call: Pick<ServerUnaryCall<unknown, unknown>, 'getAuthContext'>): string {
  const peer = peerIdentity(call.getAuthContext());
  if (peer?.kind === 'province') return peer.province;
  throw new RegistryError(
    'FORBIDDEN',
    'caller',
    'is not a province',
    'call with the certificate of a province',
  );
}
