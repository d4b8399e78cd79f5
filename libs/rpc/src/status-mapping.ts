import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import {
  Busy,
  QuestionRefused,
  RegistryError,
  type RefusalReason,
  type RegistryErrorCode,
} from '#libs/registry';
import { RefusalReason as WireReason } from './generated/weft/similarity/v1/similarity.js';
import { boundedDetail } from './limits.js';

/** What goes back of a failed call: a status, and for people the field, its problem and the remedy. */
export type RpcStatus = Pick<ServiceError, 'code' | 'details'> & Partial<Pick<ServiceError, 'metadata'>>;

/** In the trailing metadata of a call that was refused because too much waits: milliseconds after which it may be made again. */
export const RETRY_AFTER = 'retry-after-ms';
const DEFAULT_RETRY_MS = 1_000;

/** The status of a core's error; what is none of theirs tells the caller nothing but INTERNAL. */
export function toRpcStatus(error: unknown): RpcStatus {
  if (error instanceof RegistryError) {
    const status = { code: statusOfCode(error.code), details: boundedDetail(error.message) };
    if (error.code !== 'TOO_MANY') return status;
    const metadata = new Metadata();
    metadata.set(RETRY_AFTER, String(error instanceof Busy ? error.retryAfterMs : DEFAULT_RETRY_MS));
    return { ...status, metadata };
  }
  if (error instanceof QuestionRefused)
    return { code: statusOfReason(error.reason), details: boundedDetail(error.message) };
  return { code: status.INTERNAL, details: 'the call failed here; ask its operator to look into the log' };
}

function statusOfCode(code: RegistryErrorCode): status {
  switch (code) {
    case 'INVALID_INPUT':
    case 'UNFIT_PICTURE':
      return status.INVALID_ARGUMENT;
    case 'NOT_FOUND':
      return status.NOT_FOUND;
    case 'CONFLICT':
      return status.ALREADY_EXISTS;
    case 'WRONG_STATE':
    case 'NO_CLEAR_TOKEN':
      return status.FAILED_PRECONDITION;
    case 'FORBIDDEN':
      return status.PERMISSION_DENIED;
    case 'UNAUTHENTICATED':
      return status.UNAUTHENTICATED;
    case 'TOO_MANY':
      return status.RESOURCE_EXHAUSTED;
    case 'FEDERATION_UNAVAILABLE':
    case 'INDEX_UNAVAILABLE':
      return status.UNAVAILABLE;
    case 'INDEX_TIMEOUT':
      return status.DEADLINE_EXCEEDED;
  }
}

/** A refused question as a status of the coordinator. */
function statusOfReason(reason: RefusalReason): status {
  switch (reason) {
    case 'MALFORMED':
      return status.INVALID_ARGUMENT;
    case 'BAD_SIGNATURE':
    case 'NOT_ALLOWED':
      return status.PERMISSION_DENIED;
    case 'REPLAYED':
      return status.ALREADY_EXISTS;
    case 'OVER_QUOTA':
      return status.RESOURCE_EXHAUSTED;
    case 'WRONG_EPOCH':
    case 'VERSION_MISMATCH':
      return status.FAILED_PRECONDITION;
    case 'EXPIRED':
    case 'INDEX_TIMEOUT':
      return status.DEADLINE_EXCEEDED;
    case 'INDEX_UNAVAILABLE':
      return status.UNAVAILABLE;
    case 'BUSY':
      return status.RESOURCE_EXHAUSTED;
  }
}

/** A refused question as a member's reason on the wire. */
export function reasonToWire(reason: RefusalReason): WireReason {
  switch (reason) {
    case 'MALFORMED':
      return WireReason.REFUSAL_REASON_MALFORMED;
    case 'BAD_SIGNATURE':
      return WireReason.REFUSAL_REASON_BAD_SIGNATURE;
    case 'REPLAYED':
      return WireReason.REFUSAL_REASON_REPLAYED;
    case 'WRONG_EPOCH':
      return WireReason.REFUSAL_REASON_WRONG_EPOCH;
    case 'EXPIRED':
      return WireReason.REFUSAL_REASON_EXPIRED;
    case 'VERSION_MISMATCH':
      return WireReason.REFUSAL_REASON_VERSION_MISMATCH;
    case 'NOT_ALLOWED':
      return WireReason.REFUSAL_REASON_NOT_ALLOWED;
    case 'OVER_QUOTA':
      return WireReason.REFUSAL_REASON_OVER_QUOTA;
    case 'INDEX_UNAVAILABLE':
      return WireReason.REFUSAL_REASON_INDEX_UNAVAILABLE;
    case 'INDEX_TIMEOUT':
      return WireReason.REFUSAL_REASON_INDEX_TIMEOUT;
    case 'BUSY':
      return WireReason.REFUSAL_REASON_BUSY;
  }
}
