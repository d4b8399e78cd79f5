import { Metadata, status } from '@grpc/grpc-js';
import { z } from 'zod';
import type { MemberReply, Outcome } from '#libs/registry';
import { Outcome as WireOutcome } from './generated/weft/check/v1/check.js';
import { RefusalReason as WireReason, type Refusal } from './generated/weft/similarity/v1/similarity.js';
import { boundedDetail } from './limits.js';
import { RETRY_AFTER } from './status-mapping.js';

/** What is read of a thrown value, whatever it is. */
const failureSchema = z
  .object({
    code: z.enum(status).catch(status.UNKNOWN),
    details: z.string().min(1).optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    metadata: z.instanceof(Metadata).optional().catch(undefined),
  })
  .catch({ code: status.UNKNOWN });

/** Milliseconds that a peer told, within reason. */
const retryAfter = z.number().int().min(0).max(60_000).catch(1_000);

/** Why there is no answer. */
export type Silence = Extract<MemberReply, { kind: 'none' }>;

/** What became of a call that failed, whatever it failed of. */
export function silenceOf(error: unknown): Silence {
  const outcome = outcomeOfStatus(statusOf(error));
  const retryAfterMs = retryAfterOf(error);
  return {
    kind: 'none',
    outcome,
    detail: detailOf(error),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** When a call that was refused because too much waits may be made again; undefined for one that failed of something else. */
export function retryAfterOf(error: unknown): number | undefined {
  const { code, metadata } = failureSchema.parse(error);
  const told = metadata?.get(RETRY_AFTER)[0];
  if (code !== status.RESOURCE_EXHAUSTED || told === undefined) return undefined;
  return retryAfter.parse(Number(told));
}

/** What a failed call says of itself, for people. */
export function detailOf(error: unknown): string {
  const { details, message } = failureSchema.parse(error);
  return boundedDetail(plain(details ?? message ?? 'the call failed'));
}

/** Without what grpc-js adds for its own developers. */
function plain(details: string): string {
  if (details.startsWith('Deadline exceeded after')) return 'no answer by the deadline';
  return details.replace(/\.? Resolution note: $/, '');
}

/** The gRPC status that an error carries; UNKNOWN if it carries none. */
export function statusOf(error: unknown): status {
  return failureSchema.parse(error).code;
}

function outcomeOfStatus(code: status): Silence['outcome'] {
  switch (code) {
    case status.DEADLINE_EXCEEDED:
      return 'TIMEOUT';
    case status.OK:
    case status.CANCELLED:
    case status.UNKNOWN:
    case status.INTERNAL:
    case status.UNAVAILABLE:
    case status.DATA_LOSS:
      return 'UNREACHABLE';
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.ALREADY_EXISTS:
    case status.PERMISSION_DENIED:
    case status.RESOURCE_EXHAUSTED:
    case status.FAILED_PRECONDITION:
    case status.ABORTED:
    case status.OUT_OF_RANGE:
    case status.UNIMPLEMENTED:
    case status.UNAUTHENTICATED:
      return 'REFUSED';
  }
}

/** What a member's refusal of one question makes its outcome. */
export function silenceOfRefusal({ reason, detail, retryAfterMs }: Refusal): Silence {
  return {
    kind: 'none',
    outcome: outcomeOfReason(reason),
    detail: boundedDetail(detail),
    ...(reason === WireReason.REFUSAL_REASON_BUSY ? { retryAfterMs: retryAfter.parse(retryAfterMs) } : {}),
  };
}

function outcomeOfReason(reason: WireReason): Silence['outcome'] {
  switch (reason) {
    case WireReason.REFUSAL_REASON_VERSION_MISMATCH:
      return 'VERSION_MISMATCH';
    case WireReason.REFUSAL_REASON_INDEX_UNAVAILABLE:
      return 'UNREACHABLE';
    case WireReason.REFUSAL_REASON_INDEX_TIMEOUT:
      return 'TIMEOUT';
    default:
      return 'REFUSED';
  }
}

const TO_WIRE = {
  ANSWERED: WireOutcome.OUTCOME_ANSWERED,
  PARTIAL: WireOutcome.OUTCOME_PARTIAL,
  TIMEOUT: WireOutcome.OUTCOME_TIMEOUT,
  UNREACHABLE: WireOutcome.OUTCOME_UNREACHABLE,
  REFUSED: WireOutcome.OUTCOME_REFUSED,
  BREAKER_OPEN: WireOutcome.OUTCOME_BREAKER_OPEN,
  BAD_SIGNATURE: WireOutcome.OUTCOME_BAD_SIGNATURE,
  STALE_INDEX: WireOutcome.OUTCOME_STALE_INDEX,
  VERSION_MISMATCH: WireOutcome.OUTCOME_VERSION_MISMATCH,
} as const satisfies Record<Outcome, WireOutcome>;

/** An outcome on the wire. */
export function outcomeToWire(outcome: Outcome): WireOutcome {
  return TO_WIRE[outcome];
}

/** An outcome from the wire; what this release does not know is UNREACHABLE, never ANSWERED. */
export function outcomeFromWire(wire: WireOutcome): Outcome {
  switch (wire) {
    case WireOutcome.OUTCOME_ANSWERED:
      return 'ANSWERED';
    case WireOutcome.OUTCOME_PARTIAL:
      return 'PARTIAL';
    case WireOutcome.OUTCOME_TIMEOUT:
      return 'TIMEOUT';
    case WireOutcome.OUTCOME_UNREACHABLE:
    case WireOutcome.OUTCOME_UNSPECIFIED:
    case WireOutcome.UNRECOGNIZED:
      return 'UNREACHABLE';
    case WireOutcome.OUTCOME_REFUSED:
      return 'REFUSED';
    case WireOutcome.OUTCOME_BREAKER_OPEN:
      return 'BREAKER_OPEN';
    case WireOutcome.OUTCOME_BAD_SIGNATURE:
      return 'BAD_SIGNATURE';
    case WireOutcome.OUTCOME_STALE_INDEX:
      return 'STALE_INDEX';
    case WireOutcome.OUTCOME_VERSION_MISMATCH:
      return 'VERSION_MISMATCH';
    default:
      return 'UNREACHABLE';
  }
}
