import {
  ServerInterceptingCall,
  status,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { shownCertificate, type RevocationCheck } from '#libs/federation-log';
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
  readonly reason: 'NOT_ALLOWED' | 'REVOKED' | 'NO_REVOCATION_LIST';
}

const RECORD_AGAIN_MS = 60_000;
/** Calls by which a peer only looks whether somebody is there; they tell nothing, and need no list. */
const HEALTH = /^\/grpc\.health\.v1\./;

/** Records a refused call; the caller gets its refusal when it returns. */
export type ReportRefusal = (call: RefusedCall) => Promise<void>;

/**
 * Records refused calls in the federation log. While there is no revocation list, what the same peer asks again and again is
 * recorded once a minute: it is for the list, not for the caller.
 */
export function recordRefusals(log: AuditLog, clock: Clock): ReportRefusal {
  const recorded = new Map<string, number>();
  const isDue = ({ rpc, peer, reason }: RefusedCall): boolean => {
    if (reason !== 'NO_REVOCATION_LIST') return true;
    const now = clock.now().getTime();
    if (now - (recorded.get(`${peer} ${rpc}`) ?? -Infinity) < RECORD_AGAIN_MS) return false;
    recorded.set(`${peer} ${rpc}`, now);
    return true;
  };
  return async (call) => {
    if (!isDue(call)) return;
    const { rpc, peer, address, reason } = call;
    await log.append({
      type: 'call.refused',
      outcome: 'failure',
      actor: { kind: peer === 'coordinator' ? 'coordinator' : 'member', name: peer },
      at: clock.now().toISOString(),
      subject: null,
      details: { rpc, reason, address },
    });
  };
}

/** A refusal as the caller gets it, and as it is recorded. */
interface Refusal {
  readonly reason: RefusedCall['reason'];
  readonly code: status;
  readonly details: string;
}

/** The one place where a call is let in: every method of a server, health and reflection included. */
export function createGuard(
  members: ReadonlySet<string>,
  report: ReportRefusal,
  revocations?: RevocationCheck,
): ServerInterceptor {
  return (method, call) => {
    const context = call.getAuthContext();
    const refusal = whyRefused(method.path, context, members, revocations);
    if (refusal === null) return new AdmittedCall(call, context);
    const { reason, code, details } = refusal;
    const peer = peerName(peerIdentity(context));
    const refused = { rpc: method.path, peer, address: call.getPeer(), reason };
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: () => {
            report(refused).then(
              () => call.sendStatus({ code, details }),
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

type AuthContext = ReturnType<ServerInterceptingCallInterface['getAuthContext']>;

/** A call that was let in; its handler is told of the very certificate by which it was, which grpc-js would read out of TLS again. */
class AdmittedCall extends ServerInterceptingCall {
  constructor(
    call: ServerInterceptingCallInterface,
    private readonly context: AuthContext,
  ) {
    super(call);
  }

  override getAuthContext(): AuthContext {
    return this.context;
  }
}

function whyRefused(
  rpc: string,
  context: AuthContext,
  members: ReadonlySet<string>,
  revocations: RevocationCheck | undefined,
): Refusal | null {
  const certificate = context.sslPeerCertificate;
  const revoked = certificate && revocations?.revoked(shownCertificate(certificate));
  if (revoked) return { reason: 'REVOKED', code: status.PERMISSION_DENIED, details: revoked };
  const peer = peerIdentity(context);
  if (!mayCall(rpc, peer, members)) {
    const details = `${peerName(peer)} may not call ${rpc}; see the table of callers in the protocol`;
    return { reason: 'NOT_ALLOWED', code: status.PERMISSION_DENIED, details };
  }
  const unfit = HEALTH.test(rpc) ? null : revocations?.unfit();
  return unfit ? { reason: 'NO_REVOCATION_LIST', code: status.FAILED_PRECONDITION, details: unfit } : null;
}
