import type { FingerprintedPicture } from '../registration/ports.js';
import { RegistryError, type RegistryErrorCode } from '../errors.js';
import type { CheckReport } from '../check-records/ports.js';

/** Pictures come in while it is collecting; a started batch runs until every picture has its check or its error. */
export type BatchState = 'collecting' | 'running' | 'finished';

/** A batch of pictures to check. */
export interface CheckBatch {
  readonly batchId: string;
  readonly state: BatchState;
  /** Pictures announced, 1 to 10,000. */
  readonly count: number;
  /** Pictures that have come, bad ones included. */
  readonly received: number;
  /** Pictures that have their check or their error. */
  readonly finished: number;
  /** User name. */
  readonly askedBy: string;
  /** RFC 3339 with milliseconds. */
  readonly openedAt: string;
}

/** Why one picture of a batch has no check. */
export interface ItemError {
  readonly code: RegistryErrorCode;
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

/** What became of one picture of a batch. */
export interface BatchItem {
  /** Its place in the batch, from 1, by arrival. */
  readonly place: number;
  /** As its sender named it. */
  readonly name: string;
  readonly state: 'waiting' | 'checked' | 'failed';
  readonly check?: CheckReport;
  readonly error?: ItemError;
}

/** A picture as it came: its fingerprint, or what is wrong with it. */
export type ReceivedPicture =
  | { readonly name: string; readonly fingerprinted: FingerprintedPicture }
  | { readonly name: string; readonly error: ItemError };

/** The error as it is kept with an item. */
export function itemError({ code, field, problem, remedy }: RegistryError): ItemError {
  return { code, field, problem, remedy };
}

/** What is said of each picture that waited in a batch that somebody cancelled. */
export function cancelledBy(user: string): ItemError {
  return {
    code: 'WRONG_STATE',
    field: 'batch',
    problem: `was cancelled by ${user} before this picture was checked`,
    remedy: 'send the picture again in a new batch',
  };
}

/** What is said of a batch id that names none. */
export function noSuchBatch(): RegistryError {
  return new RegistryError('NOT_FOUND', 'batchId', 'names no batch of this node', 'open one');
}
