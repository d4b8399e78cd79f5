import { ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';
import type { AuditLog, Clock } from '#libs/registry';
import { peerIdentity, peerName } from './peer-identity.js';
import { mayCall } from './policy.js';

/** A call that the policy refused. */
export interface RefusedCall {
  /** "/package.Service/Method". */
  readonly rpc: string;
  /** Province id, "coordinator", or "unknown" for a certificate without such a name. */
  readonly peer: string;
  /** The peer's network address. */
  readonly address: string;
}

/** Records a refused call; the caller gets its refusal when it returns. */
export type ReportRefusal = (call: RefusedCall) => Promise<void>;

/** Records refused calls in the federation log. */
export function recordRefusals(log: AuditLog, clock: Clock): ReportRefusal {
  return ({ rpc, peer, address }) =>
    log.append({
      type: 'call.refused',
      outcome: 'failure',
      actor: { kind: peer === 'coordinator' ? 'coordinator' : 'member', name: peer },
      at: clock.now().toISOString(),
      subject: null,
      details: { rpc, reason: 'NOT_ALLOWED', address },
    });
}

/** The one place where a call is let in: every method of a server, health and reflection included. */
export function createGuard(members: ReadonlySet<string>, report: ReportRefusal): ServerInterceptor {
  return (method, call) => {
    const peer = peerIdentity(call.getAuthContext());
    if (mayCall(method.path, peer, members)) return new ServerInterceptingCall(call);
    const refused = { rpc: method.path, peer: peerName(peer), address: call.getPeer() };
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: () => {
            report(refused).then(
              () =>
                call.sendStatus({
                  code: status.PERMISSION_DENIED,
                  details: `${refused.peer} may not call ${refused.rpc}; see the table of callers in the protocol`,
                }),
              () =>
                call.sendStatus({
                  code: status.UNAVAILABLE,
                  details: 'refused, and the refusal could not be recorded; try again later',
                }),
            );
          },
        });
      },
    });
  };
}
